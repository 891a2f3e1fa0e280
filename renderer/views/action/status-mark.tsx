import {
  Ban,
  Circle,
  CircleCheck,
  CircleDashed,
  CircleMinus,
  CirclePause,
  CircleQuestionMark,
  CircleX,
  Info,
  LoaderCircle,
  OctagonAlert,
  TriangleAlert,
  Unplug,
  type LucideIcon,
} from 'lucide-react'
import type { ActionSummary, Conclusion, StepStatus } from '../../../core/contract/types.ts'
import type { ExpectationResult } from '../../../core/expectations/expectation-report.ts'
import type { PreflightStatus } from '../../../core/preflight/preflight-report.ts'
import type { CheckStatus } from '../../../core/verify/report.ts'
import { classNames } from '../../widgets/class-names.ts'
import styles from './status-mark.module.css'

export type Tone = 'good' | 'warn' | 'bad' | 'idle' | 'busy'

export interface Mark {
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

const conclusions: Readonly<Record<Conclusion, Mark>> = {
  holds: { word: 'Holds', tone: 'good', icon: CircleCheck },
  'does-not-hold': { word: 'Does not hold', tone: 'bad', icon: CircleX },
  'waits-for-user': { word: 'Waits for its user', tone: 'warn', icon: CirclePause },
  refused: { word: 'Refused', tone: 'bad', icon: Ban },
  connection: { word: 'Connection lost', tone: 'warn', icon: Unplug },
  cancelled: { word: 'Cancelled', tone: 'idle', icon: CircleMinus },
  interrupted: { word: 'Interrupted', tone: 'warn', icon: CircleDashed },
  failed: { word: 'Failed', tone: 'bad', icon: CircleX },
}

/** All that was asked holds, and the look at the guest found something to think about all the same. */
const remarked: Mark = { word: 'Holds, with a remark', tone: 'warn', icon: TriangleAlert }

const notKnown: Mark = { word: 'Not known', tone: 'idle', icon: CircleQuestionMark }

const expectations: Readonly<Record<ExpectationResult['status'], Mark>> = {
  pass: { word: 'PASS', tone: 'good', icon: CircleCheck },
  fail: { word: 'FAIL', tone: 'bad', icon: CircleX },
  unknown: { word: 'UNKNOWN', tone: 'idle', icon: CircleQuestionMark },
}

const preflights: Readonly<Record<PreflightStatus, Mark>> = {
  pass: { word: 'Fine', tone: 'good', icon: CircleCheck },
  note: { word: 'Note', tone: 'idle', icon: Info },
  warning: { word: 'Warning', tone: 'warn', icon: TriangleAlert },
  stop: { word: 'Stop', tone: 'bad', icon: OctagonAlert },
  unknown: { word: 'Not known', tone: 'idle', icon: CircleQuestionMark },
}

export const checkMark = (status: CheckStatus) => checks[status]
export const stepMark = (status: StepStatus) => steps[status]
export const expectationMark = (status: ExpectationResult['status']) => expectations[status]
export const preflightMark = (status: PreflightStatus) => preflights[status]

/** What an action came to, from a record or its summary. */
export function recordMark({
  status,
  conclusion,
  request,
  hasRemark = false,
}: Pick<ActionSummary, 'status' | 'conclusion' | 'request' | 'hasRemark'>): Mark {
  if (status === 'running') return steps.running
  // Nothing was expected of it that could hold.
  if (conclusion === 'holds' && request.kind === 'push') return steps.done
  if (hasRemark) return remarked
  return conclusion === null ? notKnown : conclusions[conclusion]
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
