import { select, zoom, zoomIdentity, zoomTransform, type D3ZoomEvent, type ZoomBehavior } from 'd3'
import { useLayoutEffect, useRef, type RefObject } from 'react'
import { fittingScale, margin, type Box, type View } from './picture-view.ts'

export interface ZoomView {
  /** About a point of the frame, or its middle. */
  readonly zoomBy: (factor: number, about?: [x: number, y: number]) => void
  /** In pixels of the frame. */
  readonly panBy: (dx: number, dy: number) => void
  /** Shows the whole box, never larger than life. */
  readonly fit: (box: Box) => void
  /** Puts a box into the middle, without changing the scale unless one is given. */
  readonly center: (box: Box, scale?: number) => void
  /** Moves just so far that the box is in sight. */
  readonly reveal: (box: Box) => void
  readonly show: (view: View) => void
  readonly now: () => View
  readonly size: () => { readonly width: number; readonly height: number }
}

type Extent = readonly [least: number, most: number]
export const closeUp: Extent = [0.15, 2.5]

/**
 * Pan and zoom by pointer and wheel. The transform goes straight to whoever draws: a drag makes sixty of
 * them a second, and none changes what React drew.
 */
export function useZoom(
  frame: RefObject<HTMLElement | null>,
  onView: (view: View) => void,
  extent: Extent = closeUp,
): RefObject<ZoomView | null> {
  const view = useRef<ZoomView | null>(null)
  const latest = useRef(onView)
  useLayoutEffect(() => {
    latest.current = onView
  })

  useLayoutEffect(() => {
    const element = frame.current
    if (!element) return
    const behavior = zoom<HTMLElement, unknown>()
      .scaleExtent([...extent])
      .on('zoom', ({ transform: { x, y, k } }: D3ZoomEvent<HTMLElement, unknown>) =>
        latest.current({ x, y, k }),
      )
    const selection = select(element)
    selection.call(behavior).on('dblclick.zoom', null)
    view.current = viewOf(element, behavior, extent)
    return () => {
      selection.on('.zoom', null)
      view.current = null
    }
  }, [frame, extent])
  return view
}

/** Moves an element as a view says. */
export function moveTo(element: HTMLElement | null, { x, y, k }: View): void {
  if (element) element.style.transform = `translate(${x}px, ${y}px) scale(${k})`
}

function viewOf(
  element: HTMLElement,
  behavior: ZoomBehavior<HTMLElement, unknown>,
  extent: Extent,
): ZoomView {
  const selection = select(element)
  const size = () => ({ width: element.clientWidth, height: element.clientHeight })
  const scaleNow = () => zoomTransform(element).k

  const center = (box: Box, scale = scaleNow()) => {
    const { width, height } = size()
    const x = width / 2 - (box.x + box.width / 2) * scale
    const y = height / 2 - (box.y + box.height / 2) * scale
    behavior.transform(selection, zoomIdentity.translate(x, y).scale(scale))
  }
  return {
    zoomBy: (factor, about) => behavior.scaleBy(selection, factor, about),
    panBy: (dx, dy) => {
      const { k } = zoomTransform(element)
      behavior.translateBy(selection, dx / k, dy / k)
    },
    fit: box => {
      const { width, height } = size()
      center(box, Math.max(extent[0], fittingScale(box, width, height)))
    },
    center,
    show: ({ x, y, k }) => behavior.transform(selection, zoomIdentity.translate(x, y).scale(k)),
    now: () => {
      const { x, y, k } = zoomTransform(element)
      return { x, y, k }
    },
    size,
    reveal: box => {
      const { x, y, k } = zoomTransform(element)
      const { width, height } = size()
      const dx = inside(box.x * k + x, box.width * k, width)
      const dy = inside(box.y * k + y, box.height * k, height)
      if (dx !== 0 || dy !== 0) behavior.translateBy(selection, dx / k, dy / k)
    },
  }
}

/** How far [start, start + length] must move to lie within the room, with a margin. */
function inside(start: number, length: number, room: number): number {
  if (start < margin) return margin - start
  return Math.min(0, room - margin - (start + length))
}
