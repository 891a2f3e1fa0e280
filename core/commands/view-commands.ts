import type { CommandRow } from './command-row.ts'

export const viewCommands = {
  'view.registry': { title: 'Show the registry', menu: 'View', keys: 'Mod+1' },
  'view.pictures': { title: 'Show the pictures', menu: 'View', keys: 'Mod+2' },
  'view.changes': { title: 'Show the changes', menu: 'View', keys: 'Mod+3' },
  'view.kexts': { title: 'Show the kexts', menu: 'View', keys: 'Mod+4' },
  'view.history': { title: 'Show the history', menu: 'View', keys: 'Mod+5' },
  'view.project': { title: 'Show the project', menu: 'View', keys: 'Mod+6' },
  'view.log': { title: 'Show or hide the kernel log', menu: 'View', keys: 'Mod+J' },
  'filter.focus': { title: 'Filter', menu: 'Edit', keys: '/ Mod+F' },
} as const satisfies Record<string, CommandRow>
