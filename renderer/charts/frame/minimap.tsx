import { useEffect, useRef, type PointerEvent, type RefObject } from 'react'
import type { View } from '../picture-view.ts'
import type { ZoomView } from '../use-zoom.ts'
import type { ColourScale } from './colour-scale.ts'
import styles from './picture-frame.module.css'
import { freestCorner } from './freest-corner.ts'
import type { Scene } from './scene.ts'
import { themeOf } from './theme.ts'

export interface MinimapProps {
  readonly scene: Scene
  readonly colours: ColourScale
  readonly follow: (hear: (view: View) => void) => () => void
  readonly zoom: RefObject<ZoomView | null>
}

const room = { width: 168, height: 132 }
/** With more than this part of the picture in sight nobody needs a map. */
const muchInSight = 0.45

/** The whole in a corner, and what of it is in sight. For pointers: the keyboard has Home, End and 0. */
export function Minimap({ scene, colours, follow, zoom }: MinimapProps) {
  const { bounds } = scene
  const whole = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const inSight = useRef<HTMLDivElement>(null)
  const k = Math.min(
    room.width / Math.max(1, bounds.width),
    room.height / Math.max(1, bounds.height),
  )
  // A picture that is all height gives a strip; it stays wide enough to be hit.
  const width = Math.max(28, bounds.width * k)
  const height = Math.max(28, bounds.height * k)

  useEffect(() => {
    const element = canvas.current!
    const dark = matchMedia('(prefers-color-scheme: dark)')
    const paint = () => {
      const theme = themeOf(element)
      const context = element.getContext('2d')!
      const scale = window.devicePixelRatio
      element.width = width * scale
      element.height = height * scale
      context.setTransform(
        scale * (width / bounds.width),
        0,
        0,
        scale * (height / bounds.height),
        0,
        0,
      )
      context.translate(-bounds.x, -bounds.y)
      for (const { box, colour, isDim } of scene.marks) {
        context.globalAlpha = isDim ? 0.3 : 1
        context.fillStyle = theme(colours.slots[colour]?.ink ?? 'line-strong')
        context.fillRect(
          box.x,
          box.y,
          Math.max(box.width, bounds.width / width),
          Math.max(box.height, bounds.height / height),
        )
      }
    }
    paint()
    dark.addEventListener('change', paint)
    return () => dark.removeEventListener('change', paint)
  }, [scene, colours, bounds, width, height])

  useEffect(() => {
    let rest: ReturnType<typeof setTimeout> | undefined
    const settle = () => {
      const [view, size] = [zoom.current?.now(), zoom.current?.size()]
      if (!view || !size || !whole.current || whole.current.matches(':hover')) return
      const before = whole.current.dataset['corner']
      const { corner, isFree } = freestCorner(scene.marks, view, size, { width, height }, before)
      whole.current.dataset['corner'] = corner
      whole.current.toggleAttribute('data-folded', !isFree)
    }
    const show = (view: View) => {
      const size = zoom.current?.size()
      if (!size || !inSight.current || !whole.current) return
      clearTimeout(rest)
      rest = setTimeout(settle, 150)
      const [sx, sy] = [width / bounds.width, height / bounds.height]
      const left = Math.max(0, (-view.x / view.k - bounds.x) * sx)
      const top = Math.max(0, (-view.y / view.k - bounds.y) * sy)
      const right = Math.min(width, ((size.width - view.x) / view.k - bounds.x) * sx)
      const bottom = Math.min(height, ((size.height - view.y) / view.k - bounds.y) * sy)
      const seen = (Math.max(0, right - left) * Math.max(0, bottom - top)) / (width * height)
      whole.current.hidden = seen > muchInSight
      Object.assign(inSight.current.style, {
        left: `${left}px`,
        top: `${top}px`,
        width: `${Math.max(3, right - left)}px`,
        height: `${Math.max(3, bottom - top)}px`,
      })
    }
    const now = zoom.current?.now()
    if (now) {
      show(now)
      settle()
    }
    const undo = follow(show)
    return () => {
      clearTimeout(rest)
      undo()
    }
  }, [scene, bounds, width, height, follow, zoom])

  const goTo = (event: PointerEvent) => {
    if (event.buttons !== 1) return
    event.stopPropagation()
    const box = whole.current!.getBoundingClientRect()
    const x = bounds.x + ((event.clientX - box.left) / width) * bounds.width
    const y = bounds.y + ((event.clientY - box.top) / height) * bounds.height
    zoom.current?.center({ x, y, width: 0, height: 0 })
  }
  return (
    <div
      ref={whole}
      data-aside=""
      data-corner="bottom-right"
      aria-hidden="true"
      className={styles.minimap}
      style={{ width, height }}
      onPointerDown={goTo}
      onPointerMove={goTo}
      // The frame would take it for the beginning of a drag.
      onMouseDown={event => event.stopPropagation()}
    >
      <canvas ref={canvas} style={{ width, height }} />
      <div ref={inSight} className={styles.inSight} />
    </div>
  )
}
