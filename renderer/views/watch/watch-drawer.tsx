import { BellRing, Eraser, Trash2, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { goneCount } from '../../../core/watch/follow-looks.ts'
import { isWatchOn } from '../../../core/watch/watch-status.ts'
import { watchReadout } from '../../../core/watch/watch-words.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { usePanelSize } from '../../state/use-panel-size.ts'
import { Button, IconButton } from '../../widgets/button.tsx'
import { CopyButton } from '../../widgets/copyable.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { smallIconProps } from '../../widgets/icons.ts'
import { SplitPane } from '../../widgets/split-pane.tsx'
import { Toolbar } from '../../widgets/toolbar.tsx'
import { countText } from '../action/quantities.ts'
import { ChangeList } from './change-list.tsx'
import { changesText } from './change-text.ts'
import styles from './watch-drawer.module.css'

const sizeKey = 'watch-changes'

/** What stands in it with the list of changes below, while a guest is watched or something was seen. */
export function WatchDrawer({ children }: { readonly children: ReactNode }) {
  const [height, setHeight] = usePanelSize(sizeKey, 168)
  const isOpen = useApp(({ watch }) => watch.isListOpen && isOfUse(watch))
  return (
    <SplitPane
      direction="column"
      what="list of changes"
      size={height}
      min={92}
      max={600}
      onResize={setHeight}
      first={children}
      second={isOpen ? <ChangesPane /> : null}
    />
  )
}

function isOfUse({ status, followed }: Parameters<typeof goneOf>[0]): boolean {
  return isWatchOn(status) || (followed !== null && followed.changes.length > 0)
}

const goneOf = ({ followed }: ReturnType<typeof watchOf>) => (followed ? goneCount(followed) : 0)
const watchOf = (state: Parameters<Parameters<typeof useApp>[0]>[0]) => state.watch

function ChangesPane() {
  const actions = useActions()
  const watch = useApp(watchOf)
  const { followed, status } = watch
  const changes = followed?.changes ?? []
  const gone = goneOf(watch)
  return (
    <section className={styles.pane} aria-label="Changes in the guest">
      <Toolbar isSlim>
        <h2 className={styles.title}>Changes</h2>
        <span className={styles.count}>
          {changes.length === 0 ? watchReadout(status) : countText(changes.length, 'change')}
          {followed && followed.forgottenChanges > 0
            ? `, ${followed.forgottenChanges.toLocaleString('en-US')} older ones left out`
            : ''}
        </span>
        <span className={styles.tools}>
          {gone > 0 && (
            <Button kind="quiet" icon={<Trash2 {...smallIconProps} />} onClick={actions.purgeGone}>
              {`Purge ${gone.toLocaleString('en-US')} gone`}
            </Button>
          )}
          <IconButton
            label="Notify me when…"
            icon={<BellRing {...smallIconProps} />}
            onClick={() => actions.manageRules(true)}
          />
          <CopyButton text={() => changesText(changes)} what="the changes" />
          <IconButton
            label="Empty the list"
            icon={<Eraser {...smallIconProps} />}
            disabled={changes.length === 0}
            onClick={actions.clearChanges}
          />
          <IconButton
            label="Close the list of changes"
            icon={<X {...smallIconProps} />}
            onClick={() => actions.setChangesOpen(false)}
          />
        </span>
      </Toolbar>
      {changes.length === 0 ? (
        <EmptyState title="No change yet">
          {isWatchOn(status)
            ? 'What comes, goes and changes in the guest is listed here.'
            : 'The guest is not watched any more.'}
        </EmptyState>
      ) : (
        <ChangeList changes={changes} firstNumber={followed?.forgottenChanges ?? 0} />
      )}
    </section>
  )
}
