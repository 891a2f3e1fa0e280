import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { bookmarkedEntry, moved, renamed } from '../../registry/bookmarks.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { Button, IconButton } from '../../widgets/button.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import { smallIconProps } from '../../widgets/icons.ts'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './arrange-bookmarks-dialog.module.css'

/** Renames, orders and removes bookmarks; each change counts at once. */
export function ArrangeBookmarksDialog({ snapshot }: { readonly snapshot: Snapshot }) {
  const actions = useActions()
  const bookmarks = useApp(state => state.preferences.bookmarks)
  const close = () => actions.arrangeBookmarks(false)
  return (
    <Dialog
      title="Bookmarks"
      isWide
      onClose={close}
      foot={
        <Button kind="primary" onClick={close}>
          Done
        </Button>
      }
    >
      {bookmarks.length === 0 ? (
        <p className={styles.empty}>
          There are none. Select an entry and press the star above the tree.
        </p>
      ) : (
        <ol className={styles.list}>
          {bookmarks.map((bookmark, index) => {
            const name = visibleText(bookmark.name)
            const isThere = bookmarkedEntry(snapshot, bookmark) !== null
            return (
              <li key={bookmark.id} className={styles.item}>
                <span className={styles.number}>{index + 1}</span>
                <span className={styles.texts}>
                  <input
                    aria-label={`Name of bookmark ${index + 1}`}
                    className={styles.name}
                    defaultValue={bookmark.name}
                    maxLength={100}
                    spellCheck={false}
                    autoComplete="off"
                    onKeyDown={event => {
                      if (event.key === 'Enter') event.currentTarget.blur()
                    }}
                    onBlur={event => {
                      const text = event.currentTarget.value
                      // A bookmark has a name: an empty one is not taken.
                      if (text.trim() === '') event.currentTarget.value = bookmark.name
                      else if (text !== bookmark.name) {
                        actions.setBookmarks(renamed(bookmarks, bookmark.id, text))
                      }
                    }}
                  />
                  <span className={styles.path} title={bookmark.path ?? undefined}>
                    {visibleText(bookmark.path ?? bookmark.entryId ?? '')}
                  </span>
                  {!isThere && <span className={styles.missing}>Not in this capture</span>}
                </span>
                <IconButton
                  label={`Move ${name} up`}
                  icon={<ArrowUp {...smallIconProps} />}
                  disabled={index === 0}
                  onClick={() => actions.setBookmarks(moved(bookmarks, bookmark.id, -1))}
                />
                <IconButton
                  label={`Move ${name} down`}
                  icon={<ArrowDown {...smallIconProps} />}
                  disabled={index === bookmarks.length - 1}
                  onClick={() => actions.setBookmarks(moved(bookmarks, bookmark.id, 1))}
                />
                <IconButton
                  label={`Remove ${name}`}
                  icon={<Trash2 {...smallIconProps} />}
                  onClick={() => actions.setBookmarks(bookmarks.filter(each => each !== bookmark))}
                />
              </li>
            )
          })}
        </ol>
      )}
    </Dialog>
  )
}
