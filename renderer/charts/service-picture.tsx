import { linkHorizontal } from 'd3'
import { LocateFixed, Maximize, RotateCcw, ZoomIn, ZoomOut } from 'lucide-react'
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { planeNamed } from '../../core/registry/lookup.ts'
import type { EntryIndex, Snapshot } from '../../core/registry/snapshot.ts'
import { refOfEntry } from '../registry/selection.ts'
import type { EntryRef } from '../state/app-state.ts'
import { IconButton } from '../widgets/button.tsx'
import { EmptyState } from '../widgets/empty-state.tsx'
import { iconProps } from '../widgets/icons.ts'
import { PictureCardView } from './picture-card.tsx'
import { cardBeside } from './picture-focus.ts'
import {
  cardHeight,
  cardWidth,
  demandMore,
  layoutPicture,
  noDemand,
  type PictureCard,
  type PictureLayout,
} from './service-picture-layout.ts'
import styles from './service-picture.module.css'
import { useZoom, type ZoomBox } from './use-zoom.ts'

export interface ServicePictureProps {
  readonly snapshot: Snapshot
  /** Name of the plane drawn. */
  readonly plane: string
  /** The service in the middle. */
  readonly entry: EntryIndex
  readonly onSelect: (ref: EntryRef) => void
}

/** The services around the selected one: providers at the left, clients at the right. */
export function ServicePicture(props: ServicePictureProps) {
  const { snapshot, plane: planeName, entry } = props
  const plane = planeNamed(snapshot, planeName)
  const [demand, setDemand] = useState({ of: entry, what: noDemand })
  // What was asked for around another service does not count here.
  const what = demand.of === entry ? demand.what : noDemand
  const layout = useMemo(
    () => plane && layoutPicture(snapshot, plane, entry, what),
    [snapshot, plane, entry, what],
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
  readonly layout: PictureLayout
  /** Nothing was asked for beyond the picture's own choice. */
  readonly isAsFirst: boolean
  readonly onMore: (card: PictureCard) => void
  readonly onReset: () => void
}

/** Below this the names cannot be read: then the selected service and its surroundings come first. */
const legible = 0.8

function Picture(props: PictureProps) {
  const { snapshot, plane, entry, onSelect, layout, isAsFirst, onMore, onReset } = props
  const frame = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const view = useZoom(frame, content)
  const selectedCard = layout.cards.find(card => card.kind === 'service' && card.entry === entry)!
  const [focused, setFocused] = useState(selectedCard.key)
  const focusedCard = layout.cards.find(card => card.key === focused) ?? selectedCard
  const movesFocus = useRef(false)

  const latest = useRef(layout)
  useLayoutEffect(() => {
    latest.current = layout
  })
  // A new service in the middle is framed anew; cards that were asked for leave the view where it is.
  useEffect(() => {
    const showAtFirst = () => {
      const { bounds } = latest.current
      if ((view.current?.fittingScale(bounds) ?? 0) >= legible) view.current?.fit(bounds)
      else view.current?.center(boxOf({ x: -cardWidth / 2, y: 0 }), 1)
    }
    showAtFirst()
    let isFirst = true
    const observer = new ResizeObserver(() => {
      if (!isFirst) showAtFirst()
      isFirst = false
    })
    observer.observe(frame.current!)
    return () => observer.disconnect()
  }, [view, snapshot, plane, entry])

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
    const next = cardBeside(layout.cards, focusedCard, event.key)
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
        aria-label="Services around the selected one: providers at the left, clients at the right"
        className={styles.frame}
        onKeyDown={onKeyDown}
      >
        <div ref={content} className={styles.content}>
          <Links layout={layout} />
          {layout.cards.map(card => (
            <PictureCardView
              key={card.key}
              card={card}
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
        {!isAsFirst && (
          <IconButton
            label="Fold what was opened"
            icon={<RotateCcw {...iconProps} />}
            onClick={onReset}
          />
        )}
        <IconButton
          label="Zoom in"
          icon={<ZoomIn {...iconProps} />}
          onClick={() => view.current?.zoomBy(1.25)}
        />
        <IconButton
          label="Zoom out"
          icon={<ZoomOut {...iconProps} />}
          onClick={() => view.current?.zoomBy(0.8)}
        />
        <IconButton
          label="Go to the selected service"
          icon={<LocateFixed {...iconProps} />}
          onClick={() => view.current?.center(boxOf(selectedCard), 1)}
        />
        <IconButton
          label="Fit the whole picture"
          icon={<Maximize {...iconProps} />}
          onClick={() => view.current?.fit(layout.bounds)}
        />
      </div>
    </div>
  )
}

const curve = linkHorizontal()

function Links({ layout }: { readonly layout: PictureLayout }) {
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
      {links.map(({ key, from, to, isFurther }) => {
        const provider = byKey.get(from)!
        const client = byKey.get(to)!
        const leadsHere = client.column <= 0 && isOnTheWay(client)
        const path = curve({
          source: [provider.x + cardWidth, provider.y],
          target: [client.x, client.y],
        })
        return (
          <path
            key={key}
            d={path ?? ''}
            className={leadsHere ? styles.way : styles.link}
            strokeDasharray={isFurther ? '5 3' : undefined}
          />
        )
      })}
    </svg>
  )
}

function isOnTheWay(card: PictureCard): boolean {
  if (card.kind === 'more') return card.of === 'providers'
  return card.role === 'selected' || card.role === 'provider'
}

function boxOf({ x, y }: { readonly x: number; readonly y: number }): ZoomBox {
  return { x, y: y - cardHeight / 2, width: cardWidth, height: cardHeight }
}
