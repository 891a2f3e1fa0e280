import type { CommandRow } from './command-row.ts'

export const compareCommands = {
  'compare.before': { title: 'Compare with the capture before', menu: 'View', keys: 'Mod+Shift+D' },
  'compare.with': { title: 'Compare with…', menu: 'View' },
  'compare.swap': { title: 'Swap before and after', menu: 'View' },
  'compare.stop': { title: 'Stop comparing', menu: 'View', keys: 'Mod+Shift+X' },
  'compare.report': { title: 'Save report of changes…', menu: 'File' },
  'time.previous': { title: 'Show the snapshot before', menu: 'View', keys: 'Mod+,' },
  'time.next': { title: 'Show the snapshot after', menu: 'View', keys: 'Mod+.' },
  'time.now': { title: 'Back to now', menu: 'View' },
  'time.strip': { title: 'Show or hide the time strip', menu: 'View', keys: 'Mod+Shift+J' },
} as const satisfies Record<string, CommandRow>
