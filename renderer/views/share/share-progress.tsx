import type { ShareStep } from '../../../core/contract/share-types.ts'
import { useApp } from '../../state/app-context.tsx'
import styles from './share.module.css'

const words: Readonly<Record<ShareStep, string>> = {
  looking: 'Looking for what tells of the machine',
  replacing: 'Replacing it in copies',
  packing: 'Packing the capture',
  reading: 'Reading it again as it will be shared',
  writing: 'Writing the report',
}

export interface ShareProgressLineProps {
  readonly snapshotId: string
  /** Said before the host has told anything, which of small captures it never does. */
  readonly before?: string
}

/** How far a redaction or a report has come. */
export function ShareProgressLine({ snapshotId, before }: ShareProgressLineProps) {
  const progress = useApp(state => state.files.progress)
  if (progress?.snapshotId !== snapshotId) {
    return before === undefined ? null : (
      <p role="status" className={styles.lead}>
        {before}
      </p>
    )
  }
  const percent = Math.floor(100 * Math.min(1, progress.done))
  return (
    <div className={styles.progress}>
      <span className={styles.step}>
        <span>{words[progress.step]}</span>
        <span className={styles.percent}>{percent} %</span>
      </span>
      <span
        className={styles.track}
        role="progressbar"
        aria-label={words[progress.step]}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <span className={styles.done} style={{ width: `${percent}%` }} />
      </span>
    </div>
  )
}
