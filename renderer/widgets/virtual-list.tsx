import { useVirtualizer } from '@tanstack/react-virtual'
import {
  useEffect,
  useRef,
  type ComponentProps,
  type CSSProperties,
  type ReactNode,
  type Ref,
} from 'react'
import { classNames } from './class-names.ts'
import styles from './virtual-list.module.css'

export const rowHeight = 24
export const headHeight = 28

export interface VirtualListProps extends Omit<
  ComponentProps<'div'>,
  'ref' | 'className' | 'style'
> {
  readonly count: number
  readonly height?: number
  /** Gets the row's place as `style`; must put it on the row's element. */
  readonly renderRow: (index: number, style: CSSProperties) => ReactNode
  /** The row to bring into sight whenever `scrollGeneration` changes, or -1. */
  readonly scrollTo?: number
  readonly scrollGeneration?: number | string
  readonly overscan?: number
  /** A row that has to stay in the document although it is out of sight: the focused one. */
  readonly keep?: number
  readonly viewportRef?: Ref<HTMLDivElement>
  readonly isMono?: boolean
  /** Column titles, `headHeight` high: inside the viewport, so that a scroll bar shifts no column. */
  readonly head?: ReactNode
}

/** Paints the rows in sight. Knows a row height, a count and how to paint a row; nothing of its content. */
export function VirtualList(props: VirtualListProps) {
  const {
    count,
    height = rowHeight,
    renderRow,
    scrollTo = -1,
    scrollGeneration = 0,
    overscan = 12,
    keep = -1,
    viewportRef,
    isMono,
    head,
    ...rest
  } = props
  const viewport = useRef<HTMLDivElement | null>(null)
  const top = head === undefined ? 0 : headHeight
  // eslint-disable-next-line react-hooks/incompatible-library -- it returns fresh functions: not memoised
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => viewport.current,
    estimateSize: () => height,
    overscan,
    scrollMargin: top,
    scrollPaddingStart: top,
    rangeExtractor: ({ startIndex, endIndex, overscan: more }) => {
      const from = Math.max(0, startIndex - more)
      const to = Math.min(count - 1, endIndex + more)
      const rows = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i)
      if (keep >= 0 && keep < count && keep < from) rows.unshift(keep)
      if (keep >= 0 && keep < count && keep > to) rows.push(keep)
      return rows
    },
  })

  const target = useRef(scrollTo)
  useEffect(() => {
    target.current = scrollTo
  })
  useEffect(() => {
    if (target.current >= 0) virtualizer.scrollToIndex(target.current, { align: 'auto' })
    // Only the generation asks for a scroll: that the rows changed is no reason to jump.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [scrollGeneration])

  return (
    <div
      {...rest}
      ref={element => {
        viewport.current = element
        if (typeof viewportRef === 'function') viewportRef(element)
        else if (viewportRef) viewportRef.current = element
      }}
      className={classNames(styles.viewport, isMono && styles.mono)}
    >
      {head !== undefined && <div className={styles.head}>{head}</div>}
      <div
        role={head === undefined ? 'presentation' : 'rowgroup'}
        className={styles.canvas}
        style={{ height: virtualizer.getTotalSize() }}
      >
        {virtualizer
          .getVirtualItems()
          .map(item =>
            renderRow(item.index, { transform: `translateY(${item.start - top}px)`, height }),
          )}
      </div>
    </div>
  )
}

/** Goes on every row, beside its `style`. */
export const virtualRowClass = styles.row!
