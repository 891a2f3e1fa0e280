import { ArrowDownToLine, CornerRightDown, ScrollText, WrapText } from 'lucide-react'
import { useMemo, useState, type CSSProperties } from 'react'
import type { MissingPart } from '../../../core/contract/types.ts'
import { lastReportOf } from '../../state/action-records.ts'
import { useApp } from '../../state/app-context.tsx'
import { Button, IconButton } from '../../widgets/button.tsx'
import { classNames } from '../../widgets/class-names.ts'
import { CopyButton } from '../../widgets/copyable.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { FilterField } from '../../widgets/filter-field.tsx'
import { iconProps, smallIconProps } from '../../widgets/icons.ts'
import { Toolbar } from '../../widgets/toolbar.tsx'
import { VirtualList, virtualRowClass } from '../../widgets/virtual-list.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { firstNewLine, logRows, matchesIn, type LogRow } from './log-model.ts'
import styles from './log-pane.module.css'

export interface LogPaneProps {
  /** Null where the capture has no kernel log. */
  readonly lines: readonly string[] | null
}

/** The guest's kernel log. What came with the last action is marked. */
export function LogPane({ lines }: LogPaneProps) {
  const reason = useApp(state => whyMissing(state.current?.capture.missing ?? []))
  const lastReport = useApp(lastReportOf)
  if (lines === null) {
    return (
      <EmptyState icon={<ScrollText {...iconProps} />} title="No kernel log in this capture">
        {reason === null
          ? 'A dump file has none; the guest gives it to root only.'
          : visibleText(reason)}
      </EmptyState>
    )
  }
  if (lines.length === 0) {
    return (
      <EmptyState title="The kernel log is empty">
        The guest’s message buffer held no line.
      </EmptyState>
    )
  }
  return <Log lines={lines} newLines={lastReport?.newLogLines ?? null} />
}

function whyMissing(missing: readonly MissingPart[]): string | null {
  return missing.find(({ part }) => part === 'kernel log')?.reason ?? null
}

interface LogProps {
  readonly lines: readonly string[]
  readonly newLines: readonly string[] | null
}

const lineHeight = 20
/** A line of the guest's can be a megabyte; more than this is cut on screen and whole when copied. */
const longestLine = 4000

function Log({ lines, newLines }: LogProps) {
  const [filter, setFilter] = useState('')
  const [isFollowing, setFollowing] = useState(true)
  const [selected, setSelected] = useState<number | null>(null)
  const [jump, setJump] = useState({ to: -1, generation: 0 })

  const firstNew = useMemo(() => firstNewLine(lines, newLines), [lines, newLines])
  const rows = useMemo(() => logRows(lines, filter, firstNew), [lines, filter, firstNew])
  const firstNewRow = rows.findIndex(row => row.isNew)
  const newCount = firstNew === null ? 0 : lines.length - firstNew
  const selectedRow = rows.find(row => row.number === selected) ?? null
  const jumpTo = (to: number) => setJump(({ generation }) => ({ to, generation: generation + 1 }))

  return (
    <section className={styles.pane} aria-label="Kernel log">
      <Toolbar isSlim>
        <div className={styles.filter}>
          <FilterField
            isSlim
            label="Filter the kernel log"
            placeholder="Filter lines"
            value={filter}
            onChange={setFilter}
          />
        </div>
        {filter !== '' && (
          <span className={styles.count} role="status">
            {`${rows.length} of ${lines.length} lines`}
          </span>
        )}
        {newCount > 0 && (
          <Button
            kind="quiet"
            icon={<CornerRightDown {...smallIconProps} />}
            disabled={firstNewRow === -1}
            onClick={() => {
              setFollowing(false)
              jumpTo(firstNewRow)
            }}
          >
            {`${newCount} new since the last action`}
          </Button>
        )}
        <span className={styles.tools}>
          <IconButton
            label={isFollowing ? 'Following the end of the log' : 'Follow the end of the log'}
            icon={<ArrowDownToLine {...smallIconProps} />}
            isPressed={isFollowing}
            onClick={() => setFollowing(!isFollowing)}
          />
          <CopyButton text={rows.map(row => row.text).join('\n')} what="the lines shown" />
        </span>
      </Toolbar>
      {rows.length === 0 ? (
        <EmptyState
          title="No line matches"
          actions={<Button onClick={() => setFilter('')}>Show all</Button>}
        />
      ) : (
        <VirtualList
          role="list"
          tabIndex={0}
          aria-label="Lines of the kernel log"
          isMono
          count={rows.length}
          height={lineHeight}
          scrollTo={isFollowing ? rows.length - 1 : jump.to}
          // Following scrolls whenever the log or its filter changes; a jump whenever it is asked for.
          scrollGeneration={isFollowing ? lines.length * 1000 + rows.length : -jump.generation}
          onWheel={event => event.deltaY < 0 && setFollowing(false)}
          renderRow={(index, place) => (
            <Line
              key={rows[index]!.number}
              row={rows[index]!}
              filter={filter}
              place={place}
              isSelected={rows[index]!.number === selected}
              onSelect={setSelected}
            />
          )}
        />
      )}
      {selectedRow && (
        <div className={styles.whole}>
          <WrapText {...smallIconProps} />
          <p>{visibleText(selectedRow.text.slice(0, 20 * longestLine))}</p>
          <CopyButton text={selectedRow.text} what="the line" />
        </div>
      )}
    </section>
  )
}

interface LineProps {
  readonly row: LogRow
  readonly filter: string
  readonly place: CSSProperties
  readonly isSelected: boolean
  readonly onSelect: (number: number | null) => void
}

function Line({ row, filter, place, isSelected, onSelect }: LineProps) {
  return (
    <div
      role="listitem"
      className={classNames(
        virtualRowClass,
        styles.line,
        row.isNew && styles.new,
        isSelected && styles.selected,
      )}
      style={place}
      onClick={() => {
        // A click that ends a text selection is none.
        if (window.getSelection()?.isCollapsed ?? true) onSelect(isSelected ? null : row.number)
      }}
    >
      <span className={styles.number}>{row.number}</span>
      <span className={styles.mark}>{row.isNew && 'new'}</span>
      <span className={styles.text}>
        <Marked text={row.text.slice(0, longestLine)} filter={filter} />
      </span>
    </div>
  )
}

function Marked({ text, filter }: { readonly text: string; readonly filter: string }) {
  const matches = matchesIn(text, filter)
  if (matches.length === 0) return visibleText(text)
  return (
    <>
      {matches.map(([start, end], index) => (
        <span key={start}>
          {visibleText(text.slice(matches[index - 1]?.[1] ?? 0, start))}
          <mark>{visibleText(text.slice(start, end))}</mark>
        </span>
      ))}
      {visibleText(text.slice(matches.at(-1)![1]))}
    </>
  )
}
