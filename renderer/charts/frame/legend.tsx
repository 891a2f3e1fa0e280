import { grouped } from '../number-words.ts'
import { splitIdentifier } from '../kext-families.ts'
import { visibleText } from '../../widgets/visible-text.ts'
import { signs, type ColourScale, type ColourSlot } from './colour-scale.ts'
import { inkOf } from './mark-view.tsx'
import styles from './picture-frame.module.css'
import type { Mark } from './scene.ts'
import { slotCounts } from './slot-counts.ts'

export interface LegendProps {
  readonly colours: ColourScale
  readonly marks: readonly Mark[]
  /** How many there are of each; counted from the marks without it. */
  readonly counts?: readonly number[] | undefined
  /** The slot that is held out; the others are drawn faint. */
  readonly only: number | null
  readonly onOnly: (slot: number | null) => void
}

/** What the colours and signs say, and how many of each are drawn. Pressing one holds it out. */
export function Legend({ colours, marks, counts: given, only, onOnly }: LegendProps) {
  const counts = given ?? slotCounts(colours, marks)
  return (
    <div className={styles.legend} role="group" aria-label={`Colours: ${colours.title}`}>
      <span className={styles.legendTitle}>{colours.title}</span>
      {colours.slots.map((slot, n) =>
        counts[n] === 0 ? null : (
          <button
            key={n}
            type="button"
            className={styles.entry}
            aria-pressed={only === n}
            title={`${visibleText(slot.text)}\nPress to hold these out`}
            // What is seen on it is its name already.
            aria-description={
              shortText(slot.text) === slot.text ? 'Press to hold these out' : undefined
            }
            onClick={() => onOnly(only === n ? null : n)}
          >
            <Swatch slot={slot} />
            <span className={styles.entryText}>{visibleText(shortText(slot.text))}</span>
            <span className={styles.entryCount}>{grouped(counts[n]!)}</span>
          </button>
        ),
      )}
      {colours.note !== undefined && <span className={styles.legendTitle}>{colours.note}</span>}
    </div>
  )
}

/** Identifiers are told apart by their last part; the tooltip has them in full. */
function shortText(text: string): string {
  return /^[\w-]+(\.[\w-]+){2,}$/.test(text) ? splitIdentifier(text)[1] : text
}

export function Swatch({ slot }: { readonly slot: ColourSlot }) {
  return (
    <svg className={styles.swatch} width="18" height="14" viewBox="-4 -2 18 14" aria-hidden="true">
      <rect x="-3.5" y="-1.5" width="17" height="13" rx="3" fill={inkOf(slot.fill)} />
      <path d={signs[slot.sign]} fill={inkOf(slot.ink)} />
    </svg>
  )
}
