import { Bookmark as BookmarkIcon, Star } from 'lucide-react'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { CommandButton, keysOf } from '../../commands/command-button.tsx'
import type { CommandId } from '../../../core/commands/commands.ts'
import { bookmarkedEntry, bookmarkOf } from '../../registry/bookmarks.ts'
import { findEntry } from '../../registry/selection.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { IconButton } from '../../widgets/button.tsx'
import { iconProps } from '../../widgets/icons.ts'
import { Menu, MenuHeading, MenuItem, MenuSeparator } from '../../widgets/menu.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './browse-bar.module.css'

/** The star of the selected entry. */
export function BookmarkStar({ snapshot }: { readonly snapshot: Snapshot }) {
  const bookmarks = useApp(state => state.preferences.bookmarks)
  const selected = useApp(state => state.selected)
  const isSet =
    selected !== null &&
    bookmarks.length > 0 &&
    bookmarkOf(snapshot, bookmarks, findEntry(snapshot, selected)) !== null
  return (
    <CommandButton
      command="go.setBookmark"
      label={isSet ? 'Remove the bookmark' : 'Set a bookmark'}
      icon={<Star {...iconProps} fill={isSet ? 'currentColor' : 'none'} />}
      isPressed={isSet}
    />
  )
}

/** Those with keys of their own. */
const withKeys = 9

export function BookmarksMenu({ snapshot }: { readonly snapshot: Snapshot }) {
  const actions = useActions()
  return (
    <Menu
      align="end"
      isInView
      trigger={<IconButton label="Bookmarks" icon={<BookmarkIcon {...iconProps} />} />}
    >
      <Bookmarks snapshot={snapshot} />
      <MenuSeparator />
      <MenuItem keys={keysOf('go.setBookmark')} onSelect={actions.toggleBookmark}>
        Set or remove a bookmark here
      </MenuItem>
      <MenuItem onSelect={() => actions.arrangeBookmarks(true)}>Arrange bookmarks…</MenuItem>
    </Menu>
  )
}

/** Looked up when the menu opens. */
function Bookmarks({ snapshot }: { readonly snapshot: Snapshot }) {
  const actions = useActions()
  const bookmarks = useApp(state => state.preferences.bookmarks)
  if (bookmarks.length === 0) {
    return (
      <p className={styles.empty}>
        No bookmarks yet. A star set at an entry keeps it here, for every capture that has it.
      </p>
    )
  }
  return (
    <>
      <MenuHeading>Bookmarks</MenuHeading>
      {bookmarks.map((bookmark, index) => {
        const isThere = bookmarkedEntry(snapshot, bookmark) !== null
        return (
          <MenuItem
            key={bookmark.id}
            isDisabled={!isThere}
            keys={index < withKeys ? keysOf(`go.bookmark${index + 1}` as CommandId) : undefined}
            onSelect={() => actions.showBookmark(bookmark)}
          >
            <span className={styles.itemName}>{visibleText(bookmark.name)}</span>
            {!isThere && <span className={styles.aside}>not in this capture</span>}
          </MenuItem>
        )
      })}
    </>
  )
}
