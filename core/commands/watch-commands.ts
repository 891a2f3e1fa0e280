import type { CommandRow } from './command-row.ts'

export const watchCommands = {
  'watch.toggle': { title: 'Start or stop watching', menu: 'Guest', keys: 'Mod+Shift+E' },
  'watch.pause': { title: 'Pause or go on watching', menu: 'Guest', keys: 'Mod+Shift+H' },
  'watch.changes': { title: 'Show or hide the changes seen', menu: 'View', keys: 'Mod+Shift+L' },
  'watch.purge': {
    title: 'Purge entries that are gone',
    menu: 'Registry',
    keys: 'Mod+Shift+Backspace',
  },
  'watch.rules': { title: 'Notify me when…', menu: 'Guest' },
} as const satisfies Record<string, CommandRow>
