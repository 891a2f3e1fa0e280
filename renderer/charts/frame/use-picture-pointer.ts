import { useCallback, useState, type MouseEvent, type PointerEvent, type RefObject } from 'react'
import type { ZoomView } from '../use-zoom.ts'
import { knobBox } from './draw-card.ts'
import { markAt } from './nearest-mark.ts'
import type { Mark, Scene } from './scene.ts'

export interface PicturePointer {
  readonly scene: Scene
  readonly frame: RefObject<HTMLElement | null>
  readonly zoom: RefObject<ZoomView | null>
  readonly onFocus: (key: string) => void
  readonly onSelect: (mark: Mark) => void
  readonly onOpen: (mark: Mark) => void
  readonly onFold?: (mark: Mark) => void
}

export interface Hovered {
  readonly mark: Mark
  readonly x: number
  readonly y: number
}

/** What is under the pointer, and what a press does; asked of the scene, for a canvas has no elements. */
export function usePicturePointer(given: PicturePointer) {
  const { scene, frame, zoom, onFocus, onSelect, onOpen, onFold } = given
  const [hovered, setHovered] = useState<Hovered | null>(null)

  const placeOf = (event: MouseEvent) => {
    const box = frame.current!.getBoundingClientRect()
    const [left, top] = [event.clientX - box.left, event.clientY - box.top]
    const { x, y, k } = zoom.current!.now()
    return { left, top, x: (left - x) / k, y: (top - y) / k }
  }
  const knobAt = (x: number, y: number) =>
    scene.marks.find(mark => {
      const box = knobBox(mark)
      return box && x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height
    })
  const isInside = (event: MouseEvent) =>
    event.target instanceof Element && event.target.closest('[data-aside]') !== null

  const handlers = {
    onPointerMove: (event: PointerEvent) => {
      if (event.buttons !== 0 || isInside(event)) return setHovered(null)
      const { left, top, x, y } = placeOf(event)
      const mark = knobAt(x, y) ?? markAt(scene.marks, x, y)
      setHovered(mark && { mark, x: left, y: top })
    },
    onPointerLeave: () => setHovered(null),
    onClick: (event: MouseEvent) => {
      if (isInside(event)) return
      const { x, y } = placeOf(event)
      const knob = onFold && knobAt(x, y)
      if (knob) {
        onFocus(knob.key)
        onFold(knob)
        return
      }
      const mark = markAt(scene.marks, x, y)
      if (!mark) return
      onFocus(mark.key)
      if (mark.shape === 'more' && onFold) onFold(mark)
      else if (mark.ref.kind !== 'other') onSelect(mark)
    },
    onDoubleClick: (event: MouseEvent) => {
      if (isInside(event)) return
      const { x, y, left, top } = placeOf(event)
      if (knobAt(x, y)) return
      const mark = markAt(scene.marks, x, y)
      if (mark) {
        if (mark.shape !== 'more') onOpen(mark)
      } else zoom.current?.zoomBy(event.shiftKey ? 0.5 : 2, [left, top])
    },
  }
  const forget = useCallback(() => setHovered(null), [])
  return {
    hovered: hovered && scene.marks.includes(hovered.mark) ? hovered : null,
    handlers,
    forget,
  }
}
