import { useEffect, useRef } from 'react'
import type { PlannedStep, StepRecord } from '../../../core/contract/types.ts'
import { sentenceFor, type Failure } from '../../../core/failure.ts'
import type { Outcome } from '../../../core/kext/decode-outcome.ts'
import { classNames } from '../../widgets/class-names.ts'
import { CopyButton } from '../../widgets/copyable.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { OutcomeNote } from './outcome-note.tsx'
import { durationText } from './quantities.ts'
import { StatusMark, stepMark } from './status-mark.tsx'
import { tailOf, visibleLines } from './step-output.ts'
import styles from './step-list.module.css'

export interface StepListProps {
  readonly steps: readonly (PlannedStep | StepRecord)[]
  /** What is said above the list already. */
  readonly toldOutcome?: Outcome | null
  readonly toldFailure?: Failure | null
  /** The step under way is kept in sight. */
  readonly isFollowed?: boolean
}

/** The commands of an action, in order; with records, also how far each is and what it said. */
export function StepList(props: StepListProps) {
  const { steps, toldOutcome = null, toldFailure = null, isFollowed = false } = props
  const list = useRef<HTMLOListElement>(null)
  const running = steps.findIndex(step => 'status' in step && step.status === 'running')
  useEffect(() => {
    if (isFollowed && running > 0) list.current?.children[running]?.scrollIntoView({ block: 'end' })
  }, [isFollowed, running])
  return (
    <ol ref={list} className={styles.list}>
      {steps.map((step, index) => (
        // Steps of a plan never change their order, and equal commands occur.
        <Step
          key={index}
          step={step}
          number={index + 1}
          toldOutcome={toldOutcome}
          toldFailure={toldFailure}
        />
      ))}
    </ol>
  )
}

interface StepProps {
  readonly step: PlannedStep | StepRecord
  readonly number: number
  readonly toldOutcome: Outcome | null
  readonly toldFailure: Failure | null
}

function Step({ step, number, toldOutcome, toldFailure }: StepProps) {
  const record = 'status' in step ? step : null
  return (
    <li
      className={classNames(styles.step, record?.status === 'skipped' && styles.skipped)}
      aria-current={record?.status === 'running' ? 'step' : undefined}
    >
      <div className={styles.gutter}>
        {record ? (
          <StatusMark mark={stepMark(record.status)} />
        ) : (
          <span className={styles.number}>{number}</span>
        )}
      </div>
      <div className={styles.content}>
        <div className={styles.head}>
          <span className={styles.explanation}>{step.explanation}</span>
          {step.runsAsRoot && <span className={styles.badge}>as root</span>}
          {!step.changesGuest && <span className={styles.badge}>only reads</span>}
          {record && <StepResult record={record} />}
        </div>
        <div className={styles.command}>
          <code>{visibleText(step.command)}</code>
          <CopyButton text={step.command} what="the command" />
        </div>
        {record && <StepOutput record={record} />}
        {record?.outcome && record.outcome !== toldOutcome && (
          <OutcomeNote outcome={record.outcome} />
        )}
        {record?.failure && record.failure !== toldFailure && (
          <p className={styles.failure}>{sentenceFor(record.failure)}</p>
        )}
      </div>
    </li>
  )
}

function StepResult({ record }: { readonly record: StepRecord }) {
  const { exitCode, durationMs } = record
  if (exitCode === null && durationMs === null) return null
  return (
    <span className={styles.result}>
      {exitCode !== null && `exit ${exitCode}`}
      {exitCode !== null && durationMs !== null && ' · '}
      {durationMs !== null && durationText(durationMs)}
    </span>
  )
}

function StepOutput({ record }: { readonly record: StepRecord }) {
  const box = useRef<HTMLPreElement>(null)
  const isFollowing = useRef(true)
  const { chunks, cutCharacters } = tailOf(record.output)

  useEffect(() => {
    const element = box.current
    if (element && isFollowing.current) element.scrollTop = element.scrollHeight
  }, [record.output])

  if (record.output.length === 0) return null
  return (
    <pre
      ref={box}
      className={styles.output}
      tabIndex={0}
      role="log"
      aria-label="Output"
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        isFollowing.current = scrollHeight - scrollTop - clientHeight < 8
      }}
    >
      {cutCharacters > 0 && (
        <span className={styles.note}>
          {`… ${cutCharacters.toLocaleString('en-US')} characters before this are not shown\n`}
        </span>
      )}
      {chunks.map((chunk, index) => (
        <span key={index} className={styles[chunk.stream]}>
          {visibleLines(chunk.text)}
        </span>
      ))}
    </pre>
  )
}
