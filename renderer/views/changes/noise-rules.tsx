import { ChevronDown, ChevronRight } from 'lucide-react'
import { noiseRules } from '../../../core/diff/noise.ts'
import type { SnapshotDiff } from '../../../core/diff/snapshot-diff.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { Checkbox } from '../../widgets/field.tsx'
import { smallIconProps } from '../../widgets/icons.ts'
import { countText } from '../action/quantities.ts'
import styles from './comparison.module.css'

export interface NoiseSwitchProps {
  readonly diff: SnapshotDiff
  readonly isOpen: boolean
  /** Of the rules, which stand below. */
  readonly controls: string
  readonly onToggle: () => void
}

/** How much was left out; opens the rules by which it was. */
export function NoiseSwitch({ diff, isOpen, controls, onToggle }: NoiseSwitchProps) {
  const muted = diff.noise.muted.reduce((sum, count) => sum + count, 0)
  return (
    <button
      type="button"
      className={styles.noiseSwitch}
      aria-expanded={isOpen}
      aria-controls={isOpen ? controls : undefined}
      onClick={onToggle}
    >
      {isOpen ? <ChevronDown {...smallIconProps} /> : <ChevronRight {...smallIconProps} />}
      Noise
      <span className={styles.number}>
        {muted === 0 ? 'nothing left out' : `${countText(muted, 'change')} left out`}
      </span>
    </button>
  )
}

/** Which changes say nothing, why, and how many each rule left out. */
export function NoiseRules({ diff, id }: { readonly diff: SnapshotDiff; readonly id: string }) {
  const actions = useActions()
  const off = useApp(state => state.compare.noiseOff)
  const countOf = (name: string) => {
    const at = diff.noise.rules.findIndex(rule => rule.name === name)
    return at < 0 ? 0 : diff.noise.muted[at]!
  }
  const used = noiseRules.filter(({ name }) => off.includes(name) || countOf(name) > 0)
  return (
    <div id={id} role="group" aria-label="What is left out as noise" className={styles.rules}>
      {used.length === 0 && <p className={styles.soft}>No rule applied to these two.</p>}
      {used.map(({ name, because }) => (
        <Checkbox
          key={name}
          label={`${name.replaceAll('-', ' ')}${off.includes(name) ? '' : ` (${countOf(name).toLocaleString('en-US')})`}`}
          hint={because.replace(/ \((?:facts|real dumps)[^()]*(?:\([^()]*\)[^()]*)*\)/, '')}
          isChecked={!off.includes(name)}
          onChange={isOn => void actions.setNoiseRule(name, isOn)}
        />
      ))}
    </div>
  )
}
