import { History } from 'lucide-react'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import type { ActionRecord } from '../../../core/contract/types.ts'
import { whyNoAction } from '../../state/action-flow.ts'
import { useCancelOf } from '../../state/action-runner.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { Button } from '../../widgets/button.tsx'
import { classNames } from '../../widgets/class-names.ts'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { iconProps } from '../../widgets/icons.ts'
import { SplitPane } from '../../widgets/split-pane.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { ActionPanel } from '../action/action-panel.tsx'
import { failureHeadline } from '../action/failure-note.tsx'
import { durationText } from '../action/quantities.ts'
import { recordMark, StatusMark } from '../action/status-mark.tsx'
import { dayAndTime } from '../shell/times.ts'
import styles from './history-view.module.css'

/** Everything that was done to guests, newest first, each with what it came to. */
export function HistoryView() {
  const history = useApp(state => state.history)
  const whyNot = useApp(state => whyNoAction(state.connection, state.host))
  const selectedId = useApp(state => state.selectedAction)
  const { selectAction, showEntry, openSheet } = useActions()
  const [detailWidth, setDetailWidth] = useState(760)
  const selected = history.find(record => record.id === selectedId) ?? history[0]

  const running = useCancelOf(selected?.id)
  const isLost = useApp(state => state.connection.phase === 'lost')

  if (!selected) {
    return (
      <EmptyState
        icon={<History {...iconProps} />}
        title="Nothing has been done yet"
        actions={
          <Button whyNot={whyNot} onClick={() => openSheet({ kind: 'load', bundlePath: null })}>
            Choose a kext…
          </Button>
        }
      >
        Every push, load and unload is kept here with its commands, their output and the report.
      </EmptyState>
    )
  }
  return (
    <div className={styles.view}>
      <SplitPane
        direction="row"
        what="details"
        size={detailWidth}
        min={440}
        max={1100}
        onResize={setDetailWidth}
        first={<Records records={history} selected={selected} onSelect={selectAction} />}
        second={
          <section className={styles.details} aria-label={`Details of ${selected.title}`}>
            <header className={styles.head}>
              <h2>{visibleText(selected.title)}</h2>
              <p>
                {visibleText(selected.targetLabel)} · {dayAndTime(selected.startedAt)}
                {spanOf(selected)}
              </p>
            </header>
            <ActionPanel
              key={selected.id}
              record={selected}
              isCancelling={running.isCancelling}
              aside={
                <Button kind="danger" disabled={running.isCancelling} onClick={running.cancel}>
                  {running.isCancelling ? 'Cancelling…' : 'Cancel the action'}
                </Button>
              }
              isLost={isLost}
              onShowEntry={
                selected.snapshotAfter === null ? null : ({ id, path }) => showEntry({ id, path })
              }
            />
          </section>
        }
      />
    </div>
  )
}

interface RecordsProps {
  readonly records: readonly ActionRecord[]
  readonly selected: ActionRecord
  readonly onSelect: (actionId: string) => void
}

function Records({ records, selected, onSelect }: RecordsProps) {
  const list = useRef<HTMLUListElement>(null)
  const moved = useRef(false)

  useEffect(() => {
    if (!moved.current) return
    moved.current = false
    list.current?.querySelector<HTMLElement>('[aria-selected="true"]')?.focus()
  }, [selected.id])

  const onKeyDown = (event: KeyboardEvent) => {
    const at = records.findIndex(record => record.id === selected.id)
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: records.length - 1,
    }
    const to = records[moves[event.key] ?? -1]
    if (!to) return
    event.preventDefault()
    moved.current = true
    onSelect(to.id)
  }
  return (
    <ul
      ref={list}
      role="listbox"
      aria-label="Actions"
      className={styles.records}
      onKeyDown={onKeyDown}
    >
      {records.map(record => (
        <li
          key={record.id}
          role="option"
          aria-selected={record.id === selected.id}
          tabIndex={record.id === selected.id ? 0 : -1}
          className={classNames(styles.record, record.id === selected.id && styles.selected)}
          onClick={() => onSelect(record.id)}
        >
          <StatusMark mark={recordMark(record)} />
          <span className={styles.words}>
            <span className={styles.title}>{visibleText(record.title)}</span>
            <span className={styles.summary}>{visibleText(summaryOf(record))}</span>
            <span className={styles.when}>
              {visibleText(record.targetLabel)} · {dayAndTime(record.startedAt)}
            </span>
          </span>
        </li>
      ))}
    </ul>
  )
}

/** What it came to, in the words of the report or of the step that failed. */
function summaryOf({ status, report, steps, request }: ActionRecord): string {
  if (report) return report.headline
  switch (status) {
    case 'running':
      return 'Under way'
    case 'cancelled':
      return 'Cancelled'
    case 'failed':
      return whyFailed(steps)
    case 'done':
      return request.kind === 'push' ? 'Pushed, not loaded' : 'Done'
  }
}

function whyFailed(steps: ActionRecord['steps']): string {
  const broken = steps.find(step => step.status === 'failed')
  if (broken?.outcome) return broken.outcome.headline
  return broken?.failure ? failureHeadline(broken.failure) : 'Failed'
}

function spanOf({ startedAt, endedAt }: ActionRecord): string {
  if (endedAt === null) return ''
  const ms = Date.parse(endedAt) - Date.parse(startedAt)
  return ms >= 0 ? ` · took ${durationText(ms)}` : ''
}
