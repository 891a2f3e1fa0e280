import { ChevronRight } from 'lucide-react'
import type { MapRange } from '../../charts/registry-map-layout.ts'
import { sizeText, type MapSize } from '../../charts/registry-map-sizes.ts'
import { LinkButton } from '../../widgets/button.tsx'
import { smallIconProps } from '../../widgets/icons.ts'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './more-pictures.module.css'

export interface MapPathProps {
  /** From the root to what fills the frame. */
  readonly names: readonly string[]
  /** Some of its children fill the frame. */
  readonly range: MapRange | null
  readonly value: number
  readonly size: MapSize
  /** What else to know of them. */
  readonly note: string | null
  /** To the name with this number; 0 is the root. */
  readonly onGoTo: (step: number) => void
}

/** Where in the map one is, and the way back. */
export function MapPath({ names, range, value, size, note, onGoTo }: MapPathProps) {
  const last = names.length - 1
  return (
    <nav className={styles.path} aria-label="Way in the map">
      <ol>
        {names.map((name, n) => (
          <li key={n}>
            {n > 0 && <ChevronRight {...smallIconProps} aria-hidden="true" />}
            {n === last && !range ? (
              <span aria-current="location" className={styles.here}>
                {visibleText(name)}
              </span>
            ) : (
              <LinkButton onClick={() => onGoTo(n)}>{visibleText(name)}</LinkButton>
            )}
          </li>
        ))}
        {range && (
          <li>
            <ChevronRight {...smallIconProps} aria-hidden="true" />
            <span aria-current="location" className={styles.here}>
              {`the ${(range.from + 1).toLocaleString('en')}th to ${range.to.toLocaleString('en')}th by size`}
            </span>
          </li>
        )}
      </ol>
      <span className={styles.soft}>
        {[sizeText(value, size), note].filter(Boolean).join(', ')}
      </span>
      <span className={styles.hint}>
        Enter or a double click looks into an area; Escape leads back.
      </span>
    </nav>
  )
}
