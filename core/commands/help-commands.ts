import type { CommandRow } from './command-row.ts'

export const helpCommands = {
  'help.palette': { title: 'Find a command or an entry…', menu: 'Help', keys: 'Mod+K Mod+Shift+P' },
  'help.keys': { title: 'Keyboard shortcuts', menu: 'Help', keys: '?' },
} as const satisfies Record<string, CommandRow>
