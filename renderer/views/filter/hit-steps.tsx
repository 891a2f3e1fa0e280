import { ChevronDown, ChevronUp } from 'lucide-react'
import { memo, useDeferredValue } from 'react'
import { CommandButton } from '../../commands/command-button.tsx'
import { hitNumber, hitsOf, partBeforeUnfinished, type Hits } from '../../filter/hits.ts'
import { appliedPart } from '../../filter/read-filter.ts'
import { useApp } from '../../state/app-context.tsx'
import type { OpenCapture } from '../../state/app-state.ts'
import { smallIconProps } from '../../widgets/icons.ts'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './hit-steps.module.css'

/** How many the filter found, which of them is selected, and the way from one to the next. */
export const HitSteps = memo(function HitSteps({ current }: { readonly current: OpenCapture }) {
  // What was typed shows at once, what it found when there is time.
  const hits = useDeferredValue(useApp(hitsOf))
  const part = useApp(state => appliedPart(state.filter))
  return <HitCount current={current} hits={hits} part={part} />
})

interface HitCountProps {
  readonly current: OpenCapture
  readonly hits: Hits | null
  readonly part: ReturnType<typeof appliedPart>
}

const HitCount = memo(function HitCount({ current, hits, part }: HitCountProps) {
  const isEmpty = useApp(state => state.filter.trim() === '')
  const beforeWord = useApp(state => partBeforeUnfinished(current, state.filter))
  const selected = useApp(state => state.selected)
  const isLimited = useApp(state => state.navigation.scope !== null)
  if (!hits) {
    if (isEmpty) return null
    return (
      <span className={styles.count} role="status">
        {part !== 'whole'
          ? 'does not read yet'
          : beforeWord === ''
            ? 'nothing matches yet'
            : 'looking…'}
      </span>
    )
  }
  const isWithoutWord = part === 'whole' && hits.text === beforeWord
  const said = isWithoutWord ? 'without the last word' : note(hits, part)
  const number = hitNumber(current, hits, selected)
  return (
    <div className={styles.hits}>
      <span className={styles.count} role="status">
        {count(hits.matchCount)} of {count(hits.outOf)}
        <span className={styles.where}>
          {' '}
          {isLimited ? 'in the part shown' : `in ${visibleText(hits.plane.plane)}`}
        </span>
        {said !== '' && <span className={styles.note}> · {said}</span>}
      </span>
      <span className={styles.at}>{number > 0 && `hit ${count(number)}`}</span>
      <Steps />
    </div>
  )
})

const Steps = memo(function Steps() {
  return (
    <>
      <CommandButton command="filter.previous" icon={<ChevronUp {...smallIconProps} />} />
      <CommandButton command="filter.next" icon={<ChevronDown {...smallIconProps} />} />
    </>
  )
})

function note({ progress }: Hits, part: HitCountProps['part']): string {
  if (part === 'beginning') return 'without the last term, which does not read yet'
  if (part === 'before') return 'of the last filter that did read'
  return progress === 'complete' ? '' : notes[progress]
}

/** Why there may be more, or others. */
const notes = {
  looking: 'looking…',
  indexing: 'indexing values…',
  broken: 'names only',
} as const

const count = (number: number) => number.toLocaleString('en-US')
