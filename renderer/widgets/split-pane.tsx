import {
  useRef,
  type CSSProperties,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
} from 'react'
import { classNames } from './class-names.ts'
import styles from './split-pane.module.css'

export interface SplitPaneProps {
  /** Side by side, or one above the other. */
  readonly direction: 'row' | 'column'
  /** What the handle resizes, for its name: "inspector". */
  readonly what: string
  /** Of the second pane, in pixels. */
  readonly size: number
  readonly min: number
  readonly max: number
  readonly onResize: (size: number) => void
  /** A double click on the handle: back to the size it has by itself. */
  readonly onReset?: () => void
  readonly first: ReactNode
  /** Null hides the pane and its handle. */
  readonly second: ReactNode
  /** The second pane is what one reads, and may take most of the room. */
  readonly isSecondMain?: boolean
}

const keyStep = 16

/** Two panes; the second keeps its size, the first takes the rest. */
export function SplitPane(props: SplitPaneProps) {
  const { direction, what, size, min, max, onResize, onReset } = props
  const { first, second, isSecondMain } = props
  const start = useRef<{ at: number; size: number; hasMoved: boolean } | null>(null)
  const position = (event: PointerEvent) => (direction === 'row' ? event.clientX : event.clientY)
  const resize = (wanted: number) => onResize(Math.round(Math.min(max, Math.max(min, wanted))))

  const onKeyDown = (event: KeyboardEvent) => {
    const grow = direction === 'row' ? 'ArrowLeft' : 'ArrowUp'
    const shrink = direction === 'row' ? 'ArrowRight' : 'ArrowDown'
    if (event.key === grow) resize(size + keyStep)
    else if (event.key === shrink) resize(size - keyStep)
    else if (event.key === 'Home') resize(max)
    else if (event.key === 'End') resize(min)
    else return
    event.preventDefault()
  }

  const basis: CSSProperties = { flexBasis: size }
  return (
    <div className={styles[direction]}>
      <div className={styles.first}>{first}</div>
      {second !== null && (
        <>
          <div
            role="separator"
            tabIndex={0}
            aria-label={`Resize the ${what}`}
            aria-orientation={direction === 'row' ? 'vertical' : 'horizontal'}
            aria-valuenow={size}
            aria-valuemin={min}
            aria-valuemax={max}
            className={styles.handle}
            onKeyDown={onKeyDown}
            onDoubleClick={onReset}
            onPointerDown={event => {
              event.currentTarget.setPointerCapture(event.pointerId)
              start.current = { at: position(event), size, hasMoved: false }
            }}
            onPointerMove={event => {
              const from = start.current
              // A press alone is no wish for a size: a double click has two.
              if (from && (from.hasMoved ||= position(event) !== from.at)) {
                resize(from.size + from.at - position(event))
              }
            }}
            onPointerUp={() => {
              start.current = null
            }}
            onLostPointerCapture={() => {
              start.current = null
            }}
          />
          <div className={classNames(styles.second, isSecondMain && styles.main)} style={basis}>
            {second}
          </div>
        </>
      )}
    </div>
  )
}
