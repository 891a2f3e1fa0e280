import type { CommandRow } from './command-row.ts'

export const filterCommands = {
  'filter.next': { title: 'Next hit', menu: 'Edit', keys: 'F3' },
  'filter.previous': { title: 'Previous hit', menu: 'Edit', keys: 'Shift+F3' },
  'filter.clear': { title: 'Clear the filter', menu: 'Edit' },
  'filter.scope': { title: 'Look in keys and values too, or no longer', menu: 'Edit' },
  'filter.save': { title: 'Save this filter…', menu: 'Edit' },
  'filter.saved': { title: 'Saved filters…', menu: 'Edit' },
  'filter.rules': { title: 'Colour rules…', menu: 'View' },
} as const satisfies Record<string, CommandRow>
