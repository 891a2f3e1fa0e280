import { LinkView } from './mark-view.tsx'
import styles from './picture-frame.module.css'
import type { Scene } from './scene.ts'

export interface QuietLinksProps {
  readonly scene: Scene
  /** Keys of what is selected, focused and pointed at. */
  readonly of: readonly (string | null | undefined)[]
}

/** Links that would cross the whole picture, of the marks that are looked at. */
export function QuietLinks({ scene, of }: QuietLinksProps) {
  const shown = scene.links.filter(
    link => link.isQuiet && (of.includes(link.from) || of.includes(link.to)),
  )
  if (shown.length === 0) return null
  const { x, y, width, height } = scene.bounds
  return (
    <svg
      className={styles.drawing}
      style={{ left: x, top: y }}
      width={Math.max(1, width)}
      height={Math.max(1, height)}
      viewBox={`${x} ${y} ${Math.max(1, width)} ${Math.max(1, height)}`}
      aria-hidden="true"
    >
      {shown.map(link => (
        <LinkView key={link.key} link={link} isWay={false} />
      ))}
    </svg>
  )
}
