import { memo, useRef, type CSSProperties, type KeyboardEvent, type PointerEvent } from 'react'
import { classNames } from './class-names.ts'
import { moveInBytes, selectedRange, type ByteSelection } from './hex-keys.ts'
import styles from './hex-view.module.css'
import { headHeight, VirtualList, virtualRowClass } from './virtual-list.tsx'

export interface HexViewProps {
  readonly label: string
  readonly bytes: Uint8Array
  /** What the bytes were: those that differ are marked. */
  readonly before?: Uint8Array | null
  readonly bytesPerRow: 8 | 16
  /** `[start, end)` that something else points at, or null. */
  readonly hot: { readonly start: number; readonly end: number } | null
  readonly selection: ByteSelection | null
  readonly onSelect: (selection: ByteSelection | null) => void
  /** The byte under the pointer, or -1. */
  readonly onPoint: (at: number) => void
  /** The byte to bring into sight whenever `scrollGeneration` changes, or -1. */
  readonly scrollTo?: number
  readonly scrollGeneration?: string
}

const lineHeight = 20

/** What all lines and the line of offsets above take, in pixels. */
export function hexHeight(byteCount: number, bytesPerRow: number): number {
  return headHeight + Math.ceil(byteCount / bytesPerRow) * lineHeight + 2
}

/**
 * Bytes in lines with their offsets and their characters. Only the lines in sight are made, so megabytes scroll like
 * anything else. A grid with a cursor: arrow keys, Shift marks, Ctrl+A takes all.
 */
export function HexView(props: HexViewProps) {
  const { label, bytes, before, bytesPerRow, hot, selection, onSelect, onPoint } = props
  const isMarking = useRef(false)
  const digits = Math.max(4, (bytes.length - 1).toString(16).length)
  const count = Math.ceil(bytes.length / bytesPerRow)
  const marked = selection ? selectedRange(selection) : null
  const cursor = selection?.cursor ?? -1
  const cursorLine = cursor < 0 ? -1 : Math.floor(cursor / bytesPerRow)
  const scrollTo = props.scrollTo !== undefined && props.scrollTo >= 0 ? props.scrollTo : cursor

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && selection) {
      onSelect(null)
      event.preventDefault()
      event.stopPropagation()
      return
    }
    const key = {
      key: event.key,
      isShift: event.shiftKey,
      isMod: event.ctrlKey || event.metaKey,
    }
    const next = moveInBytes(selection, key, bytes.length, bytesPerRow)
    if (!next) return
    event.preventDefault()
    event.stopPropagation()
    onSelect(next)
  }
  const onPointerDown = (event: PointerEvent) => {
    const at = byteAt(event)
    if (at < 0 || event.button !== 0) return
    isMarking.current = true
    onSelect({ anchor: event.shiftKey && selection ? selection.anchor : at, cursor: at })
  }
  const onPointerMove = (event: PointerEvent) => {
    const at = byteAt(event)
    onPoint(at)
    if (!isMarking.current || at < 0 || !selection) return
    if ((event.buttons & 1) === 0) isMarking.current = false
    else if (selection.cursor !== at) onSelect({ anchor: selection.anchor, cursor: at })
  }
  const renderRow = (line: number, place: CSSProperties) => {
    const start = line * bytesPerRow
    const end = Math.min(bytes.length, start + bytesPerRow)
    return (
      <HexLine
        key={line}
        line={line}
        place={place}
        bytes={bytes}
        before={before ?? null}
        start={start}
        end={end}
        bytesPerRow={bytesPerRow}
        digits={digits}
        hot={clipped(hot, start, end)}
        marked={clipped(marked, start, end)}
        cursor={line === cursorLine ? cursor : -1}
      />
    )
  }
  return (
    <div className={styles.hex} style={{ minWidth: widthOf(digits, bytesPerRow) }}>
      <VirtualList
        role="grid"
        aria-label={label}
        aria-rowcount={count + 1}
        aria-colcount={bytesPerRow + 2}
        aria-multiselectable
        aria-activedescendant={cursor >= 0 && cursor < bytes.length ? `byte-${cursor}` : undefined}
        tabIndex={0}
        isMono
        count={count}
        height={lineHeight}
        head={<Ruler digits={digits} bytesPerRow={bytesPerRow} />}
        onKeyDown={onKeyDown}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerLeave={() => onPoint(-1)}
        onPointerUp={() => {
          isMarking.current = false
        }}
        scrollTo={scrollTo < 0 ? -1 : Math.floor(scrollTo / bytesPerRow)}
        scrollGeneration={`${props.scrollGeneration ?? ''} ${cursor}`}
        keep={cursorLine}
        renderRow={renderRow}
      />
    </div>
  )
}

function Ruler({ digits, bytesPerRow }: { readonly digits: number; readonly bytesPerRow: number }) {
  return (
    <div role="row" aria-rowindex={1} className={styles.line}>
      <span role="columnheader" className={styles.offset} style={{ width: `${digits}ch` }}>
        <span className={styles.spoken}>Offset</span>
      </span>
      <span role="presentation" className={styles.bytes}>
        {Array.from({ length: bytesPerRow }, (_, i) => (
          <span
            key={i}
            role="columnheader"
            className={classNames(styles.byte, i === 8 && styles.half)}
          >
            {twoDigits(i)}
          </span>
        ))}
      </span>
      <span role="columnheader" className={styles.ascii}>
        ASCII
      </span>
    </div>
  )
}

interface HexLineProps {
  readonly line: number
  readonly place: CSSProperties
  readonly bytes: Uint8Array
  readonly before: Uint8Array | null
  readonly start: number
  readonly end: number
  readonly bytesPerRow: number
  readonly digits: number
  /** `start-end` inside the line, or an empty text: compared by value. */
  readonly hot: string
  readonly marked: string
  readonly cursor: number
}

const HexLine = memo(function HexLine(props: HexLineProps) {
  const { line, place, bytes, before, start, end, bytesPerRow, digits, cursor } = props
  const hot = unclipped(props.hot)
  const marked = unclipped(props.marked)
  const cells = Array.from({ length: end - start }, (_, i) => {
    const at = start + i
    const isMarked = at >= marked.start && at < marked.end
    const isChanged = before !== null && before[at] !== bytes[at]
    const looks = classNames(
      at >= hot.start && at < hot.end && styles.hot,
      isMarked && styles.marked,
      isChanged && styles.changed,
      at === cursor && styles.cursor,
    )
    return { at, byte: bytes[at]!, isMarked, looks }
  })
  return (
    <div
      role="row"
      aria-rowindex={line + 2}
      className={classNames(virtualRowClass, styles.line)}
      style={place}
    >
      <span role="rowheader" className={styles.offset} style={{ width: `${digits}ch` }}>
        {start.toString(16).padStart(digits, '0')}
      </span>
      <span role="presentation" className={styles.bytes} style={{ width: bytesWidth(bytesPerRow) }}>
        {cells.map(({ at, byte, isMarked, looks }) => (
          <span
            key={at}
            id={`byte-${at}`}
            role="gridcell"
            aria-selected={isMarked}
            data-at={at}
            className={classNames(styles.byte, at - start === 8 && styles.half, looks)}
          >
            {twoDigits(byte)}
          </span>
        ))}
      </span>
      <span role="gridcell" className={styles.ascii}>
        {cells.map(({ at, byte, looks }) => {
          const isPrintable = byte >= 0x20 && byte < 0x7f
          return (
            <span key={at} data-at={at} className={classNames(!isPrintable && styles.dot, looks)}>
              {isPrintable ? String.fromCharCode(byte) : '.'}
            </span>
          )
        })}
      </span>
    </div>
  )
}, isAlike)

/** The place follows from the line. */
function isAlike(one: HexLineProps, other: HexLineProps): boolean {
  return (
    one.line === other.line &&
    one.bytes === other.bytes &&
    one.before === other.before &&
    one.bytesPerRow === other.bytesPerRow &&
    one.digits === other.digits &&
    one.hot === other.hot &&
    one.marked === other.marked &&
    one.cursor === other.cursor
  )
}

/** A line with its gaps, its padding and the scroll bar. */
function widthOf(digits: number, bytesPerRow: number): string {
  const halves = bytesPerRow > 8 ? 1 : 0
  return `calc(${digits + 4 + 4 * bytesPerRow + halves}ch + 38px)`
}

/** Three characters each, and one between the halves. */
function bytesWidth(bytesPerRow: number): string {
  return `${3 * bytesPerRow + (bytesPerRow > 8 ? 1 : 0)}ch`
}

function clipped(
  range: { readonly start: number; readonly end: number } | null,
  start: number,
  end: number,
): string {
  if (!range || range.end <= start || range.start >= end) return ''
  return `${Math.max(range.start, start)}-${Math.min(range.end, end)}`
}

function unclipped(text: string): { readonly start: number; readonly end: number } {
  const [start, end] = text === '' ? [-1, -1] : text.split('-').map(Number)
  return { start: start!, end: end! }
}

function twoDigits(value: number): string {
  return value.toString(16).padStart(2, '0')
}

/** One handler for all bytes: finds that of an event, or -1. */
function byteAt({ target }: PointerEvent): number {
  const found = target instanceof Element && target.closest('[data-at]')
  return found ? Number(found.getAttribute('data-at')) : -1
}
