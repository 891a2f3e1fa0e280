import type { ActionRecord, StepRecord } from '../../../core/contract/types.ts'
import { sentenceFor, type Failure } from '../../../core/failure.ts'
import { Mono } from '../../widgets/mono.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { StatusMark, verdictMark } from './status-mark.tsx'
import styles from './failure-note.module.css'

/** A few words for a list; the whole sentence where they are no shorter. */
export function failureHeadline(failure: Failure): string {
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

export interface FailureNoteProps {
  readonly failure: Failure
  /** The step that was under way. */
  readonly step: StepRecord
  readonly record: ActionRecord
}

/** The answer where a step came to nothing: what happened, during what, and what to look at next. */
export function FailureNote({ failure, step, record }: FailureNoteProps) {
  const cause = step.changesGuest ? step : lastChange(record)
  const advice = adviceFor(failure)
  return (
    <div className={styles.note} role="alert">
      <StatusMark mark={verdictMark('bad')} size={22} />
      <div className={styles.words}>
        <h2 className={styles.headline}>{visibleText(failureHeadline(failure))}</h2>
        {advice.length === 0 ? (
          <p>{visibleText(`It stopped at: ${step.explanation}`)}</p>
        ) : (
          cause && (
            <p>
              {cause === step ? 'It happened during ' : 'It happened soon after '}
              <Mono>{cause.command}</Mono>
            </p>
          )
        )}
        {advice.length > 0 && (
          <ul className={styles.advice}>
            {advice.map((line, index) => (
              <li key={index}>{line}</li>
            ))}
          </ul>
        )}
      </div>
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
