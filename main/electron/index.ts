import { app, BrowserWindow, session } from 'electron'
import { join } from 'node:path'
import { createApp } from '../app/create-app.ts'
import { settingsFolder } from '../app/settings-folder.ts'
import { bindIpc } from './ipc.ts'
import { registerPageScheme, servePage } from './page-protocol.ts'
import { builtPageUrl, openWindow, originOf } from './window.ts'

// The Electron host: the same service as the web host and the command line, bound to a window.

const out = join(import.meta.dirname, '..')
const appFolder = join(out, '..')
const wantsDemo = process.argv.includes('--demo')
// electron-vite sets this in development only.
const devPage = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL']

registerPageScheme()
if (!app.requestSingleInstanceLock()) app.quit()
else void run()

async function run(): Promise<void> {
  await app.whenReady()
  servePage(join(out, 'renderer'))
  // The page needs no camera, no notifications, nothing.
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, decide) =>
    decide(false),
  )
  session.defaultSession.setPermissionCheckHandler(() => false)

  const kextant = createApp({
    host: 'electron',
    version: app.getVersion(),
    mayChangeGuest: true,
    settingsFolder: settingsFolder(),
    samplesFolder: join(appFolder, 'assets', 'kexts'),
    parseWorker: new URL('./parse-worker.js', import.meta.url),
  })
  const pageUrl = devPage ?? builtPageUrl
  const unbind = bindIpc(kextant, { mayChangeGuest: true, pageOrigin: originOf(pageUrl) })
  const unsubscribe = kextant.subscribe(event => {
    for (const window of BrowserWindow.getAllWindows()) {
      window.webContents.send('kextant:event', event)
    }
  })
  const open = () =>
    openWindow({
      preload: join(out, 'preload', 'index.cjs'),
      pageUrl,
      icon: join(appFolder, 'assets', 'icon.png'),
    })
  open()
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) open()
  })
  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows()
    if (window?.isMinimized()) window.restore()
    window?.focus()
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  let isStopped = false
  app.on('before-quit', event => {
    if (isStopped) return
    event.preventDefault()
    unsubscribe()
    unbind()
    void kextant.stop().finally(() => {
      isStopped = true
      app.quit()
    })
  })
  if (wantsDemo) void kextant.openDemo().catch(() => undefined)
}
