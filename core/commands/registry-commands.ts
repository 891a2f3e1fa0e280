import type { CommandRow } from './command-row.ts'

export const registryCommands = {
  'registry.columns': { title: 'Browse as a tree or in columns', menu: 'Registry', keys: 'Mod+B' },
  'registry.expandAll': { title: 'Expand all below', menu: 'Registry', keys: '*', keysWork: 'in the tree' },
  'registry.collapseOthers': {
    title: 'Collapse all others',
    menu: 'Registry',
    keys: '-',
    keysWork: 'in the tree',
  },
  'registry.level1': { title: 'Expand to level 1', menu: 'Registry' },
  'registry.level2': { title: 'Expand to level 2', menu: 'Registry' },
  'registry.level3': { title: 'Expand to level 3', menu: 'Registry' },
  'registry.level4': { title: 'Expand to level 4', menu: 'Registry' },
  'registry.level5': { title: 'Expand to level 5', menu: 'Registry' },
  'registry.scope': {
    title: 'Show only what is below it',
    menu: 'Registry',
    keys: 'Mod+ArrowDown',
    keysWork: 'in the tree and in columns',
  },
  'registry.widenScope': {
    title: 'Show what is below its provider too',
    menu: 'Registry',
    keys: 'Mod+ArrowUp',
    keysWork: 'in the tree and in columns',
  },
  'registry.showAll': {
    title: 'Show the whole plane again',
    menu: 'Registry',
    keys: 'Escape',
    keysWork: 'in the tree and in columns',
  },
  'registry.selectAll': {
    title: 'Select all rows',
    menu: 'Registry',
    keys: 'Mod+A',
    keysWork: 'in the tree and in columns',
  },
  'registry.copyPath': { title: 'Copy path', menu: 'Registry', keys: 'Mod+C', keysWork: 'in the tree and in columns' },
  'registry.copyJson': { title: 'Copy as JSON', menu: 'Registry' },
  'registry.copyPlist': { title: 'Copy as property list', menu: 'Registry' },
  'registry.copyText': { title: 'Copy as ioreg text', menu: 'Registry' },
  'registry.copyJsonBelow': { title: 'Copy as JSON, with all below', menu: 'Registry' },
  'registry.copyPlistBelow': { title: 'Copy as property list, with all below', menu: 'Registry' },
  'registry.copyTextBelow': { title: 'Copy as ioreg text, with all below', menu: 'Registry' },
} as const satisfies Record<string, CommandRow>
