import type { ActionSummary, Conclusion } from '../../../core/contract/types.ts'
import { assertNever } from '../../../core/failure.ts'
import { whyNoAction } from '../../state/action-words.ts'
import { runningRecord } from '../../state/action-records.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import type { NewBuild, Offer } from '../../state/project-watch.ts'
import { Banner } from '../../widgets/banner.tsx'
import { Button } from '../../widgets/button.tsx'
import type { Tone } from '../../widgets/state-mark.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { buildName, buildSentence } from './build-words.ts'

/** More than these are told in one line, and shown in the project. */
const mostOffers = 2

/** What the watch of the project has to say, in whatever view: new builds, and what became of them. */
export function ProjectNotices() {
  const actions = useActions()
  const { offers, ended, lastRun, current } = useApp(state => state.project.watch)
  // Once it runs there is a notice of that already.
  const isRunning = useApp(state => runningRecord(state) !== undefined)
  return (
    <>
      {ended !== null && (
        <Banner
          tone="warn"
          actions={
            <Button kind="quiet" onClick={() => actions.takeWatch({ type: 'noteDismissed' })}>
              Dismiss
            </Button>
          }
        >
          {visibleText(ended)}
        </Banner>
      )}
      <EndedBuild />
      {current && !isRunning && (
        <Banner tone="accent">
          {`${visibleText(current.name)} was built anew (${visibleText(buildName(current))}) and is loaded by itself.`}
        </Banner>
      )}
      {lastRun && <LastRun actionId={lastRun.actionId} build={lastRun.build} />}
      {offers.length > mostOffers ? (
        <ManyOffers offers={offers} />
      ) : (
        offers.map(offer => <OneOffer key={offer.build.folder} offer={offer} />)
      )}
    </>
  )
}

/** A build that failed while the user looked at something else. */
function EndedBuild() {
  const actions = useActions()
  const build = useApp(({ view, project }) =>
    view !== 'project' && project.isBuildNews && project.build?.status === 'failed'
      ? project.build
      : null,
  )
  if (!build) return null
  return (
    <Banner
      tone="bad"
      actions={
        <>
          <Button
            onClick={() => {
              actions.showBuild(true)
              actions.setView('project')
            }}
          >
            Show
          </Button>
          <Button kind="quiet" onClick={actions.readBuild}>
            Dismiss
          </Button>
        </>
      }
    >
      {buildSentence(build)}
    </Banner>
  )
}

function OneOffer({ offer }: { readonly offer: Offer }) {
  const actions = useActions()
  const whyNot = useApp(state => whyNoAction(state.connection, state.host))
  const { build, why } = offer
  return (
    <Banner
      tone={why === null ? 'accent' : 'warn'}
      actions={
        <>
          <Button
            whyNot={whyNot}
            onClick={() => {
              actions.takeWatch({ type: 'offerTaken', folder: build.folder })
              actions.openSheet({ kind: 'load', bundlePath: build.path })
            }}
          >
            Push and load…
          </Button>
          <Button
            kind="quiet"
            onClick={() => actions.takeWatch({ type: 'offerTaken', folder: build.folder })}
          >
            Dismiss
          </Button>
        </>
      }
    >
      {`${visibleText(build.name)} was built anew (${visibleText(buildName(build))}).`}
      {why !== null && ` It was not loaded by itself. ${visibleText(why)}`}
    </Banner>
  )
}

function ManyOffers({ offers }: { readonly offers: readonly Offer[] }) {
  const actions = useActions()
  const view = useApp(state => state.view)
  const names = offers.map(({ build }) => visibleText(build.name))
  return (
    <Banner
      tone="accent"
      actions={
        <>
          {view !== 'project' && (
            <Button
              onClick={() => {
                actions.selectDriver(offers[0]!.build.folder)
                actions.setView('project')
              }}
            >
              Show
            </Button>
          )}
          <Button kind="quiet" onClick={() => actions.takeWatch({ type: 'offersDismissed' })}>
            Dismiss
          </Button>
        </>
      }
    >
      {`${offers.length} kexts were built anew: ${listText(names)}.`}
    </Banner>
  )
}

function listText(names: readonly string[]): string {
  const shown = names.slice(0, 4)
  const more = names.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}

interface LastRunProps {
  readonly actionId: string
  readonly build: NewBuild
}

/** What became of a build that was to be loaded by itself. */
function LastRun({ actionId, build }: LastRunProps) {
  const actions = useActions()
  const summary = useApp(state => state.history.find(({ id }) => id === actionId))
  if (!summary) return null
  const dismiss = () => actions.takeWatch({ type: 'noteDismissed' })
  return (
    <Banner
      tone={autoTone(summary.conclusion)}
      actions={
        <>
          <Button
            onClick={() => {
              dismiss()
              actions.selectAction(actionId)
              actions.setView('history')
            }}
          >
            Show report
          </Button>
          <Button kind="quiet" onClick={dismiss}>
            Dismiss
          </Button>
        </>
      }
    >
      {visibleText(autoSentence(build, summary))}
    </Banner>
  )
}

function autoSentence(build: NewBuild, { conclusion, headline }: ActionSummary): string {
  const what = `Auto: ${build.name} ${buildName(build)}`
  return conclusion === 'holds'
    ? `${what} is loaded, and everything that is expected holds.`
    : `${what}. ${headline}`
}

function autoTone(conclusion: Conclusion | null): Tone {
  switch (conclusion) {
    case 'holds':
      return 'good'
    case 'waits-for-user':
      return 'warn'
    case 'cancelled':
    case null:
      return 'idle'
    case 'does-not-hold':
    case 'refused':
    case 'connection':
    case 'interrupted':
    case 'failed':
      return 'bad'
    default:
      return assertNever(conclusion)
  }
}
