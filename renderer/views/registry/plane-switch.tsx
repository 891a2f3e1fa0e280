import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './plane-switch.module.css'

export interface PlaneSwitchProps {
  readonly snapshot: Snapshot
  readonly plane: string
  readonly onChange: (plane: string) => void
}

/** Stands before the path, as the plane does in one; no wider than the plane that is shown. */
export function PlaneSwitch({ snapshot, plane, onChange }: PlaneSwitchProps) {
  return (
    <select
      aria-label="Plane"
      className={styles.select}
      value={plane}
      onChange={event => onChange(event.currentTarget.value)}
    >
      {snapshot.planes.map(({ plane: name, length }) => (
        <option key={name} value={name}>
          {visibleText(name)} ({length.toLocaleString('en-US')})
        </option>
      ))}
    </select>
  )
}
