import { ArrowUp, Focus, X } from 'lucide-react'
import { nodeLabel, nodePath } from '../../../core/registry/paths.ts'
import type { NodeIndex, PlaneTable, Snapshot } from '../../../core/registry/snapshot.ts'
import { keysOf } from '../../commands/command-button.tsx'
import { entryLabel } from '../../registry/entry-facts.ts'
import { findEntry } from '../../registry/selection.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { Button, IconButton } from '../../widgets/button.tsx'
import { classNames } from '../../widgets/class-names.ts'
import { smallIconProps } from '../../widgets/icons.ts'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './scope-banner.module.css'

export interface ScopeBannerProps {
  readonly snapshot: Snapshot
  readonly plane: PlaneTable
  /** The node that the tree is limited to, -1 for none. */
  readonly top: NodeIndex
}

/** Says as long as not the whole plane is shown, or why it is shown although something limits it. */
export function ScopeBanner({ snapshot, plane, top }: ScopeBannerProps) {
  const actions = useActions()
  const scope = useApp(state => state.navigation.scope)
  if (!scope) return null
  const all = plane.length.toLocaleString('en-US')
  const showAll = (
    <Button icon={<X {...smallIconProps} />} onClick={() => actions.setScope(null)}>
      Show all
    </Button>
  )
  if (top === -1) {
    const entry = findEntry(snapshot, scope)
    const name = entry === null ? (scope.path ?? scope.id ?? '') : entryLabel(snapshot, entry)
    const why = entry === null ? 'is not in this capture' : `has no place in ${plane.plane}`
    return (
      <section className={classNames(styles.banner, styles.off)} aria-label="What is shown">
        <div className={styles.texts}>
          <p className={styles.text}>
            <strong>{visibleText(name)}</strong> {why}, so all {all} nodes are shown.
          </p>
        </div>
        {showAll}
      </section>
    )
  }
  const path = visibleText(nodePath(snapshot, plane, top))
  const count = (plane.end[top]! - top).toLocaleString('en-US')
  return (
    <section className={styles.banner} aria-label="What is shown">
      <Focus {...smallIconProps} />
      <div className={styles.texts}>
        <p className={styles.text}>
          Only <strong>{visibleText(nodeLabel(snapshot, plane, top))}</strong> and what is below it:{' '}
          {count} of {all} nodes
        </p>
        <p className={styles.path} title={path}>
          {path}
        </p>
      </div>
      <IconButton
        label="Show what is below its provider too"
        hint={keysOf('registry.widenScope')}
        icon={<ArrowUp {...smallIconProps} />}
        onClick={actions.widenScope}
      />
      {showAll}
    </section>
  )
}
