import { memo } from 'react'
import type { ColourScale } from './colour-scale.ts'
import { ArrowHeads, LinkView, MarkView } from './mark-view.tsx'
import styles from './picture-frame.module.css'
import type { Scene } from './scene.ts'

/** Elements cost the page more than strokes on a canvas do; beyond this the canvas takes over. */
const marksAsSvg = 900

export function drawnAsSvg({ marks, links }: Scene): boolean {
  return marks.length + links.length / 4 <= marksAsSvg
}

export interface DrawingProps {
  readonly scene: Scene
  readonly colours: ColourScale
  readonly selected: string | null
  /** The slot that is held out. */
  readonly only: number | null
  /** Keys of the links that lead to what is selected. */
  readonly way: ReadonlySet<string>
}

/** The scene as SVG in the page. */
export const Drawing = memo(function Drawing(props: DrawingProps) {
  const { scene, colours, selected, only, way } = props
  const { bounds, links, marks } = scene
  return (
    <svg
      className={styles.drawing}
      style={{ left: bounds.x, top: bounds.y }}
      width={Math.max(1, bounds.width)}
      height={Math.max(1, bounds.height)}
      viewBox={`${bounds.x} ${bounds.y} ${Math.max(1, bounds.width)} ${Math.max(1, bounds.height)}`}
      aria-hidden="true"
    >
      <ArrowHeads />
      {links.map(
        link =>
          way.has(link.key) ||
          link.isQuiet || <LinkView key={link.key} link={link} isWay={false} />,
      )}
      {links.map(link => way.has(link.key) && <LinkView key={link.key} link={link} isWay />)}
      {marks.map(mark => (
        <MarkView
          key={mark.key}
          mark={mark}
          slot={colours.slots[mark.colour] ?? null}
          isSelected={mark.key === selected}
          isDim={mark.isDim === true || (only !== null && mark.colour !== only)}
        />
      ))}
    </svg>
  )
})
