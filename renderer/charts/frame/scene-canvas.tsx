import { useEffect, useRef, type RefObject } from 'react'
import type { View } from '../picture-view.ts'
import type { ZoomView } from '../use-zoom.ts'
import type { ColourScale } from './colour-scale.ts'
import { paintScene } from './paint-scene.ts'
import styles from './picture-frame.module.css'
import type { Scene } from './scene.ts'
import { fontsOf, themeOf } from './theme.ts'

export interface SceneCanvasProps {
  readonly scene: Scene
  readonly colours: ColourScale
  readonly selected: string | null
  readonly only: number | null
  readonly way: ReadonlySet<string>
  /** Hears every view; returns what ends that. */
  readonly follow: (hear: (view: View) => void) => () => void
  readonly zoom: RefObject<ZoomView | null>
}

/** The scene on a canvas, painted once per frame however many views came. */
export function SceneCanvas(props: SceneCanvasProps) {
  const { scene, colours, selected, only, way, follow, zoom } = props
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const element = canvas.current!
    const context = element.getContext('2d')!
    const dark = matchMedia('(prefers-color-scheme: dark)')
    let theme = themeOf(element)
    const fonts = fontsOf(element)
    let request = 0
    const paint = () => {
      request = 0
      const { clientWidth: width, clientHeight: height } = element
      const scale = window.devicePixelRatio
      const [w, h] = [Math.round(width * scale), Math.round(height * scale)]
      if (element.width !== w || element.height !== h) [element.width, element.height] = [w, h]
      context.setTransform(scale, 0, 0, scale, 0, 0)
      context.clearRect(0, 0, width, height)
      const view = zoom.current?.now()
      if (!view) return
      const painting = { scene, colours, theme, fonts, selected, only, way }
      element.dataset.painted = String(paintScene(context, painting, view, { width, height }))
    }
    const ask = () => {
      request ||= requestAnimationFrame(paint)
    }
    const onTheme = () => {
      theme = themeOf(element)
      ask()
    }
    const undo = follow(ask)
    const observer = new ResizeObserver(ask)
    observer.observe(element)
    dark.addEventListener('change', onTheme)
    void document.fonts.ready.then(ask)
    ask()
    return () => {
      undo()
      observer.disconnect()
      dark.removeEventListener('change', onTheme)
      cancelAnimationFrame(request)
    }
  }, [scene, colours, selected, only, way, follow, zoom])
  return <canvas ref={canvas} className={styles.canvas} aria-hidden="true" />
}
