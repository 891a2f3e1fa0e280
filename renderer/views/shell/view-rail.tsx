import {
  FolderCode,
  GitCompareArrows,
  History,
  ListTree,
  Package,
  Shapes,
  type LucideIcon,
} from 'lucide-react'
import { ToggleGroup } from 'radix-ui'
import type { CommandId } from '../../../core/commands/commands.ts'
import { useCommand } from '../../commands/use-command.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import type { ViewName } from '../../state/app-state.ts'
import { Tooltip } from '../../widgets/tooltip.tsx'
import styles from './view-rail.module.css'

const views: readonly {
  readonly view: ViewName
  readonly text: string
  readonly Icon: LucideIcon
}[] = [
  { view: 'registry', text: 'Registry', Icon: ListTree },
  { view: 'pictures', text: 'Pictures', Icon: Shapes },
  { view: 'changes', text: 'Changes', Icon: GitCompareArrows },
  { view: 'kexts', text: 'Kexts', Icon: Package },
  { view: 'history', text: 'History', Icon: History },
  { view: 'project', text: 'Project', Icon: FolderCode },
]

/** What the window shows: one of a few, all in sight. One stop for Tab; arrow keys go on inside. */
export function ViewRail() {
  const actions = useActions()
  const view = useApp(state => state.view)
  return (
    <nav className={styles.rail} aria-label="Views">
      <ToggleGroup.Root
        type="single"
        orientation="vertical"
        aria-label="View"
        className={styles.views}
        value={view}
        // Pressing the chosen one again would clear it: one is always chosen.
        onValueChange={next => next !== '' && actions.setView(next as ViewName)}
      >
        {views.map(item => (
          <RailItem key={item.view} {...item} />
        ))}
      </ToggleGroup.Root>
    </nav>
  )
}

function RailItem({ view, text, Icon }: (typeof views)[number]) {
  const { hint } = useCommand(`view.${view}` satisfies CommandId)
  return (
    <Tooltip text={hint} side="right">
      {/* The tooltip's trigger says whether it is open, in the words with which the item says whether it is chosen. */}
      <span className={styles.place}>
        <ToggleGroup.Item value={view} className={styles.item}>
          <Icon size={18} strokeWidth={1.6} aria-hidden="true" />
          <span>{text}</span>
        </ToggleGroup.Item>
      </span>
    </Tooltip>
  )
}
