import { ArrowLeftRight } from 'lucide-react'
import type { Moment } from '../../../core/contract/types.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { pairWithBefore } from '../../state/compare-actions.ts'
import { momentsOf } from '../../state/timeline-state.ts'
import { Button, IconButton } from '../../widgets/button.tsx'
import { Select } from '../../widgets/field.tsx'
import { iconProps } from '../../widgets/icons.ts'
import { momentLabel } from './moment-words.ts'
import styles from './comparison.module.css'

/** Which two captures of the session are compared. Files and older sessions are captures of it once they are open. */
export function PairChooser() {
  const actions = useActions()
  const timeline = useApp(state => state.timeline)
  const compare = useApp(state => state.compare)
  const shown = useApp(state => state.current?.capture.snapshotId ?? null)
  const current = useApp(state => state.current)
  const moments = momentsOf(timeline).filter(({ held }) => held !== 'dropped')
  const nearest = pairWithBefore({ current, timeline })
  const before = compare.before ?? nearest?.before ?? null
  const after = compare.after ?? nearest?.after ?? shown
  const options = optionsOf(moments)
  const choose = (one: string | null, two: string | null) => {
    if (one !== null && two !== null) void actions.compare(one, two)
  }
  return (
    <div className={styles.pair}>
      <span className={styles.side}>
        <span className={styles.sideName}>Before</span>
        <Select
          label="Before"
          isLabelHidden
          value={before ?? ''}
          options={withNone(options, before)}
          onChange={value => choose(value, after)}
        />
      </span>
      <IconButton
        label="Swap the two"
        icon={<ArrowLeftRight {...iconProps} />}
        onClick={() => choose(after, before)}
      />
      <span className={styles.side}>
        <span className={styles.sideName}>After</span>
        <Select
          label="After"
          isLabelHidden
          value={after ?? ''}
          options={withNone(options, after)}
          onChange={value => choose(before, value)}
        />
      </span>
      {current?.comparison === undefined && (
        <Button
          kind="primary"
          whyNot={before === null || after === null ? 'Choose two captures.' : null}
          onClick={() => choose(before, after)}
        >
          Compare
        </Button>
      )}
    </div>
  )
}

interface Option {
  readonly value: string
  readonly text: string
}

function optionsOf(moments: readonly Moment[]): readonly Option[] {
  return moments.toReversed().map(moment => ({
    value: moment.snapshotId,
    text: momentLabel(moment),
  }))
}

function withNone(options: readonly Option[], value: string | null): readonly Option[] {
  if (value !== null && options.some(option => option.value === value)) return options
  return [{ value: value ?? '', text: 'Choose a capture' }, ...options]
}
