import type { goCommands } from '../../core/commands/go-commands.ts'
import type { App } from '../state/app-context.tsx'
import type { AppState } from '../state/app-state.ts'
import type { CommandBinding } from './binding.ts'

const noCapture = 'Take a capture or open a file first.'
const needsCapture = ({ current }: AppState) => (current ? null : noCapture)
const needsEntry = ({ current, selected }: AppState) =>
  current ? (selected ? null : 'Select an entry first.') : noCapture

const onEntry = (run: (app: App) => void): CommandBinding => ({ run, whyNot: needsEntry })

const bookmark = (number: number): CommandBinding => ({
  run: ({ store, actions }) => {
    const found = store.getState().preferences.bookmarks[number - 1]
    if (found) actions.showBookmark(found)
    else actions.say({ text: `There is no bookmark ${number}.`, tone: 'plain' })
  },
  whyNot: needsCapture,
})

export const goBindings: Readonly<Record<keyof typeof goCommands, CommandBinding>> = {
  'go.back': {
    run: ({ actions }) => actions.travel(-1),
    whyNot: state =>
      needsCapture(state) ??
      (state.navigation.back.length > 0 ? null : 'Nothing was shown before this.'),
  },
  'go.forward': {
    run: ({ actions }) => actions.travel(1),
    whyNot: state =>
      needsCapture(state) ??
      (state.navigation.forward.length > 0 ? null : 'There is nothing to go forward to.'),
  },
  'go.path': { run: ({ actions }) => actions.editPath(), whyNot: needsCapture },
  'go.nextPlane': onEntry(({ actions }) => actions.nextPlane(1)),
  'go.previousPlane': onEntry(({ actions }) => actions.nextPlane(-1)),
  'go.nextPlace': onEntry(({ actions }) => actions.nextPlace(1)),
  'go.previousPlace': onEntry(({ actions }) => actions.nextPlace(-1)),
  'go.setBookmark': onEntry(({ actions }) => actions.toggleBookmark()),
  'go.arrangeBookmarks': { run: ({ actions }) => actions.arrangeBookmarks(true) },
  'go.bookmark1': bookmark(1),
  'go.bookmark2': bookmark(2),
  'go.bookmark3': bookmark(3),
  'go.bookmark4': bookmark(4),
  'go.bookmark5': bookmark(5),
  'go.bookmark6': bookmark(6),
  'go.bookmark7': bookmark(7),
  'go.bookmark8': bookmark(8),
  'go.bookmark9': bookmark(9),
}
