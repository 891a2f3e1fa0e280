import { Check, History } from 'lucide-react'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { entryLabel } from '../../registry/entry-facts.ts'
import { findEntry } from '../../registry/selection.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import type { NavigationStep } from '../../state/navigation-state.ts'
import { IconButton } from '../../widgets/button.tsx'
import { iconProps, smallIconProps } from '../../widgets/icons.ts'
import { Menu, MenuHeading, MenuItem } from '../../widgets/menu.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './browse-bar.module.css'

/** So many in each direction; the keys go on from there. */
const inMenu = 12

/** Where the user has been, newest first, with what he came back from above. */
export function HistoryMenu({ snapshot }: { readonly snapshot: Snapshot }) {
  const actions = useActions()
  const { back, forward } = useApp(state => state.navigation)
  const selected = useApp(state => state.selected)
  const plane = useApp(state => state.plane)
  return (
    <Menu
      isInView
      trigger={<IconButton label="Where you have been" icon={<History {...iconProps} />} />}
    >
      <MenuHeading>Where you have been</MenuHeading>
      {forward
        .slice(0, inMenu)
        .map((step, index) => (
          <Step
            key={`f${index}`}
            snapshot={snapshot}
            step={step}
            onSelect={() => actions.travel(index + 1)}
          />
        ))
        .reverse()}
      {selected && <Step snapshot={snapshot} step={{ ref: selected, plane }} isHere />}
      {back
        .slice(-inMenu)
        .reverse()
        .map((step, index) => (
          <Step
            key={`b${index}`}
            snapshot={snapshot}
            step={step}
            onSelect={() => actions.travel(-index - 1)}
          />
        ))}
    </Menu>
  )
}

interface StepProps {
  readonly snapshot: Snapshot
  readonly step: NavigationStep
  readonly isHere?: boolean
  readonly onSelect?: () => void
}

function Step({ snapshot, step, isHere = false, onSelect }: StepProps) {
  const entry = findEntry(snapshot, step.ref)
  const name =
    entry === null
      ? (step.ref.path?.slice(step.ref.path.lastIndexOf('/') + 1) ?? step.ref.id ?? 'An entry')
      : entryLabel(snapshot, entry)
  return (
    <MenuItem
      isDisabled={entry === null}
      onSelect={() => onSelect?.()}
      icon={isHere ? <Check {...smallIconProps} /> : <span className={styles.blank} />}
    >
      <span className={styles.itemName}>{visibleText(name)}</span>
      <span className={styles.aside}>
        {entry === null ? 'not in this capture' : isHere ? 'here' : step.plane}
      </span>
    </MenuItem>
  )
}
