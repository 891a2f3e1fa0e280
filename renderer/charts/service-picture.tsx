import { LocateFixed, Maximize2, Minimize2, RotateCcw, Scan, ZoomIn, ZoomOut } from 'lucide-react'
import {
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type RefObject,
} from 'react'
import { nodesOf, planeNamed } from '../../core/registry/lookup.ts'
import type { EntryIndex, Snapshot } from '../../core/registry/snapshot.ts'
import { refOfEntry } from '../registry/selection.ts'
import type { EntryRef } from '../state/app-state.ts'
import { Button, IconButton } from '../widgets/button.tsx'
import { EmptyState } from '../widgets/empty-state.tsx'
import { iconProps, smallIconProps } from '../widgets/icons.ts'
import { PictureCardView } from './picture-card.tsx'
import { cardBeside } from './picture-focus.ts'
import { linkPath } from './picture-links.ts'
import { shapeFor, type PictureShape } from './picture-shape.ts'
import { firstView, type Box } from './picture-view.ts'
import { demandMore, layoutPicture } from './service-picture-layout.ts'
import { noDemand } from './service-picture-items.ts'
import type { PictureCard, PictureLayout } from './service-picture-types.ts'
import styles from './service-picture.module.css'
import { useFrameSize } from './use-frame-size.ts'
import { moveTo, useZoom } from './use-zoom.ts'

export interface ServicePictureProps {
  readonly snapshot: Snapshot
  /** Name of the plane drawn. */
  readonly plane: string
  /** The service in the middle. */
  readonly entry: EntryIndex
  readonly onSelect: (ref: EntryRef) => void
  /** It has the window to itself. */
  readonly isLarge: boolean
  readonly onLarge: (isLarge: boolean) => void
}

/** The services around the selected one; side by side or one below the other, as the frame is. */
export function ServicePicture(props: ServicePictureProps) {
  const { snapshot, plane: planeName, entry } = props
  const plane = planeNamed(snapshot, planeName)
  const [demand, setDemand] = useState({ of: entry, what: noDemand })
  // What was asked for around another service does not count here.
  const what = demand.of === entry ? demand.what : noDemand
  const frame = useRef<HTMLDivElement>(null)
  const isAttached = plane !== undefined && nodesOf(snapshot, plane, entry).length > 0
  const size = useFrameSize(frame, isAttached)
  const shape = size && shapeFor(size.width, size.height)
  const layout = useMemo(
    () => plane && layoutPicture(snapshot, plane, entry, what, shape ?? 'portrait'),
    [snapshot, plane, entry, what, shape],
  )
  if (!plane || !layout) {
    return (
      <EmptyState title={`Not in the plane ${planeName}`}>
        The selected entry is not attached there. Switch to a plane that has it.
      </EmptyState>
    )
  }
  return (
    <Picture
      {...props}
      frame={frame}
      shape={shape}
      layout={layout}
      isAsFirst={what === noDemand}
      onMore={card =>
        setDemand({ of: entry, what: demandMore(snapshot, plane, what, card, layout) })
      }
      onReset={() => setDemand({ of: entry, what: noDemand })}
    />
  )
}

interface PictureProps extends ServicePictureProps {
  readonly frame: RefObject<HTMLDivElement | null>
  /** Null until the frame was measured. */
  readonly shape: PictureShape | null
  readonly layout: PictureLayout
  /** Nothing was asked for beyond the picture's own choice. */
  readonly isAsFirst: boolean
  readonly onMore: (card: PictureCard) => void
  readonly onReset: () => void
}

function Picture(props: PictureProps) {
  const { snapshot, plane, entry, onSelect, layout, frame, shape, isAsFirst, isLarge } = props
  const { onMore, onReset, onLarge } = props
  const content = useRef<HTMLDivElement>(null)
  const view = useZoom(frame, place => moveTo(content.current, place))
  const selectedCard = layout.cards.find(card => card.kind === 'service' && card.entry === entry)!
  const [focused, setFocused] = useState(selectedCard.key)
  const focusedCard = layout.cards.find(card => card.key === focused) ?? selectedCard
  const movesFocus = useRef(false)

  const latest = useRef(layout)
  useLayoutEffect(() => {
    latest.current = layout
  })
  // A new service in the middle is framed anew; cards that were asked for leave the view where it is.
  useLayoutEffect(() => {
    if (shape === null) return
    const showAtFirst = () => {
      const now = view.current
      if (!now) return
      const { width, height } = now.size()
      now.show(firstView(latest.current, shape, width, height))
    }
    showAtFirst()
    let isFirst = true
    const observer = new ResizeObserver(() => {
      if (!isFirst) showAtFirst()
      isFirst = false
    })
    observer.observe(frame.current!)
    return () => observer.disconnect()
  }, [view, frame, snapshot, plane, entry, shape])

  useEffect(() => {
    if (!movesFocus.current) return
    movesFocus.current = false
    const box = boxOf(focusedCard)
    // With the button that unfolds it, which stands over the right edge.
    view.current?.reveal({ ...box, width: box.width + 24 })
    content.current
      ?.querySelector<HTMLElement>(`[data-card="${CSS.escape(focusedCard.key)}"]`)
      ?.focus({ preventScroll: true })
  }, [view, focusedCard])

  const onKeyDown = (event: KeyboardEvent) => {
    const next = cardBeside(layout.cards, focusedCard, event.key, shape ?? 'portrait')
    if (next) {
      movesFocus.current = true
      setFocused(next.key)
    } else if (event.key === '+' || event.key === '=') view.current?.zoomBy(1.25)
    else if (event.key === '-') view.current?.zoomBy(0.8)
    else if (event.key === '0') view.current?.fit(layout.bounds)
    else return
    event.preventDefault()
  }

  return (
    <div className={styles.picture}>
      <div
        ref={frame}
        role="group"
        aria-label={`Services around the selected one: ${sides[shape ?? 'portrait']}`}
        className={styles.frame}
        onKeyDown={onKeyDown}
      >
        <div ref={content} className={styles.content}>
          <Links layout={layout} shape={shape ?? 'portrait'} />
          {layout.cards.map(card => (
            <PictureCardView
              key={card.key}
              card={card}
              shape={shape ?? 'portrait'}
              snapshot={snapshot}
              plane={plane}
              isFocusable={card.key === focusedCard.key}
              onFocus={() => setFocused(card.key)}
              onSelect={() => onSelect(refOfEntry(snapshot, card.entry, plane))}
              onMore={() => onMore(card)}
            />
          ))}
        </div>
      </div>
      <div className={styles.tools} role="toolbar" aria-label="Picture">
        <Button
          kind="quiet"
          icon={isLarge ? <Minimize2 {...smallIconProps} /> : <Maximize2 {...smallIconProps} />}
          title={isLarge ? 'Escape does the same' : undefined}
          onClick={() => onLarge(!isLarge)}
        >
          {isLarge ? 'Back to the tree' : 'Show large'}
        </Button>
        <div className={styles.spring} />
        {!isAsFirst && (
          <IconButton
            label="Fold what was opened"
            icon={<RotateCcw {...iconProps} />}
            onClick={onReset}
          />
        )}
        <IconButton
          label="Zoom out"
          icon={<ZoomOut {...iconProps} />}
          onClick={() => view.current?.zoomBy(0.8)}
        />
        <IconButton
          label="Zoom in"
          icon={<ZoomIn {...iconProps} />}
          onClick={() => view.current?.zoomBy(1.25)}
        />
        <IconButton
          label="Go to the selected service"
          icon={<LocateFixed {...iconProps} />}
          onClick={() => view.current?.center(boxOf(selectedCard), 1)}
        />
        <IconButton
          label="Fit the whole picture"
          icon={<Scan {...iconProps} />}
          onClick={() => view.current?.fit(layout.bounds)}
        />
      </div>
    </div>
  )
}

const sides: Readonly<Record<PictureShape, string>> = {
  landscape: 'providers at the left, clients at the right',
  portrait: 'providers above, clients below',
}

interface LinksProps {
  readonly layout: PictureLayout
  readonly shape: PictureShape
}

function Links({ layout, shape }: LinksProps) {
  const { cards, links, bounds } = layout
  const byKey = new Map(cards.map(card => [card.key, card]))
  return (
    <svg
      className={styles.links}
      style={{ left: bounds.x, top: bounds.y }}
      width={bounds.width}
      height={bounds.height}
      viewBox={`${bounds.x} ${bounds.y} ${bounds.width} ${bounds.height}`}
      aria-hidden="true"
    >
      {inDrawingOrder(links, byKey).map(({ key, from, to, isFurther }) => {
        const provider = byKey.get(from)!
        const client = byKey.get(to)!
        const leadsHere = isOnTheWay(client)
        return (
          <path
            key={key}
            d={linkPath(shape, provider, client)}
            className={leadsHere ? styles.way : styles.link}
            strokeDasharray={isFurther ? '5 3' : undefined}
          />
        )
      })}
    </svg>
  )
}

/** The way to the selected service lies over the others. */
function inDrawingOrder(
  links: PictureLayout['links'],
  cards: ReadonlyMap<string, PictureCard>,
): PictureLayout['links'] {
  return links.toSorted(
    (a, b) => Number(isOnTheWay(cards.get(a.to)!)) - Number(isOnTheWay(cards.get(b.to)!)),
  )
}

function isOnTheWay(card: PictureCard): boolean {
  if (card.kind === 'more') return card.of === 'providers'
  return card.role === 'selected' || card.role === 'provider'
}

function boxOf({ x, y, width, height }: PictureCard): Box {
  return { x, y: y - height / 2, width, height }
}
