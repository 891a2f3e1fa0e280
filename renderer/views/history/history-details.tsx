import { ChevronDown } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ActionRecord, ActionSummary } from '../../../core/contract/types.ts'
import { sentenceFor, type Failure } from '../../../core/failure.ts'
import { whyNoAction } from '../../state/action-words.ts'
import { useCancelOf } from '../../state/action-runner.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { bundleIdentifierOf } from '../../state/follow-builds.ts'
import { failureOf } from '../../state/store.ts'
import { Button } from '../../widgets/button.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { smallIconProps } from '../../widgets/icons.ts'
import { Menu, MenuItem } from '../../widgets/menu.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { ActionPanel } from '../action/action-panel.tsx'
import { blockerCommandsFor, isWorthRecording } from '../action/blocker-commands.ts'
import { durationText } from '../action/quantities.ts'
import { dayAndTime } from '../shell/times.ts'
import { exportFormats, type ExportFormat } from './export-dialog.tsx'
import styles from './history-view.module.css'

export interface HistoryDetailsProps {
  readonly action: ActionSummary
  readonly onExport: (format: ExportFormat) => void
}

/** One action of the history: what to do with it, and all that is kept of it. */
export function HistoryDetails({ action, onExport }: HistoryDetailsProps) {
  const { openSheet } = useActions()
  const whyNot = useApp(state => whyNoAction(state.connection, state.host))
  const isRunning = action.status === 'running'
  return (
    <section className={styles.details} aria-label={`Details of ${action.title}`}>
      <header className={styles.head}>
        <div className={styles.names}>
          <h2>{visibleText(action.title)}</h2>
          <p>
            {visibleText(action.targetLabel)} · {dayAndTime(action.startedAt)}
            {spanOf(action)}
          </p>
        </div>
        <div className={styles.buttons}>
          {!isRunning && (
            <Button
              whyNot={whyNot}
              onClick={() => openSheet({ kind: 'plan', request: action.request })}
            >
              Plan it again…
            </Button>
          )}
          <Menu
            align="end"
            trigger={
              <Button>
                <span className={styles.export}>
                  Export
                  <ChevronDown {...smallIconProps} />
                </span>
              </Button>
            }
          >
            {exportFormats.map(({ format, text, hint }) => (
              <MenuItem key={format} onSelect={() => onExport(format)}>
                <span>
                  {text}
                  <span className={styles.hint}>{hint}</span>
                </span>
              </MenuItem>
            ))}
          </Menu>
        </div>
      </header>
      <RecordOf action={action} />
    </section>
  )
}

/** The record itself, which the host is asked for when it is looked at. */
function RecordOf({ action }: { readonly action: ActionSummary }) {
  const { loadRecord } = useActions()
  const record = useApp(state => state.records.get(action.id))
  const [failure, setFailure] = useState<Failure | null>(null)
  const isThere = record !== undefined
  useEffect(() => {
    if (isThere) return
    let isOver = false
    loadRecord(action.id).catch((error: unknown) => {
      if (!isOver) setFailure(failureOf(error))
    })
    return () => {
      isOver = true
    }
  }, [loadRecord, action.id, isThere])
  if (record) return <Record record={record} />
  return failure ? (
    <EmptyState title="This record cannot be read">{visibleText(sentenceFor(failure))}</EmptyState>
  ) : (
    <EmptyState title="Reading the record…" />
  )
}

function Record({ record }: { readonly record: ActionRecord }) {
  const actions = useActions()
  const running = useCancelOf(record.id)
  const isLost = useApp(state => state.connection.phase === 'lost')
  const blocked = useApp(state => whyNoAction(state.connection, state.host))
  // An entry is found by its ID in a capture of the same boot only; in any other by its path.
  const hasCapture = useApp(state => state.current !== null)
  const hostPaths = useApp(state => state.builds.hostPaths)
  const bundleIdentifier = bundleIdentifierOf(record)
  return (
    <ActionPanel
      record={record}
      isCancelling={running.isCancelling}
      aside={
        <Button kind="danger" disabled={running.isCancelling} onClick={running.cancel}>
          {running.isCancelling ? 'Cancelling…' : 'Cancel the action'}
        </Button>
      }
      isLost={isLost}
      blocked={blocked}
      onShowEntry={
        record.snapshotAfter === null || !hasCapture
          ? null
          : ({ id, path }) => actions.showEntry({ id, path })
      }
      blockerCommands={blockerCommandsFor(bundleIdentifier, record.request, {
        plan: request => actions.openSheet({ kind: 'plan', request }),
        capture: () => void actions.takeCapture(),
      })}
      onRecordExpectations={
        isWorthRecording(record) && bundleIdentifier !== null
          ? () =>
              actions.startRecordingExpectations({
                bundleIdentifier,
                bundlePath: hostPaths.get(bundleIdentifier) ?? null,
                actionId: record.id,
              })
          : null
      }
    />
  )
}

function spanOf({ startedAt, endedAt }: ActionSummary): string {
  if (endedAt === null) return ''
  const ms = Date.parse(endedAt) - Date.parse(startedAt)
  return ms >= 0 ? ` · took ${durationText(ms)}` : ''
}
