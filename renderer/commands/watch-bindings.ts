import type { watchCommands } from '../../core/commands/watch-commands.ts'
import { goneCount } from '../../core/watch/follow-looks.ts'
import { isWatchOn } from '../../core/watch/watch-status.ts'
import type { CommandBinding } from './binding.ts'

export const watchBindings: Readonly<Record<keyof typeof watchCommands, CommandBinding>> = {
  'watch.toggle': {
    run: ({ store, actions }) =>
      void (isWatchOn(store.getState().watch.status) ? actions.stopWatch() : actions.startWatch()),
    whyNot: ({ watch, connection }) =>
      isWatchOn(watch.status) || connection.phase === 'connected'
        ? null
        : 'Connect to a guest first.',
  },
  'watch.pause': {
    run: ({ store, actions }) =>
      void (store.getState().watch.status.phase === 'paused'
        ? actions.resumeWatch()
        : actions.pauseWatch()),
    whyNot: ({ watch }) => (isWatchOn(watch.status) ? null : 'Nothing is watched.'),
  },
  'watch.changes': {
    run: ({ store, actions }) => actions.setChangesOpen(!store.getState().watch.isListOpen),
  },
  'watch.purge': {
    run: ({ actions }) => actions.purgeGone(),
    whyNot: ({ watch }) =>
      watch.followed && goneCount(watch.followed) > 0 ? null : 'Nothing is gone.',
  },
  'watch.rules': { run: ({ actions }) => actions.manageRules(true) },
}
