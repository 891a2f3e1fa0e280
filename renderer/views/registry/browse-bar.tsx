import { ArrowLeft, ArrowRight, Columns3 } from 'lucide-react'
import type { NodeIndex, PlaneTable, Snapshot } from '../../../core/registry/snapshot.ts'
import { CommandButton } from '../../commands/command-button.tsx'
import { useActions, useApp } from '../../state/app-context.tsx'
import { isColumns } from '../../state/navigation-actions.ts'
import { iconProps } from '../../widgets/icons.ts'
import { BookmarksMenu, BookmarkStar } from './bookmarks-menu.tsx'
import styles from './browse-bar.module.css'
import { HistoryMenu } from './history-menu.tsx'
import { PathBar } from './path-bar.tsx'
import { PlaneSwitch } from './plane-switch.tsx'

export interface BrowseBarProps {
  readonly snapshot: Snapshot
  readonly plane: PlaneTable
  /** The selected node, -1 for none. */
  readonly node: NodeIndex
}

/** Where the user is and where he can go from there: back, forward, another plane, a path, bookmarks. */
export function BrowseBar({ snapshot, plane, node }: BrowseBarProps) {
  const actions = useActions()
  const inColumns = useApp(isColumns)
  return (
    <div className={styles.bar}>
      <div className={styles.group}>
        <CommandButton command="go.back" icon={<ArrowLeft {...iconProps} />} />
        <CommandButton command="go.forward" icon={<ArrowRight {...iconProps} />} />
        <HistoryMenu snapshot={snapshot} />
      </div>
      <PlaneSwitch snapshot={snapshot} plane={plane.plane} onChange={actions.setPlane} />
      <PathBar snapshot={snapshot} plane={plane} node={node} />
      <div className={styles.group}>
        <BookmarkStar snapshot={snapshot} />
        <BookmarksMenu snapshot={snapshot} />
        <CommandButton
          command="registry.columns"
          label={inColumns ? 'Browse as a tree' : 'Browse in columns'}
          icon={<Columns3 {...iconProps} />}
          isPressed={inColumns}
        />
      </div>
    </div>
  )
}
