import {
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  type ComponentProps,
  type CSSProperties,
  type ReactNode,
  type Ref,
} from 'react'
import { flushSync } from 'react-dom'
import { classNames } from './class-names.ts'
import styles from './virtual-list.module.css'
import { dealSlots, noSlots } from './row-slots.ts'
import { rowsInSight, scrollForRow } from './virtual-window.ts'

export const rowHeight = 24
export const headHeight = 28

export interface VirtualListProps extends Omit<
  ComponentProps<'div'>,
  'ref' | 'className' | 'style'
> {
  readonly count: number
  readonly height?: number
  /** Gets the row's place as `style`; must put it on the row's element. With `idOf`, `slot` is to be its key. */
  readonly renderRow: (index: number, style: CSSProperties, slot: number) => ReactNode
  /** What a row shows, as a number: rows get elements by it that are used again after a jump (`RowSlots`). */
  readonly idOf?: (index: number) => number
  /** The row to bring into sight whenever `scrollGeneration` changes, or -1. */
  readonly scrollTo?: number
  readonly scrollGeneration?: number | string
  readonly overscan?: number
  /** A row that has to stay in the document although it is out of sight: the focused one. */
  readonly keep?: number
  /** Says which rows are in sight, `[from, to)`, whenever they may have changed. */
  readonly onSight?: (from: number, to: number) => void
  readonly viewportRef?: Ref<HTMLDivElement>
  readonly isMono?: boolean
  /** Column titles, `headHeight` high: inside the viewport, so that a scroll bar shifts no column. */
  readonly head?: ReactNode
}

/**
 * Paints the rows in sight. Knows a row height, a count and how to paint a row; nothing of its content.
 * All rows are of one height, so that finding those in sight costs the same for ten rows and a million.
 */
export function VirtualList(props: VirtualListProps) {
  const {
    count,
    height = rowHeight,
    renderRow,
    idOf = sameIndex,
    scrollTo = -1,
    scrollGeneration = 0,
    overscan = 4,
    keep = -1,
    onSight,
    viewportRef,
    isMono,
    head,
    onScroll,
    ...rest
  } = props
  const viewport = useRef<HTMLDivElement>(null)
  useImperativeHandle(viewportRef, () => viewport.current!)
  const top = head === undefined ? 0 : headHeight
  const [sight, setSight] = useState({ first: 0, rows: 0, isJump: false })
  const settling = useRef<ReturnType<typeof setTimeout>>(undefined)
  /** As last seen: to ask the element in the middle of a change would make it lay out at once. */
  const seen = useRef({ scrollTop: 0, room: 0 })

  const look = useCallback(() => {
    const element = viewport.current
    if (!element) return
    seen.current = {
      scrollTop: element.scrollTop,
      room: Math.max(0, element.clientHeight - top),
    }
    const first = Math.max(0, Math.floor(seen.current.scrollTop / height))
    // One more: the first and the last row may both be cut.
    const rows = Math.ceil(seen.current.room / height) + 1
    setSight(before => {
      if (before.first === first && before.rows === rows) return before
      return { first, rows, isJump: Math.abs(first - before.first) >= before.rows }
    })
    clearTimeout(settling.current)
    settling.current = setTimeout(
      () => setSight(before => (before.isJump ? { ...before, isJump: false } : before)),
      restMs,
    )
  }, [height, top])

  useLayoutEffect(() => {
    look()
    const observer = new ResizeObserver(look)
    observer.observe(viewport.current!)
    return () => {
      observer.disconnect()
      clearTimeout(settling.current)
    }
  }, [look])

  const target = useRef({ scrollTo, count })
  useLayoutEffect(() => {
    target.current = { scrollTo, count }
  })
  useEffect(() => {
    const element = viewport.current
    const row = target.current.scrollTo
    if (!element || row < 0 || row >= target.current.count) return
    const { scrollTop, room } = seen.current
    const to = scrollForRow(row, scrollTop, room, height)
    if (to !== scrollTop) element.scrollTop = to
    // Only the generation asks for a scroll: that the rows changed is no reason to jump.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [scrollGeneration])

  const { from, to } = rowsInSight(sight, count, sight.isJump ? 0 : overscan)
  // Without a list of what it depends on: a new `onSight` stands for new rows.
  useEffect(() => onSight?.(from, to), [onSight, from, to])
  const shown = Array.from({ length: to - from }, (_, i) => from + i)
  if (keep >= 0 && keep < from) shown.unshift(keep)
  else if (keep >= to && keep < count) shown.push(keep)
  const [dealt, setDealt] = useState(noSlots)
  const kept = keep >= 0 && keep < count ? idOf(keep) : -1
  const now = dealSlots(dealt, shown.map(idOf), kept)
  // A drawing that is given up leaves what it dealt behind.
  if (now !== dealt) setDealt(now)
  return (
    <div
      {...rest}
      ref={viewport}
      // In the frame of the scroll itself: later, and the rows come after an empty frame.
      onScroll={event => {
        flushSync(look)
        onScroll?.(event)
      }}
      className={classNames(styles.viewport, isMono && styles.mono)}
    >
      {head !== undefined && <div className={styles.head}>{head}</div>}
      <div
        role={head === undefined ? 'presentation' : 'rowgroup'}
        className={styles.canvas}
        style={{ height: count * height }}
      >
        {shown.map((row, i) =>
          renderRow(row, { transform: `translateY(${row * height}px)`, height }, now.slots[i]!),
        )}
      </div>
    </div>
  )
}

/** What surrounds a place that was jumped to is drawn when the list has stood so long: the next jump may come before. */
const restMs = 300

const sameIndex = (index: number) => index

/** Goes on every row, beside its `style`. */
export const virtualRowClass = styles.row!
