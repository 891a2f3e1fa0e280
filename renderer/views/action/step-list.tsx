import { useEffect, useRef, useState } from 'react'
import type { PlannedStep, StepRecord } from '../../../core/contract/types.ts'
import { sentenceFor, type Failure } from '../../../core/failure.ts'
import type { Outcome } from '../../../core/kext/outcome.ts'
import { LinkButton } from '../../widgets/button.tsx'
import { classNames } from '../../widgets/class-names.ts'
import { CopyButton } from '../../widgets/copyable.tsx'
import { Disclosure } from '../../widgets/disclosure.tsx'
import printed from '../../widgets/printed.module.css'
import { useOneStop } from '../../widgets/use-one-stop.ts'
import { visibleText } from '../../widgets/visible-text.ts'
import { OutcomeNote } from './outcome-note.tsx'
import { groupDuration, groupStatus, phaseWord, stepGroups, type StepGroup } from './phases.ts'
import { countText, durationText } from './quantities.ts'
import { StatusMark, stepMark } from './status-mark.tsx'
import { lineCount, tailOf, visibleLines } from './step-output.ts'
import styles from './step-list.module.css'

export interface StepListProps {
  readonly steps: readonly (PlannedStep | StepRecord)[]
  /** What is said above the list already. */
  readonly toldOutcome?: Outcome | null
  readonly toldFailure?: Failure | null
  /** Every phase is open; otherwise only one that failed. */
  readonly isOpen?: boolean
}

/** What folds and what copies. */
const controls = 'summary, button'

/**
 * The commands of an action by phase, in order; with records, also how far each is and what it said. Tab comes to the
 * list once, and the arrow keys go through it.
 */
export function StepList(props: StepListProps) {
  const { steps, toldOutcome = null, toldFailure = null, isOpen = false } = props
  const list = useRef<HTMLOListElement>(null)
  useOneStop(list, controls)
  return (
    <ol ref={list} className={styles.groups} aria-label="Steps; arrow keys go from one to the next">
      {stepGroups(steps).map(group => (
        <li key={group.first} className={styles.group}>
          <Disclosure
            isMinor
            title={phaseWord(group.phase)}
            mark={<GroupMark group={group} />}
            aside={<GroupAside group={group} />}
            isOpen={isOpen || groupStatus(group) === 'failed'}
          >
            <ol className={styles.list} start={group.first + 1}>
              {group.steps.map((step, index) => (
                // Steps of a plan never change their order, and equal commands occur.
                <Step
                  key={index}
                  step={step}
                  number={group.first + index + 1}
                  toldOutcome={toldOutcome}
                  toldFailure={toldFailure}
                />
              ))}
            </ol>
          </Disclosure>
        </li>
      ))}
    </ol>
  )
}

function GroupMark({ group }: { readonly group: StepGroup }) {
  const status = groupStatus(group)
  return status && <StatusMark mark={stepMark(status)} />
}

function GroupAside({ group }: { readonly group: StepGroup }) {
  const duration = groupDuration(group)
  const count = group.steps.length
  return (
    <>
      {count > 1 && <span>{countText(count, 'step')}</span>}
      {duration !== null && <span>{durationText(duration)}</span>}
    </>
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
          <p className={styles.explanation}>
            {visibleText(step.explanation)}
            {step.runsAsRoot && <span className={styles.badge}>as root</span>}
            {!step.changesGuest && <span className={styles.badge}>only reads</span>}
          </p>
          {record && <StepResult record={record} />}
        </div>
        <Command command={step.command} number={number} />
        {record && record.output.length > 0 && (
          <Disclosure
            isMinor
            title="Output"
            aside={countText(lineCount(record.output), 'line')}
            isOpen={record.status === 'failed'}
          >
            <StepOutput record={record} />
          </Disclosure>
        )}
        {record?.outcome && record.outcome !== toldOutcome && (
          <OutcomeNote outcome={record.outcome} />
        )}
        {record?.failure && record.failure !== toldFailure && (
          <p className={styles.failure}>{visibleText(sentenceFor(record.failure))}</p>
        )}
      </div>
    </li>
  )
}

/** In characters: more than fits into the lines that are shown at first. */
const longCommand = 240

/** To the letter. A small program of the shell shows its beginning until it is asked for. */
function Command({ command, number }: { readonly command: string; readonly number: number }) {
  const isLong = command.length > longCommand
  const [isWhole, setWhole] = useState(false)
  return (
    <div className={styles.command}>
      <div className={styles.text}>
        <code className={classNames(isLong && !isWhole && styles.begun)}>
          {visibleText(command)}
        </code>
        {isLong && (
          <LinkButton aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
            {isWhole ? 'Show less' : 'Show the whole command'}
          </LinkButton>
        )}
      </div>
      <CopyButton text={command} what={`the command of step ${number}`} />
    </div>
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

/** What a step prints, at its end until the user scrolls up. */
export function StepOutput({ record }: { readonly record: StepRecord }) {
  const box = useRef<HTMLPreElement>(null)
  const isFollowing = useRef(true)
  const { chunks, cutCharacters } = tailOf(record.output)

  useEffect(() => {
    const element = box.current
    if (element && isFollowing.current) element.scrollTop = element.scrollHeight
  }, [record.output])

  return (
    <pre
      ref={box}
      className={printed.printed}
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
