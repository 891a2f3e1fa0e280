import { History } from 'lucide-react'
import { useDeferredValue, useEffect, useMemo, useState } from 'react'
import type { ActionSummary } from '../../../core/contract/types.ts'
import { sentenceFor, type Failure } from '../../../core/failure.ts'
import { whyNoAction } from '../../state/action-words.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { failureOf } from '../../state/store.ts'
import { Button } from '../../widgets/button.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { Select } from '../../widgets/field.tsx'
import { FilterField } from '../../widgets/filter-field.tsx'
import { iconProps } from '../../widgets/icons.ts'
import { SplitPane } from '../../widgets/split-pane.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { countText } from '../action/quantities.ts'
import { filterFieldId } from '../../commands/focus-filter.ts'
import { ExportDialog, type ExportFormat } from './export-dialog.tsx'
import { HistoryDetails } from './history-details.tsx'
import { HistoryList } from './history-list.tsx'
import { shownActions, targetsOf } from './history-rows.ts'
import styles from './history-view.module.css'

/** Everything that was done to guests, newest first, each with what it came to. */
export function HistoryView() {
  const history = useApp(state => state.history)
  const whyNot = useApp(state => whyNoAction(state.connection, state.host))
  const { openSheet } = useActions()
  if (history.length === 0) {
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
  return <Actions history={history} />
}

const allTargets = ''
const mostDetails = 1800

/** Of the details: reports are read there, and the list needs no more than its lines. */
function firstWidth(): number {
  return Math.min(mostDetails, Math.max(480, Math.round(window.innerWidth * 0.6)))
}

function Actions({ history }: { readonly history: readonly ActionSummary[] }) {
  const selectedId = useApp(state => state.selectedAction)
  const { selectAction } = useActions()
  const [detailWidth, setDetailWidth] = useState(firstWidth)
  const [targetId, setTargetId] = useState(allTargets)
  const [text, setText] = useState('')
  const [format, setFormat] = useState<ExportFormat | null>(null)
  const deferred = useDeferredValue(text)
  const found = useFound(text.trim())
  const targets = useMemo(() => targetsOf(history), [history])
  const shown = useMemo(
    () => shownActions(history, { targetId: targetId || null, text: deferred, found: found.ids }),
    [history, targetId, deferred, found.ids],
  )
  const selected = shown.find(({ id }) => id === selectedId) ?? shown[0]
  const clear = () => {
    setText('')
    setTargetId(allTargets)
  }
  return (
    <div className={styles.view}>
      <SplitPane
        direction="row"
        what="details"
        size={detailWidth}
        min={440}
        max={mostDetails}
        isSecondMain
        onResize={setDetailWidth}
        first={
          <div className={styles.side}>
            <div className={styles.bar}>
              <div className={styles.filter}>
                <FilterField
                  id={filterFieldId}
                  label="Search the history"
                  placeholder="Command, output, class, outcome"
                  value={text}
                  onChange={setText}
                />
              </div>
              {targets.length > 1 && (
                <div className={styles.target}>
                  <Select
                    label="Target"
                    isLabelHidden
                    value={targetId}
                    options={[
                      { value: allTargets, text: 'All targets' },
                      ...targets.map(({ id, label, count }) => ({
                        value: id,
                        text: `${visibleText(label)} (${count})`,
                      })),
                    ]}
                    onChange={setTargetId}
                  />
                </div>
              )}
            </div>
            <p className={styles.count} role="status">
              {found.failure
                ? visibleText(sentenceFor(found.failure))
                : `${countOf(shown.length, history.length)}${found.isAsked ? ', still looking…' : ''}`}
            </p>
            {shown.length > 0 ? (
              <HistoryList
                actions={shown}
                selectedId={selected?.id ?? null}
                hasTargets={targets.length > 1}
                onSelect={selectAction}
              />
            ) : (
              <EmptyState
                title={found.isAsked ? 'Looking…' : 'No action matches'}
                actions={<Button onClick={clear}>Show all</Button>}
              />
            )}
          </div>
        }
        second={
          selected ? (
            <HistoryDetails key={selected.id} action={selected} onExport={setFormat} />
          ) : (
            <EmptyState title="No action selected" />
          )
        }
      />
      {format !== null && selected && (
        <ExportDialog
          format={format}
          selected={selected}
          shown={shown}
          onClose={() => setFormat(null)}
        />
      )}
    </div>
  )
}

/** `12 of 340`; of a whole history only how many there are. */
function countOf(shown: number, all: number): string {
  return shown === all
    ? countText(all, 'action')
    : `${shown.toLocaleString('en-US')} of ${countText(all, 'action')}`
}

interface Found {
  readonly ids: ReadonlySet<string> | null
  readonly isAsked: boolean
  readonly failure: Failure | null
}

const restMs = 180

/** The records that hold a text anywhere, asked for when typing pauses. */
function useFound(text: string): Found {
  const { searchHistory } = useActions()
  const [answer, setAnswer] = useState<{
    readonly text: string
    readonly ids: ReadonlySet<string>
    readonly failure: Failure | null
  } | null>(null)
  useEffect(() => {
    if (text === '') return
    const controller = new AbortController()
    const take = (ids: readonly string[], failure: Failure | null) => {
      if (!controller.signal.aborted) setAnswer({ text, ids: new Set(ids), failure })
    }
    const timer = setTimeout(() => {
      searchHistory(text.slice(0, 1000), controller.signal).then(
        ids => take(ids, null),
        (error: unknown) => take([], failureOf(error)),
      )
    }, restMs)
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  }, [searchHistory, text])
  if (text === '') return { ids: null, isAsked: false, failure: null }
  return answer?.text === text
    ? { ids: answer.ids, isAsked: false, failure: answer.failure }
    : { ids: null, isAsked: true, failure: null }
}
