import type { CommandRow } from './command-row.ts'

export const goCommands = {
  'go.back': { title: 'Back', menu: 'Go', keys: 'Alt+ArrowLeft' },
  'go.forward': { title: 'Forward', menu: 'Go', keys: 'Alt+ArrowRight' },
  'go.path': { title: 'Go to a path, name or ID…', menu: 'Go', keys: 'Mod+L Mod+G' },
  'go.nextPlane': { title: 'Same entry in the next plane', menu: 'Go', keys: 'Alt+PageDown' },
  'go.previousPlane': { title: 'Same entry in the previous plane', menu: 'Go', keys: 'Alt+PageUp' },
  'go.nextPlace': {
    title: 'Same entry under its next provider',
    menu: 'Go',
    keys: 'Alt+ArrowDown',
  },
  'go.previousPlace': {
    title: 'Same entry under its previous provider',
    menu: 'Go',
    keys: 'Alt+ArrowUp',
  },
  'go.setBookmark': { title: 'Set or remove a bookmark', menu: 'Go', keys: 'Mod+D' },
  'go.arrangeBookmarks': { title: 'Arrange bookmarks…', menu: 'Go' },
  'go.bookmark1': { title: 'Go to bookmark 1', menu: 'Go', keys: 'Alt+1' },
  'go.bookmark2': { title: 'Go to bookmark 2', menu: 'Go', keys: 'Alt+2' },
  'go.bookmark3': { title: 'Go to bookmark 3', menu: 'Go', keys: 'Alt+3' },
  'go.bookmark4': { title: 'Go to bookmark 4', menu: 'Go', keys: 'Alt+4' },
  'go.bookmark5': { title: 'Go to bookmark 5', menu: 'Go', keys: 'Alt+5' },
  'go.bookmark6': { title: 'Go to bookmark 6', menu: 'Go', keys: 'Alt+6' },
  'go.bookmark7': { title: 'Go to bookmark 7', menu: 'Go', keys: 'Alt+7' },
  'go.bookmark8': { title: 'Go to bookmark 8', menu: 'Go', keys: 'Alt+8' },
  'go.bookmark9': { title: 'Go to bookmark 9', menu: 'Go', keys: 'Alt+9' },
} as const satisfies Record<string, CommandRow>
