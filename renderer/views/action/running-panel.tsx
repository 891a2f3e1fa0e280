import type { ActionRecord, StepRecord } from '../../../core/contract/types.ts'
import { Banner } from '../../widgets/banner.tsx'
import { classNames } from '../../widgets/class-names.ts'
import printed from '../../widgets/printed.module.css'
import { visibleText } from '../../widgets/visible-text.ts'
import type { ActionPanelProps } from './action-panel.tsx'
import { LeakView } from './leak-view.tsx'
import styles from './running-panel.module.css'
import { StatusMark, stepMark } from './status-mark.tsx'
import { StepList, StepOutput } from './step-list.tsx'

/**
 * What runs now, in a place that keeps its size, and below it all the phases, which stay as they are folded: nothing
 * moves under the pointer while steps come and go.
 */
export function RunningPanel(props: ActionPanelProps) {
  const { record, isCancelling = false, isLost = false, aside } = props
  const { steps, leaks } = record
  const at = steps.findIndex(step => step.status === 'running')
  const doneCount = steps.filter(step => step.status === 'done').length
  const number = Math.min((at === -1 ? doneCount : at) + 1, steps.length)
  return (
    <div className={styles.panel}>
      <div className={styles.top}>
        <div className={styles.progress}>
          <StatusMark mark={stepMark('running')} />
          <p role="status">
            {isCancelling
              ? 'Cancelling: the command that runs now is being stopped.'
              : `Step ${number} of ${steps.length} on ${visibleText(record.targetLabel)}`}
          </p>
          {aside !== undefined && <span className={styles.aside}>{aside}</span>}
        </div>
        <div className={styles.bar} aria-hidden="true">
          <div style={{ transform: `scaleX(${doneCount / Math.max(1, steps.length)})` }} />
        </div>
        {isLost && (
          <Banner tone="warn" isInset>
            {visibleText(record.targetLabel)} does not answer any more. That is what a kernel panic
            looks like: Kextant waits for the guest to come back and tells what became of it.
          </Banner>
        )}
        <Now step={steps[at]} isHunt={record.request.kind === 'leak-hunt'} />
      </div>
      {record.request.kind === 'leak-hunt' && <Hunt leaks={leaks} />}
      <StepList steps={steps} />
    </div>
  )
}

interface NowProps {
  /** Undefined between two steps. */
  readonly step: StepRecord | undefined
  /** Its picture is worth more room than its lines. */
  readonly isHunt: boolean
}

function Now({ step, isHunt }: NowProps) {
  return (
    <section className={styles.now} aria-label="What runs now">
      <div className={styles.step}>
        <p>{step && visibleText(step.explanation)}</p>
        <code className={styles.command}>{step && visibleText(step.command)}</code>
      </div>
      <div className={classNames(styles.output, isHunt && styles.few)}>
        {step && step.output.length > 0 ? (
          <StepOutput record={step} />
        ) : (
          <p className={classNames(printed.printed, styles.silent)}>{step && 'No output yet'}</p>
        )}
      </div>
    </section>
  )
}

/** Its place is there before the first cycle is. */
function Hunt({ leaks }: { readonly leaks: ActionRecord['leaks'] }) {
  return leaks ? (
    <LeakView report={leaks} isHunt isRunning />
  ) : (
    <p className={styles.waiting}>The counts appear here after the first cycle.</p>
  )
}
