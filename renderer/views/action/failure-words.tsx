import type { ActionRecord, StepRecord } from '../../../core/contract/types.ts'
import { sentenceFor, type Failure } from '../../../core/failure.ts'
import { Disclosure } from '../../widgets/disclosure.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './failure-words.module.css'

/** A few words for a list; the whole sentence where they are no shorter. */
function failureHeadline(failure: Failure): string {
  switch (failure.kind) {
    case 'guest-rebooted':
      return 'The guest went down and came back as another boot'
    case 'guest-gone':
      return 'The guest went down and has not come back'
    case 'connection-lost':
      return 'The connection to the guest broke off'
    default:
      return sentenceFor(failure)
  }
}

export interface FailureWordsProps {
  readonly failure: Failure
  /** The step that was under way. */
  readonly step: StepRecord
  readonly record: ActionRecord
  /** What stands above it already. */
  readonly told: string
}

/** Where a step came to nothing: what happened, during what, and what to look at next. */
export function FailureWords(props: FailureWordsProps) {
  const { failure, record, told } = props
  const headline = failureHeadline(failure)
  // Of a broken connection the answer says as much itself.
  const isNew =
    failure.kind !== 'connection-lost' &&
    !sentenceFor(failure).startsWith(told.replace(/[.;]$/, ''))
  if (record.resolution) {
    // What a later capture has shown is the answer by now.
    return (
      <Disclosure isMinor title="What was seen then" aside={visibleText(headline)}>
        <Words {...props} />
      </Disclosure>
    )
  }
  return (
    <>
      {isNew && <p>{visibleText(headline)}</p>}
      <Words {...props} />
    </>
  )
}

function Words({ failure, step, record }: FailureWordsProps) {
  const cause = step.changesGuest ? step : lastChange(record)
  const advice = adviceFor(failure)
  return (
    <div className={styles.words}>
      {advice.length === 0 || !cause ? (
        <p>{visibleText(`It stopped at: ${step.explanation}`)}</p>
      ) : (
        <p>
          {cause === step ? 'It happened during ' : 'It happened soon after '}
          <Mono>{cause.command}</Mono>
        </p>
      )}
      {advice.length > 0 && (
        <ul className={styles.advice} aria-label="What to do">
          {advice.map((line, index) => (
            <li key={index}>{line}</li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** The kernel goes down when the driver starts, which may be after the tool has ended. */
function lastChange({ steps }: ActionRecord): StepRecord | undefined {
  return steps.findLast(({ status, changesGuest }) => status === 'done' && changesGuest)
}

function adviceFor(failure: Failure): readonly string[] {
  switch (failure.kind) {
    case 'guest-rebooted':
      return [
        'That is what a kernel panic looks like. The panic log has the backtrace: macOS keeps it in /Library/Logs/DiagnosticReports; elsewhere look at the console.',
        'What was loaded by hand went with the old boot.',
        'A bundle that was pushed still lies in /Library/Extensions, where the next boot may match and load it: correct it or remove it.',
      ]
    case 'guest-gone':
      return [
        'The kernel may have stopped in its debugger, or the machine is off. Look at its console.',
        'Kextant connects again by itself for a while; “Switch target…” in the menu at the left connects later.',
      ]
    default:
      return []
  }
}
