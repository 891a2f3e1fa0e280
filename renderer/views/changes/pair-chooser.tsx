import { ArrowLeftRight, ChevronDown } from 'lucide-react'
import { useActions, useApp } from '../../state/app-context.tsx'
import type { Side } from '../../state/compare-state.ts'
import { momentsOf } from '../../state/timeline-state.ts'
import { Button, IconButton } from '../../widgets/button.tsx'
import { iconProps, smallIconProps } from '../../widgets/icons.ts'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './comparison.module.css'
import { momentLabel } from './moment-words.ts'
import { usePair } from './use-pair.ts'

/** Which two captures are compared; each is chosen from all that there are. */
export function PairChooser() {
  const actions = useActions()
  const { before, after } = usePair()
  const isCompared = useApp(state => state.current?.comparison !== undefined)
  const whyNot = before === null || after === null ? 'Choose two captures.' : null
  const compare = (one: string | null, two: string | null) => {
    if (one !== null && two !== null) void actions.compare(one, two)
  }
  return (
    <div className={styles.pair}>
      <SideButton side="before" snapshotId={before} />
      <IconButton
        label="Swap the two"
        icon={<ArrowLeftRight {...iconProps} />}
        {...(whyNot === null ? {} : { hint: whyNot, 'aria-disabled': true })}
        onClick={() => compare(after, before)}
      />
      <SideButton side="after" snapshotId={after} />
      {!isCompared && (
        <Button kind="primary" whyNot={whyNot} onClick={() => compare(before, after)}>
          Compare
        </Button>
      )}
    </div>
  )
}

interface SideButtonProps {
  readonly side: Side
  readonly snapshotId: string | null
}

function SideButton({ side, snapshotId }: SideButtonProps) {
  const actions = useActions()
  const moments = useApp(state => momentsOf(state.timeline))
  const comparison = useApp(state => state.current?.comparison)
  const moment = moments.find(each => each.snapshotId === snapshotId)
  // One that was thinned meanwhile is still what is compared.
  const source = comparison?.[side].capture.source
  const word = side === 'before' ? 'Before' : 'After'
  const label = moment
    ? momentLabel(moment)
    : source && snapshotId !== null
      ? visibleText(source.label)
      : 'Choose a capture'
  return (
    <span className={styles.side}>
      <span className={styles.sideName} aria-hidden="true">
        {word}
      </span>
      <button
        type="button"
        aria-haspopup="dialog"
        aria-label={`${word}: ${label}`}
        className={styles.sideButton}
        onClick={() => actions.chooseCompared(side)}
      >
        <span className={styles.sideLabel}>{label}</span>
        <ChevronDown {...smallIconProps} />
      </button>
    </span>
  )
}
