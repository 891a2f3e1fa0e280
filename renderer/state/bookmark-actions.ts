import type { Bookmark } from '../../core/contract/preferences.ts'
import { bookmarkAt, bookmarkOf, bookmarkRef } from '../registry/bookmarks.ts'
import { findEntry, findNode } from '../registry/selection.ts'
import { visibleText } from '../widgets/visible-text.ts'
import type { NavigationActions } from './navigation-actions.ts'
import type { PreferenceActions } from './preference-actions.ts'
import type { ActionContext } from './store.ts'

export interface BookmarkActions {
  /** Sets a bookmark at the selected entry, or takes it away. */
  readonly toggleBookmark: () => void
  readonly showBookmark: (bookmark: Bookmark) => void
  readonly setBookmarks: (bookmarks: readonly Bookmark[]) => void
  /** Opens or closes the dialog that renames, orders and removes them. */
  readonly arrangeBookmarks: (isOpen: boolean) => void
}

/** As many as the contract takes. */
const mostBookmarks = 500

export function bookmarkActions(
  { store }: ActionContext,
  { setPreference }: PreferenceActions,
  { say, showPlace }: NavigationActions,
): BookmarkActions {
  const tell = (text: string) => say({ text, tone: 'plain' })
  const setBookmarks = (bookmarks: readonly Bookmark[]) =>
    void setPreference({ section: 'bookmarks', value: [...bookmarks] })

  return {
    toggleBookmark: () => {
      const { current, selected, plane, preferences } = store.getState()
      if (!current || !selected) return
      const { snapshot } = current
      const { bookmarks } = preferences
      const known = bookmarkOf(snapshot, bookmarks, findEntry(snapshot, selected))
      if (known) {
        setBookmarks(bookmarks.filter(each => each !== known))
        return tell(`The bookmark “${visibleText(known.name)}” is removed.`)
      }
      const bookmark = bookmarkAt(snapshot, selected, plane, crypto.randomUUID())
      if (!bookmark) return
      if (bookmarks.length >= mostBookmarks) {
        const text = `There are ${mostBookmarks} bookmarks, and no more are kept. Remove one first.`
        return say({ text, tone: 'bad' })
      }
      setBookmarks([...bookmarks, bookmark])
      tell(`“${visibleText(bookmark.name)}” is bookmark ${bookmarks.length + 1}.`)
    },
    showBookmark: bookmark => {
      const { current } = store.getState()
      if (!current) return
      const { snapshot } = current
      const ref = bookmarkRef(snapshot, bookmark)
      if (!ref) {
        const text = `“${visibleText(bookmark.name)}” is not in this capture.`
        return say({ text, tone: 'bad' })
      }
      const planeName = ref.path?.slice(0, ref.path.indexOf(':/'))
      const plane = snapshot.planes.find(each => each.plane === planeName)
      const node = plane ? findNode(snapshot, plane, ref) : -1
      if (plane && node !== -1) return showPlace(plane, node)
      const entry = findEntry(snapshot, ref)!
      const here = snapshot.planes.find(each => each.plane === store.getState().plane)
      for (const each of here ? [here, ...snapshot.planes] : snapshot.planes) {
        const at = findNode(snapshot, each, { id: ref.id, path: null })
        if (at !== -1 && each.entry[at] === entry) return showPlace(each, at)
      }
    },
    setBookmarks,
    arrangeBookmarks: isArrangingBookmarks =>
      store.setState(({ view, navigation }) => ({
        view: isArrangingBookmarks ? 'registry' : view,
        navigation: { ...navigation, isArrangingBookmarks },
      })),
  }
}
