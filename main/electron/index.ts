import { app, BrowserWindow, dialog, session } from 'electron'
import { join } from 'node:path'
import { filesToOpen, openFiles } from '../app/files-to-open.ts'
import { createApp } from '../app/create-app.ts'
import { settingsFolder } from '../app/settings-folder.ts'
import { reportBug } from '../service/host-log.ts'
import { bindIpc } from './ipc.ts'
import { setMenu } from './menu.ts'
import { notify } from './notify.ts'
import { registerPageScheme, servePage } from './page-protocol.ts'
import { limitPermissions } from './permissions.ts'
import { builtPageUrl, openWindow, originOf } from './window.ts'

// The Electron host: the same service as the web host and the command line, bound to a window.

const out = join(import.meta.dirname, '..')
const appFolder = join(out, '..')
/** `appId` of electron-builder.config.ts. */
const installedId = 'io.darwinos.kextant'
const stopLimitMs = 6000
const wantsDemo = process.argv.includes('--demo')
// electron-vite sets this in development only.
const devPage = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL']

/** macOS tells of a file before the app is ready, and while it runs. */
const early: string[] = []
let openMore = (paths: readonly string[]): void => void early.push(...paths)
app.on('open-file', (event, path) => {
  event.preventDefault()
  openMore([path])
})

// Windows shows notices, and one button for all windows, only under the name that the installer gave the shortcut.
if (process.platform === 'win32') {
  app.setAppUserModelId(app.isPackaged ? installedId : process.execPath)
}
registerPageScheme()
if (!app.requestSingleInstanceLock()) app.quit()
else {
  run().catch((error: unknown) => {
    reportBug(error, 'the start')
    dialog.showErrorBox('Kextant cannot start', error instanceof Error ? error.message : 'unknown')
    app.exit(1)
  })
}

async function run(): Promise<void> {
  await app.whenReady()
  servePage(join(out, 'renderer'))
  const pageUrl = devPage ?? builtPageUrl
  limitPermissions(session.defaultSession, originOf(pageUrl))
  setMenu({
    platform: process.platform,
    isDevelopment: !app.isPackaged,
    choose: id => {
      const [first] = BrowserWindow.getAllWindows()
      const window = BrowserWindow.getFocusedWindow() ?? first
      // On macOS the menu stays when the last window is closed.
      if (!window) return void open()
      window.webContents.send('kextant:event', { name: 'command.chosen', payload: { id } })
    },
  })

  const kextant = createApp({
    host: 'electron',
    version: app.getVersion(),
    mayChangeGuest: true,
    settingsFolder: settingsFolder(),
    samplesFolder: join(appFolder, 'assets', 'kexts'),
    parseWorker: new URL('./parse-worker.js', import.meta.url),
    notify: (title, body, onClick) =>
      notify(title, body, () => {
        raise()
        onClick()
      }),
  })
  const unbind = bindIpc(kextant, { mayChangeGuest: true, pageOrigin: originOf(pageUrl) })
  const unsubscribe = kextant.subscribe(event => {
    for (const window of BrowserWindow.getAllWindows()) {
      if (!window.webContents.isDestroyed()) window.webContents.send('kextant:event', event)
    }
  })
  const open = () =>
    openWindow({
      preload: join(out, 'preload', 'index.cjs'),
      pageUrl,
      icon: join(appFolder, 'assets', 'icon.png'),
    })
  const raise = () => {
    const [window] = BrowserWindow.getAllWindows()
    if (!window) return void open()
    if (window.isMinimized()) window.restore()
    window.focus()
  }
  open()
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) open()
  })
  app.on('second-instance', (_event, argv, cwd) => {
    openMore(filesToOpen(argv.slice(1), { cwd, takesPlain: app.isPackaged }))
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  let end: 'not yet' | 'stopping' | 'stopped' = 'not yet'
  app.on('before-quit', event => {
    if (end === 'stopped') return
    event.preventDefault()
    // A second Quit while the first one tidies up.
    if (end === 'stopping') return
    end = 'stopping'
    unsubscribe()
    unbind()
    const quit = () => {
      if (end === 'stopped') return
      end = 'stopped'
      app.quit()
    }
    // A guest that has stopped answering may not keep the app.
    setTimeout(quit, stopLimitMs).unref()
    void kextant
      .stop()
      .catch((error: unknown) => reportBug(error, 'the end'))
      .finally(quit)
  })
  const openAll = (paths: readonly string[]) => {
    const tell = (sentence: string) => void dialog.showMessageBox({ message: sentence })
    void openFiles(kextant, paths, tell).catch((error: unknown) => reportBug(error, 'a file'))
  }
  openAll(filesToOpen(process.argv.slice(1), { cwd: process.cwd(), takesPlain: app.isPackaged }))
  openMore = paths => {
    openAll(paths)
    // macOS hands over a file that was double-clicked also when no window is open, and restores none.
    raise()
  }
  openAll(early)
  // What goes wrong with it stands in the window, as with a click on the target.
  if (wantsDemo) void kextant.openDemo().catch(() => undefined)
}
