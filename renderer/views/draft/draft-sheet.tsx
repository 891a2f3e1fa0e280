import { ArrowLeft } from 'lucide-react'
import { useState } from 'react'
import type { DraftParams } from '../../../core/contract/bundle-requests.ts'
import type { WrittenDraft } from '../../../core/contract/types.ts'
import type { DraftPlan } from '../../../core/draft/draft-plan.ts'
import { sentenceFor, type Failure } from '../../../core/failure.ts'
import type { EntryIndex } from '../../../core/registry/snapshot.ts'
import { entryLabel } from '../../registry/entry-facts.ts'
import { useActions } from '../../state/app-context.tsx'
import type { OpenCapture } from '../../state/app-state.ts'
import { failureOf } from '../../state/store.ts'
import { Banner } from '../../widgets/banner.tsx'
import { Button } from '../../widgets/button.tsx'
import { Copyable } from '../../widgets/copyable.tsx'
import { Sheet } from '../../widgets/dialog.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { Checkbox } from '../../widgets/field.tsx'
import { iconProps } from '../../widgets/icons.ts'
import { StateMark } from '../../widgets/state-mark.tsx'
import { pathIn } from '../../widgets/host-path.ts'
import { visibleText } from '../../widgets/visible-text.ts'
import { countText } from '../action/quantities.ts'
import { useFolder } from '../connect/folder-browser.tsx'
import { DraftFolder } from './draft-folder.tsx'
import { DraftForm } from './draft-form.tsx'
import { DraftPreview } from './draft-preview.tsx'
import styles from './draft-sheet.module.css'
import { useDraftPlan } from './use-draft-plan.ts'
import { waitsForRival } from './waits-for-rival.ts'

export interface DraftSheetProps {
  readonly current: OpenCapture
  readonly entry: EntryIndex
}

type Step =
  | { readonly phase: 'plan' }
  | { readonly phase: 'folder'; readonly failure: Failure | null; readonly isWriting: boolean }
  | {
      readonly phase: 'written'
      readonly written: WrittenDraft
      /** Why it cannot be tried. */
      readonly failure: Failure | null
    }

/** A driver for one service: how it is matched, against whom, and its files; then where to write them. */
export function DraftSheet({ current, entry }: DraftSheetProps) {
  const actions = useActions()
  const [params, setParams] = useState<DraftParams>({
    snapshotId: current.capture.snapshotId,
    entry,
    name: null,
    className: null,
    bundleIdentifier: null,
    keys: null,
    competition: 'best',
    hasProbe: false,
    hasUserClient: false,
  })
  const { plan, failure, isPlanning } = useDraftPlan(params)
  const [step, setStep] = useState<Step>({ phase: 'plan' })
  const [folder, setFolder] = useState('')
  const [shown, setShown] = useState<string | null>(null)
  const { listing, failure: listFailure } = useFolder(shown)
  const [evenIfItLoses, setEvenIfItLoses] = useState(false)
  const close = () => actions.draftDriver(null)
  const title = `New driver for ${visibleText(entryLabel(current.snapshot, entry))}`

  const write = async () => {
    setStep({ phase: 'folder', failure: null, isWriting: true })
    try {
      const written = await actions.writeDraft({
        ...params,
        folder: pathIn(listing?.path ?? '~', folder.trim()),
        evenIfItLoses,
      })
      setStep({ phase: 'written', written, failure: null })
    } catch (error) {
      setStep({ phase: 'folder', failure: failureOf(error), isWriting: false })
    }
  }

  const tryIt = async (written: string) => {
    try {
      await actions.addWhatIfPath(written)
      close()
    } catch (error) {
      const failure = failureOf(error)
      setStep(now => (now.phase === 'written' ? { ...now, failure } : now))
    }
  }

  if (step.phase === 'written') {
    return (
      <Sheet
        title={title}
        step="written"
        onClose={close}
        foot={
          <>
            <Button onClick={() => void tryIt(step.written.folder)}>
              See what it would match (what-if)
            </Button>
            <Button kind="primary" onClick={close}>
              Done
            </Button>
          </>
        }
      >
        <Written written={step.written} failure={step.failure} />
      </Sheet>
    )
  }
  if (step.phase === 'folder' && plan) {
    const isBusy = step.isWriting
    const canWrite =
      folder.trim() !== '' && listing !== null && !isBusy && (plan.wins || evenIfItLoses)
    return (
      <Sheet
        title={title}
        step="folder"
        onClose={close}
        foot={
          <>
            <span className={styles.back}>
              <Button
                kind="quiet"
                icon={<ArrowLeft {...iconProps} />}
                onClick={() => setStep({ phase: 'plan' })}
              >
                Back
              </Button>
            </span>
            {!plan.wins && (
              <Checkbox
                label="Write it although it would not be started"
                isChecked={evenIfItLoses}
                onChange={setEvenIfItLoses}
              />
            )}
            <Button kind="primary" disabled={!canWrite} onClick={() => void write()}>
              {isBusy ? 'Writing…' : `Write ${countText(plan.files.length, 'file')}`}
            </Button>
          </>
        }
      >
        <DraftFolder
          plan={plan}
          folder={folder}
          listing={listing}
          failure={step.failure ?? listFailure}
          onFolder={setFolder}
          onShow={setShown}
          onEnter={() => canWrite && void write()}
        />
      </Sheet>
    )
  }
  return (
    <Sheet
      title={title}
      step={plan ? 'plan' : 'drafting'}
      onClose={close}
      foot={
        <>
          <span className={styles.back}>{plan && !failure && <Verdict plan={plan} />}</span>
          <Button onClick={close}>Cancel</Button>
          <Button
            kind="primary"
            disabled={!plan || failure !== null || isPlanning}
            onClick={() => setStep({ phase: 'folder', failure: null, isWriting: false })}
          >
            Choose folder…
          </Button>
        </>
      }
    >
      <div className={styles.plan}>
        {failure && (
          <Banner tone="bad" isInset>
            {visibleText(refusal(failure))}
          </Banner>
        )}
        {plan ? (
          <div className={styles.columns}>
            <DraftForm
              plan={plan}
              params={params}
              onChange={change => setParams(before => ({ ...before, ...change }))}
            />
            <DraftPreview plan={plan} snapshot={current.snapshot} isStale={failure !== null} />
          </div>
        ) : (
          !failure && <EmptyState title="Drafting…" />
        )}
      </div>
    </Sheet>
  )
}

/** What cannot be drafted is told as a sentence about it: the author knows of no request. */
function refusal(failure: Failure): string {
  if (failure.kind !== 'bad-request' || failure.request !== 'draft') return sentenceFor(failure)
  return `${failure.detail[0]!.toUpperCase()}${failure.detail.slice(1)}.`
}

function Verdict({ plan }: { readonly plan: DraftPlan }) {
  const choice = plan.choices.find(({ id }) => id === plan.chosen)
  const waits = choice !== undefined && waitsForRival(choice)
  return (
    <StateMark tone={plan.wins && !waits ? 'good' : 'warn'}>
      {!plan.wins
        ? 'It would not be started'
        : waits
          ? 'It would win once the running driver is gone'
          : 'It would be started on this capture'}
    </StateMark>
  )
}

interface WrittenProps {
  readonly written: WrittenDraft
  readonly failure: Failure | null
}

function Written({ written, failure }: WrittenProps) {
  return (
    <div className={styles.written}>
      {failure && (
        <Banner tone="bad" isInset>
          {sentenceFor(failure)}
        </Banner>
      )}
      <p>
        {countText(written.paths.length, 'file was', 'files were')} written. Nothing that was there
        was touched.
      </p>
      <Copyable text={written.folder} what="the folder" isWrapped />
      <ul className={styles.paths}>
        {written.paths.map(path => (
          <li key={path}>{visibleText(path)}</li>
        ))}
      </ul>
    </div>
  )
}
