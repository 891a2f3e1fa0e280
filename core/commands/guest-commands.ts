import type { CommandRow } from './command-row.ts'

export const guestCommands = {
  'guest.capture': { title: 'Capture', menu: 'Guest', keys: 'Mod+E' },
  'kext.load': { title: 'Load kext…', menu: 'Kext', keys: 'Mod+Shift+O' },
} as const satisfies Record<string, CommandRow>
