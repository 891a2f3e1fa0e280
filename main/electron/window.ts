import { BrowserWindow, shell } from 'electron'
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
    },
  })
  // No flash of an empty window: it is shown when the page has drawn.
  window.once('ready-to-show', () => window.show())
  window.webContents.setWindowOpenHandler(({ url }) => {
    // Links lead to documentation only, in the user's own browser.
    if (url.startsWith('https://')) void shell.openExternal(url)
    return { action: 'deny' }
  })
  const stay = (event: { preventDefault(): void }, url: string) => {
    if (originOf(url) !== originOf(pageUrl)) event.preventDefault()
  }
  window.webContents.on('will-navigate', event => stay(event, event.url))
  window.webContents.on('will-redirect', event => stay(event, event.url))
  window.webContents.on('will-attach-webview', event => event.preventDefault())
  void window.loadURL(pageUrl)
  return window
}

export const builtPageUrl = `${pageOrigin}/index.html`

/** Node gives the origin of a scheme of our own as `null`, so it is put together here. */
export function originOf(url: string): string {
  const { protocol, host } = new URL(url)
  return `${protocol}//${host}`
}
