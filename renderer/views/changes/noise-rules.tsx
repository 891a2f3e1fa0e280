import { noiseRules } from '../../../core/diff/noise.ts'
import type { SnapshotDiff } from '../../../core/diff/snapshot-diff.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { Disclosure } from '../../widgets/disclosure.tsx'
import { Checkbox } from '../../widgets/field.tsx'
import { countText } from '../action/quantities.ts'
import styles from './comparison.module.css'

/** Which changes say nothing, why, and how many each rule left out. */
export function NoiseRules({ diff }: { readonly diff: SnapshotDiff }) {
  const actions = useActions()
  const off = useApp(state => state.compare.noiseOff)
  const muted = diff.noise.muted.reduce((sum, count) => sum + count, 0)
  const countOf = (name: string) => {
    const at = diff.noise.rules.findIndex(rule => rule.name === name)
    return at < 0 ? 0 : diff.noise.muted[at]!
  }
  const used = noiseRules.filter(({ name }) => off.includes(name) || countOf(name) > 0)
  return (
    <Disclosure
      title="Left out as noise"
      aside={muted === 0 ? 'nothing' : countText(muted, 'change')}
      isMinor
    >
      <div className={styles.rules}>
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
    </Disclosure>
  )
}
