import { select, zoom, zoomIdentity, zoomTransform, type D3ZoomEvent, type ZoomBehavior } from 'd3'
import { useEffect, useRef, type RefObject } from 'react'
import { fittingScale, margin, type Box, type View } from './picture-view.ts'

export interface ZoomView {
  readonly zoomBy: (factor: number) => void
  /** Shows the whole box, never larger than life. */
  readonly fit: (box: Box) => void
  /** Puts a box into the middle, without changing the scale unless one is given. */
  readonly center: (box: Box, scale?: number) => void
  /** Moves just so far that the box is in sight. */
  readonly reveal: (box: Box) => void
  readonly show: (view: View) => void
  readonly size: () => { readonly width: number; readonly height: number }
}

const extent = [0.15, 2.5] as const

/**
 * Pan and zoom by pointer and wheel. The transform goes straight to the element: a drag makes sixty of
 * them a second, and none changes what React drew.
 */
export function useZoom(
  frame: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
): RefObject<ZoomView | null> {
  const view = useRef<ZoomView | null>(null)

  useEffect(() => {
    const element = frame.current
    if (!element) return
    const behavior = zoom<HTMLElement, unknown>()
      .scaleExtent([...extent])
      .on('zoom', ({ transform }: D3ZoomEvent<HTMLElement, unknown>) => {
        const { x, y, k } = transform
        content.current!.style.transform = `translate(${x}px, ${y}px) scale(${k})`
      })
    const selection = select(element)
    selection.call(behavior).on('dblclick.zoom', null)
    view.current = viewOf(element, behavior)
    return () => {
      selection.on('.zoom', null)
      view.current = null
    }
  }, [frame, content])
  return view
}

function viewOf(element: HTMLElement, behavior: ZoomBehavior<HTMLElement, unknown>): ZoomView {
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
    zoomBy: factor => behavior.scaleBy(selection, factor),
    fit: box => {
      const { width, height } = size()
      center(box, Math.max(extent[0], fittingScale(box, width, height)))
    },
    center,
    show: ({ x, y, k }) => behavior.transform(selection, zoomIdentity.translate(x, y).scale(k)),
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
