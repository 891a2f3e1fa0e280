import {
  Circle,
  CircleCheck,
  CircleMinus,
  CircleQuestionMark,
  CircleX,
  LoaderCircle,
  TriangleAlert,
  type LucideIcon,
} from 'lucide-react'
import type { ActionRecord, StepStatus } from '../../../core/contract/types.ts'
import type { CheckStatus, VerifyReport } from '../../../core/verify/report.ts'
import { classNames } from '../../widgets/class-names.ts'
import styles from './status-mark.module.css'

export type Tone = 'good' | 'warn' | 'bad' | 'idle' | 'busy'

interface Mark {
  readonly word: string
  readonly tone: Tone
  readonly icon: LucideIcon
}

const checks: Readonly<Record<CheckStatus, Mark>> = {
  pass: { word: 'Passed', tone: 'good', icon: CircleCheck },
  attention: { word: 'Attention', tone: 'warn', icon: TriangleAlert },
  fail: { word: 'Failed', tone: 'bad', icon: CircleX },
  unknown: { word: 'Not known', tone: 'idle', icon: CircleQuestionMark },
}

const steps: Readonly<Record<StepStatus, Mark>> = {
  waiting: { word: 'Waiting', tone: 'idle', icon: Circle },
  running: { word: 'Running', tone: 'busy', icon: LoaderCircle },
  done: { word: 'Done', tone: 'good', icon: CircleCheck },
  failed: { word: 'Failed', tone: 'bad', icon: CircleX },
  skipped: { word: 'Skipped', tone: 'idle', icon: CircleMinus },
}

const records: Readonly<Record<ActionRecord['status'], Mark>> = {
  running: steps.running,
  done: { word: 'Done', tone: 'good', icon: CircleCheck },
  failed: { word: 'Failed', tone: 'bad', icon: CircleX },
  cancelled: { word: 'Cancelled', tone: 'idle', icon: CircleMinus },
}

const verdicts: Readonly<Record<VerifyReport['verdict'], Mark>> = {
  good: { word: 'Good', tone: 'good', icon: CircleCheck },
  attention: { word: 'Attention', tone: 'warn', icon: TriangleAlert },
  bad: { word: 'Failed', tone: 'bad', icon: CircleX },
}

export const checkMark = (status: CheckStatus) => checks[status]
export const stepMark = (status: StepStatus) => steps[status]
export const verdictMark = (verdict: VerifyReport['verdict']) => verdicts[verdict]

/** What a record came to: its report's verdict where there is one, since an exit code proves little. */
export function recordMark({ status, report }: ActionRecord): Mark {
  return status === 'done' && report ? verdicts[report.verdict] : records[status]
}

export interface StatusMarkProps {
  readonly mark: Mark
  /** The word stands beside the icon; otherwise it is the icon's name. */
  readonly hasWord?: boolean
  readonly size?: number
}

export function StatusMark({ mark, hasWord = false, size = 16 }: StatusMarkProps) {
  const { word, tone, icon: Icon } = mark
  const isSpinning = Icon === LoaderCircle
  return (
    <span className={classNames(styles.mark, styles[tone])} title={hasWord ? undefined : word}>
      <Icon
        size={size}
        strokeWidth={1.75}
        className={classNames(isSpinning && styles.spinning)}
        {...(hasWord ? { 'aria-hidden': true } : { role: 'img', 'aria-label': word })}
      />
      {hasWord && word}
    </span>
  )
}
