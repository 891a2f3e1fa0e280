import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { Select } from '../../widgets/field.tsx'
import { Segmented } from '../../widgets/segmented.tsx'

export interface PlaneSwitchProps {
  readonly snapshot: Snapshot
  readonly plane: string
  readonly onChange: (plane: string) => void
}

/** More planes than these do not fit above the tree side by side. */
const inSight = 3

export function PlaneSwitch({ snapshot, plane, onChange }: PlaneSwitchProps) {
  if (snapshot.planes.length <= inSight) {
    return (
      <Segmented
        label="Plane"
        value={plane}
        options={snapshot.planes.map(p => ({ value: p.plane, text: p.plane, count: p.length }))}
        onChange={onChange}
      />
    )
  }
  return (
    <Select
      label="Plane"
      isLabelHidden
      value={plane}
      options={snapshot.planes.map(p => ({
        value: p.plane,
        text: `${p.plane} (${p.length.toLocaleString('en-US')})`,
      }))}
      onChange={onChange}
    />
  )
}
