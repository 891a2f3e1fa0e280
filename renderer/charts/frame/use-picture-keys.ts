import type { KeyboardEvent, RefObject } from 'react'
import type { ZoomView } from '../use-zoom.ts'
import { linkedBy, markBeside } from './nearest-mark.ts'
import type { Mark, Scene } from './scene.ts'

export interface PictureKeys {
  readonly scene: Scene
  readonly zoom: RefObject<ZoomView | null>
  readonly focused: Mark
  readonly onFocus: (mark: Mark) => void
  readonly onSelect: (mark: Mark) => void
  readonly onOpen: (mark: Mark) => void
  readonly onFold?: (mark: Mark) => void
  readonly onBack?: () => void
}

/**
 * Arrows go to the mark that lies there and select it, Shift and arrows move the picture; + - 0 zoom; Enter opens, Space
 * folds, Escape leads back, Home and End go to the first and last mark.
 */
export function usePictureKeys(keys: PictureKeys): (event: KeyboardEvent) => void {
  const { scene, zoom, focused, onFocus, onSelect, onOpen, onFold, onBack } = keys
  return event => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) {
      return
    }
    const goTo = (mark: Mark | null | undefined) => {
      if (!mark) return
      onFocus(mark)
      if (mark.ref.kind !== 'other') onSelect(mark)
    }
    const step = pans[event.key]
    if (event.shiftKey && step) zoom.current?.panBy(...step)
    else if (step)
      goTo(linkedBy(scene, focused, event.key) ?? markBeside(scene.marks, focused, event.key))
    else if (event.key === 'Home') goTo(scene.marks[0])
    else if (event.key === 'End') goTo(scene.marks.at(-1))
    else if (event.key === '+' || event.key === '=') zoom.current?.zoomBy(1.25)
    else if (event.key === '-') zoom.current?.zoomBy(0.8)
    else if (event.key === '0') zoom.current?.fit(scene.bounds)
    else if (event.key === 'Enter') {
      if (focused.shape === 'more' && onFold) onFold(focused)
      else onOpen(focused)
    } else if (event.key === ' ') {
      if (focused.fold || focused.shape === 'more' || focused.shape === 'stack') onFold?.(focused)
      else onSelect(focused)
    } else if (event.key === 'Escape' && onBack) onBack()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
}

const pans: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [80, 0],
  ArrowRight: [-80, 0],
  ArrowUp: [0, 80],
  ArrowDown: [0, -80],
}
