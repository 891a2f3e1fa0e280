import { useState } from 'react'
import type { Capture } from '../../../core/contract/types.ts'
import { placeCount } from '../../../core/dump/problem-places.ts'
import { sentenceFor } from '../../../core/failure.ts'
import { runningRecord } from '../../state/action-records.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { Banner } from '../../widgets/banner.tsx'
import { Button } from '../../widgets/button.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { countText } from '../action/quantities.ts'
import { ProjectNotices } from '../project/project-notices.tsx'
import { WatchNotices } from '../watch/watch-notices.tsx'
import { MissingList, ProblemList } from './problem-list.tsx'
import { StaleBuilds } from './stale-builds.tsx'
import styles from './notices.module.css'

/** What has to be said across the window: the host or the guest is gone, something failed, parts miss. */
export function Notices() {
  const actions = useActions()
  const hostFailure = useApp(state => state.hostFailure)
  const hostPresence = useApp(state => state.hostPresence)
  const isChoosing = useApp(state => state.isChoosingTarget)
  const notice = useApp(state => state.notice)
  const work = useApp(state => state.work)
  const current = useApp(state => state.current)
  return (
    <>
      {hostFailure && hostPresence === 'here' && (
        <Banner
          tone="bad"
          actions={<Button onClick={() => void actions.start()}>Try again</Button>}
        >
          Kextant’s own service does not answer. {sentenceFor(hostFailure)}
        </Banner>
      )}
      <LostHost />
      <RunningAction />
      <ProjectNotices />
      <LostConnection />
      <WatchNotices />
      {/* Without a capture the middle of the window says it. */}
      {work.phase === 'failed' && current && (
        <Banner
          tone="bad"
          actions={
            <>
              {work.what === 'take' && (
                <Button onClick={() => void actions.takeCapture()}>Try again</Button>
              )}
              <Button kind="quiet" onClick={actions.clearWork}>
                Dismiss
              </Button>
            </>
          }
        >
          {sentenceFor(work.failure)} What you see is the capture before.
        </Banner>
      )}
      {notice && (
        <Banner
          tone="bad"
          actions={
            <Button kind="quiet" onClick={actions.clearNotice}>
              Dismiss
            </Button>
          }
        >
          {sentenceFor(notice.failure)}
        </Banner>
      )}
      {!isChoosing && <StaleBuilds />}
      {current && !isChoosing && (
        <PartialCapture
          // What a look lacks is what the capture before it lacked.
          key={current.capture.look ? 'look' : current.capture.snapshotId}
          capture={current.capture}
        />
      )}
    </>
  )
}

function LostHost() {
  const actions = useActions()
  const presence = useApp(state => state.hostPresence)
  if (presence === 'here') return null
  if (presence === 'strange') {
    return (
      <Banner tone="bad">
        Kextant was started anew and does not know this page any more. Open the address that it
        printed; Enter in its terminal prints a new one.
      </Banner>
    )
  }
  return (
    <Banner tone="bad" actions={<Button onClick={() => void actions.start()}>Try again</Button>}>
      Kextant’s own service does not answer: its process may have ended. What you see stays. This
      page goes on by itself when the service is back; if it has ended, start Kextant again.
    </Banner>
  )
}

/** The way back to an action whose panel was closed. */
function RunningAction() {
  const actions = useActions()
  const record = useApp(runningRecord)
  const isHidden = useApp(state => state.sheet !== null || state.hostPresence !== 'here')
  if (!record || isHidden) return null
  const at = record.steps.findIndex(({ status }) => status === 'running')
  return (
    <Banner
      tone="accent"
      actions={
        <Button
          onClick={() => {
            actions.selectAction(record.id)
            actions.setView('history')
          }}
        >
          Show
        </Button>
      }
    >
      {visibleText(record.title)} is under way
      {at === -1 ? '.' : `: step ${at + 1} of ${record.steps.length}.`}
    </Banner>
  )
}

function LostConnection() {
  const actions = useActions()
  const connection = useApp(state => state.connection)
  const hasCapture = useApp(state => state.current !== null)
  if (connection.phase !== 'lost') return null
  const { failure, attempt, retriesInMs, guest } = connection
  const isOtherKey = failure.kind === 'host-key-changed'
  return (
    <Banner
      tone="bad"
      actions={
        <>
          <Button onClick={() => void actions.connect(guest.target.id)}>
            {isOtherKey ? 'Compare the keys…' : 'Reconnect now'}
          </Button>
          <Button kind="quiet" onClick={() => void actions.disconnect()}>
            Give up
          </Button>
        </>
      }
    >
      {isOtherKey
        ? `${visibleText(guest.target.label || guest.address)} shows another host key than before. Nothing was sent to it.`
        : sentenceFor(failure)}{' '}
      {retriesInMs === null
        ? 'Kextant has stopped trying.'
        : `Kextant tries again (attempt ${attempt}, in ${Math.ceil(retriesInMs / 1000)} s).`}
      {hasCapture && ' The last capture stays open.'}
    </Banner>
  )
}

function PartialCapture({ capture }: { readonly capture: Capture }) {
  const [isOpen, setOpen] = useState(false)
  const [isDismissed, setDismissed] = useState(false)
  const { missing, problems } = capture
  if (isDismissed || missing.length + problems.length === 0) return null
  const count = problems.reduce((sum, problem) => sum + placeCount(problem), 0)
  const parts = [
    missing.length > 0 &&
      `Not in this capture: ${missing.map(part => visibleText(part.part)).join(', ')}.`,
    problems.length > 0 && `${countText(count, 'place')} could not be read as the format says.`,
  ].filter(Boolean)
  return (
    <>
      <Banner
        tone="warn"
        actions={
          <>
            <Button onClick={() => setOpen(true)}>
              {missing.length > 0 ? 'Why…' : 'Details…'}
            </Button>
            <Button kind="quiet" onClick={() => setDismissed(true)}>
              Dismiss
            </Button>
          </>
        }
      >
        {parts.join(' ')} Everything else is complete.
      </Banner>
      {isOpen && (
        <Dialog title="What this capture lacks" isWide onClose={() => setOpen(false)}>
          <div className={styles.gaps}>
            {missing.length > 0 && <MissingList missing={missing} />}
            {problems.length > 0 && (
              <ProblemList problems={problems} source={capture.source.label} />
            )}
          </div>
        </Dialog>
      )}
    </>
  )
}
