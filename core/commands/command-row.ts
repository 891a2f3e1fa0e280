/** Menus of the desktop window, from left to right; sections of the palette and of the shortcut sheet. */
export const commandMenus = [
  'File',
  'Edit',
  'View',
  'Go',
  'Registry',
  'Guest',
  'Kext',
  'Help',
] as const
export type CommandMenu = (typeof commandMenus)[number]

/** Parts of the window that have keys of their own. */
export const keyPlaces = ['in the tree', 'in the tree and in columns', 'in a picture'] as const

export interface CommandRow {
  /** What it does, as it stands in a menu: `Save capture…`. */
  readonly title: string
  readonly menu: CommandMenu
  /**
   * `Mod+Shift+P`: modifiers, then the key as `KeyboardEvent.key` names it. `Mod` is Cmd on a Mac and Ctrl elsewhere.
   * A key without `Mod` or `Alt` is not taken from somebody who types. Several ways are told apart by blanks.
   */
  readonly keys?: string
  /** Keys that belong to one part of the window, which handles them itself: where that is, as the sheet says it. */
  readonly keysWork?: (typeof keyPlaces)[number]
}
