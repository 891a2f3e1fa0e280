import { Menu, type MenuItemConstructorOptions } from 'electron'
import { commandMenus, type CommandMenu } from '../../core/commands/command-row.ts'
import { commandIds, commandRow, type CommandId } from '../../core/commands/commands.ts'

export interface MenuOptions {
  readonly platform: NodeJS.Platform
  readonly isDevelopment: boolean
  /** Tells the window in front that a command was chosen. */
  readonly choose: (id: CommandId) => void
}

/**
 * All commands of the window, in their menus, and what a desktop expects besides, by Electron's own roles: without an
 * Edit menu copy and paste have no keys on macOS. No developer tools outside development, and no links.
 */
export function menuTemplate({
  platform,
  isDevelopment,
  choose,
}: MenuOptions): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin'
  const own = (menu: CommandMenu): MenuItemConstructorOptions[] =>
    commandIds
      .filter(id => commandRow(id).menu === menu)
      .map(id => {
        const { title, keys } = commandRow(id)
        const accelerator = keys === undefined ? undefined : acceleratorOf(keys)
        return {
          label: title,
          click: () => choose(id),
          // The page itself listens to the keys, and knows when somebody types.
          ...(accelerator === undefined ? {} : { accelerator, registerAccelerator: false }),
        }
      })
  const around: Readonly<Record<CommandMenu, readonly MenuItemConstructorOptions[]>> = {
    File: [{ type: 'separator' }, { role: isMac ? 'close' : 'quit' }],
    Edit: (['undo', 'redo', 'cut', 'copy', 'paste', 'selectAll'] as const).map(role => ({ role })),
    View: [
      { type: 'separator' },
      { role: 'reload' },
      ...(isDevelopment ? [{ role: 'toggleDevTools' } as const] : []),
      { type: 'separator' },
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { type: 'separator' },
      { role: 'togglefullscreen' },
    ],
    Go: [],
    Registry: [],
    Guest: [],
    Kext: [],
    Help: [],
  }
  const menus = commandMenus
    .map(menu => ({
      label: menu,
      submenu:
        menu === 'Edit'
          ? [...around.Edit, { type: 'separator' as const }, ...own('Edit')]
          : [...own(menu), ...around[menu]],
    }))
    .filter(({ submenu }) => submenu.length > 0)
  const help = menus.pop()!
  return [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    ...menus,
    { role: 'windowMenu' },
    { ...help, role: 'help' },
  ]
}

/**
 * The first way, in Electron's words; undefined where it has none for it: a sign such as `/` alone would be taken from
 * who types, if the desktop ever listened.
 */
function acceleratorOf(keys: string): string | undefined {
  const way = keys.split(' ').find(text => /(?:Mod|Alt)\+/.test(text))
  return way?.replace('Mod', 'CommandOrControl').replace(/Arrow(Left|Right|Up|Down)$/, '$1')
}

export function setMenu(options: MenuOptions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(options)))
}
