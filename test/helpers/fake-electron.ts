import type * as Electron from 'electron'
import { EventEmitter } from 'node:events'

// A stand-in for the parts of Electron that the main process uses, for machines without its binary. It is
// a fake and no mock: handlers that the real code registers are the ones that a page's calls reach. What
// it cannot show is listed in docs/checks-with-electron.md.

type Listener = (...values: never[]) => unknown

/** What crosses the boundary is cloned, as between Electron's processes. */
const across = <T>(value: T): T => structuredClone(value)

export interface PageLink {
  /** Where the page is, as the main process sees it. */
  url(): string
  /** Delivers to the preload's `ipcRenderer.on`. */
  deliver(channel: string, values: unknown[], ports: readonly FakePort[]): void
}

export class FakePort {
  readonly sent: unknown[] = []
  isClosed = false
  private listener: ((message: unknown) => void) | undefined

  postMessage(message: unknown): void {
    const copy = across(message)
    if (this.listener) this.listener(copy)
    else this.sent.push(copy)
  }
  close(): void {
    this.isClosed = true
  }
  onMessage(listener: (message: unknown) => void): void {
    this.listener = listener
    for (const message of this.sent.splice(0)) listener(message)
  }
}

export class MessageChannelMain {
  readonly port1: FakePort
  readonly port2: FakePort
  constructor() {
    // What is posted at one end is received at the other: both ends are one queue here.
    this.port1 = new FakePort()
    this.port2 = this.port1
  }
}

export class FakeWebContents extends EventEmitter {
  readonly id = 1
  readonly mainFrame: { readonly url: string }
  link: PageLink | undefined
  reloads = 0
  private openHandler: ((details: { url: string }) => { action: string }) | undefined

  constructor() {
    super()
    const url = () => this.link?.url() ?? ''
    this.mainFrame = {
      get url() {
        return url()
      },
    }
  }
  isDestroyed(): boolean {
    return false
  }
  reload(): void {
    this.reloads++
  }
  send(channel: string, ...values: unknown[]): void {
    this.link?.deliver(channel, across(values), [])
  }
  postMessage(channel: string, message: unknown, ports: readonly FakePort[] = []): void {
    this.link?.deliver(channel, [across(message)], ports)
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler
  }
  /** What the page's `window.open` would get. */
  tryOpen(url: string): string | undefined {
    return this.openHandler?.({ url }).action
  }
}

export class BrowserWindow extends EventEmitter {
  static readonly windows: BrowserWindow[] = []
  static getAllWindows(): BrowserWindow[] {
    return [...BrowserWindow.windows]
  }
  static getFocusedWindow(): BrowserWindow | null {
    return BrowserWindow.windows[0] ?? null
  }
  readonly webContents = new FakeWebContents()
  readonly options: Electron.BrowserWindowConstructorOptions
  loadedUrl = ''
  isShown = false

  constructor(options: Electron.BrowserWindowConstructorOptions = {}) {
    super()
    this.options = options
    BrowserWindow.windows.push(this)
  }
  async loadURL(url: string): Promise<void> {
    this.loadedUrl = url
    this.emit('ready-to-show')
  }
  show(): void {
    this.isShown = true
  }
  isDestroyed(): boolean {
    return !BrowserWindow.windows.includes(this)
  }
  destroy(): void {
    BrowserWindow.windows.splice(BrowserWindow.windows.indexOf(this), 1)
  }
  /** What brought it before the user, in order. */
  readonly raised: string[] = []
  private isSmall = false
  focus(): void {
    this.raised.push('focus')
  }
  minimize(): void {
    this.isSmall = true
  }
  restore(): void {
    this.isSmall = false
    this.raised.push('restore')
  }
  isMinimized(): boolean {
    return this.isSmall
  }
}

interface FakeIpcEvent {
  readonly sender: FakeWebContents
  readonly senderFrame: { readonly url: string } | null
}

class FakeIpcMain extends EventEmitter {
  private readonly handlers = new Map<string, Listener>()
  handle(channel: string, handler: Listener): void {
    if (this.handlers.has(channel)) throw new Error(`second handler for ${channel}`)
    this.handlers.set(channel, handler)
  }
  removeHandler(channel: string): void {
    this.handlers.delete(channel)
  }
  async invoke(event: FakeIpcEvent, channel: string, values: unknown[]): Promise<unknown> {
    const handler = this.handlers.get(channel)
    if (!handler) throw new Error(`No handler registered for '${channel}'`)
    return across(await handler(...([event, ...across(values)] as never[])))
  }
}

class FakeApp extends EventEmitter {
  // As users have it: without the developer tools.
  readonly isPackaged = true
  hasQuit = false
  readonly quitting = new Promise<void>(resolve => this.once('fake-quit', resolve))
  whenReady(): Promise<void> {
    return Promise.resolve()
  }
  requestSingleInstanceLock(): boolean {
    return true
  }
  getVersion(): string {
    return '0.0.0-stand-in'
  }
  exit(): void {
    this.emit('fake-quit')
  }
  quit(): void {
    let isPrevented = false
    this.emit('before-quit', { preventDefault: () => (isPrevented = true) })
    if (isPrevented) return
    this.hasQuit = true
    this.emit('fake-quit')
  }
}

class FakeProtocol {
  handler: ((request: Request) => Promise<Response>) | undefined
  schemes: readonly { scheme: string; privileges?: object }[] = []
  registerSchemesAsPrivileged(schemes: readonly { scheme: string; privileges?: object }[]): void {
    this.schemes = schemes
  }
  handle(_scheme: string, handler: (request: Request) => Promise<Response>): void {
    this.handler = handler
  }
}

type PermissionHandler = (
  contents: unknown,
  permission: string,
  decide: (isGranted: boolean) => void,
  details: { requestingUrl: string },
) => void
type PermissionCheck = (contents: unknown, permission: string, requestingOrigin: string) => boolean

class FakeSession {
  permissionHandler: PermissionHandler | undefined
  checkHandler: PermissionCheck | undefined
  setPermissionRequestHandler(handler: PermissionHandler): void {
    this.permissionHandler = handler
  }
  setPermissionCheckHandler(handler: PermissionCheck): void {
    this.checkHandler = handler
  }
}

export const app = new FakeApp()
export const ipcMain = new FakeIpcMain()
export const protocol = new FakeProtocol()
export const session = { defaultSession: new FakeSession() }
export const dialog = {
  asked: [] as string[],
  /** The button that the next question is answered with. */
  nextAnswer: 0,
  showErrorBox(title: string, content: string): void {
    dialog.asked.push(`${title}: ${content}`)
  },
  async showMessageBox({ message }: { message: string }): Promise<{ response: number }> {
    dialog.asked.push(message)
    return { response: dialog.nextAnswer }
  },
}
type MenuTemplate = readonly Electron.MenuItemConstructorOptions[]
export class Notification extends EventEmitter {
  static readonly shown: Notification[] = []
  static isSupported(): boolean {
    return true
  }
  readonly title: string
  readonly body: string

  constructor({ title = '', body = '' }: Electron.NotificationConstructorOptions = {}) {
    super()
    this.title = title
    this.body = body
  }
  show(): void {
    Notification.shown.push(this)
  }
}

export const Menu = {
  template: [] as MenuTemplate,
  buildFromTemplate: (template: MenuTemplate) => ({ template }),
  setApplicationMenu({ template }: { template: MenuTemplate }): void {
    Menu.template = template
  },
}

/** Fails to compile when Electron's own types drift away from the stand-in. */
type Conforms<Real, Fake> = {
  [K in keyof Fake & keyof Real]: Fake[K] extends (...values: never) => unknown
    ? Real[K] extends (...values: infer A) => infer R
      ? Fake[K] extends (...values: A) => R
        ? true
        : false
      : false
    : true
}
type AllTrue<T> = T extends Record<string, true> ? true : T
export const windowConforms: AllTrue<
  Conforms<
    Electron.BrowserWindow,
    Pick<
      BrowserWindow,
      'show' | 'focus' | 'restore' | 'isMinimized' | 'loadURL' | 'isDestroyed' | 'destroy'
    >
  >
> = true
export const appConforms: AllTrue<
  Conforms<
    Electron.App,
    Pick<FakeApp, 'whenReady' | 'requestSingleInstanceLock' | 'getVersion' | 'quit'>
  >
> = true
