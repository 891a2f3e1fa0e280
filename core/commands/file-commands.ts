import type { CommandRow } from './command-row.ts'

export const fileCommands = {
  'file.open': { title: 'Open a dump file…', menu: 'File', keys: 'Mod+O' },
  'file.save': { title: 'Save capture…', menu: 'File', keys: 'Mod+S' },
  'file.share': { title: 'Share redacted…', menu: 'File' },
  'file.report': { title: 'Save as report…', menu: 'File' },
  'file.about': { title: 'About this capture…', menu: 'File' },
} as const satisfies Record<string, CommandRow>
