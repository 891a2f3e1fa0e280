import { BrowserWindow, dialog } from 'electron'
import { reportBug } from '../service/host-log.ts'
import { pageOrigin } from './page-protocol.ts'

export interface WindowOptions {
  readonly preload: string
  /** Vite's server in development; else the built page from our own scheme. */
  readonly pageUrl: string
  readonly icon: string
}

export function openWindow({ preload, pageUrl, icon }: WindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    width: 1360,
    height: 860,
    minWidth: 900,
    minHeight: 600,
    show: false,
    title: 'Kextant',
    icon,
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      // A file dropped on the window is not opened in its place.
      navigateOnDragDrop: false,
    },
  })
  // No flash of an empty window: it is shown when the page has drawn.
  window.once('ready-to-show', () => window.show())
  // The page has no links; whatever asks for a window is not the page's own doing.
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }))
  const stay = (event: { preventDefault(): void }, url: string) => {
    if (!URL.canParse(url) || originOf(url) !== originOf(pageUrl)) event.preventDefault()
  }
  window.webContents.on('will-navigate', event => stay(event, event.url))
  window.webContents.on('will-redirect', event => stay(event, event.url))
  window.webContents.on('will-attach-webview', event => event.preventDefault())
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') void comeBack(window, reason)
  })
  window.loadURL(pageUrl).catch((error: unknown) => {
    // An empty window with a menu is better than an app that seems not to start.
    reportBug(error, 'the page')
    if (!window.isDestroyed()) window.show()
  })
  return window
}

const lastCrash = new WeakMap<BrowserWindow, number>()
const oftenMs = 30_000

/**
 * The page has crashed; the connection, the captures and a running action live on in this process, so a
 * reload brings all of it back. A page that crashes again at once asks first.
 */
async function comeBack(window: BrowserWindow, reason: string): Promise<void> {
  reportBug(`the page's process ended: ${reason}`, 'the window')
  const isOften = Date.now() - (lastCrash.get(window) ?? -Infinity) < oftenMs
  lastCrash.set(window, Date.now())
  if (isOften) {
    const { response } = await dialog.showMessageBox({
      type: 'error',
      message: 'The window of Kextant has crashed again.',
      detail: 'The guest is not affected, and what was captured is still there.',
      buttons: ['Show it again', 'Close the window'],
    })
    if (response === 1) return window.destroy()
  }
  if (!window.isDestroyed()) window.webContents.reload()
}

export const builtPageUrl = `${pageOrigin}/index.html`

/** Node gives the origin of a scheme of our own as `null`, so it is put together here. */
export function originOf(url: string): string {
  const { protocol, host } = new URL(url)
  return `${protocol}//${host}`
}
