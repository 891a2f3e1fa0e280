import type { Page } from '@playwright/test'
import { readFile } from 'node:fs/promises'
import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { Reply } from '../../core/failure.ts'
import type * as Fake from './fake-electron.ts'

/** A host name that Chromium never resolves: every request is answered by the main process. */
const standInOrigin = 'http://app.kextant.test'
const realOrigin = 'kextant://app'

export interface StandIn {
  readonly fake: typeof Fake
  readonly window: Fake.BrowserWindow
}

/** Starts the built main process with the stand-in for `electron`. Once per process. */
export async function startBuiltMain(outFolder: string): Promise<StandIn> {
  const fake = await import('./fake-electron.ts')
  // The bundle must get the very module that this test holds.
  const key = Symbol.for('kextant.fake-electron')
  ;(globalThis as Record<symbol, unknown>)[key] = fake
  const source = [
    `const fake = globalThis[Symbol.for('kextant.fake-electron')]`,
    ...Object.keys(fake).map(name => `export const ${name} = fake.${name}`),
  ].join('\n')
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'electron'
        ? { url: `data:text/javascript,${encodeURIComponent(source)}`, shortCircuit: true }
        : next(specifier, context),
  })
  await import(pathToFileURL(`${outFolder}/main/electron.js`).href)
  for (let tries = 0; fake.BrowserWindow.windows.length === 0 && tries < 100; tries++) {
    await new Promise(done => setTimeout(done, 20))
  }
  const [window] = fake.BrowserWindow.windows
  if (!window) throw new Error('the main process opened no window')
  return { fake, window }
}

/** Shows the built page in a real Chromium, with the built preload between it and the main process. */
export async function openBuiltPage(
  page: Page,
  standIn: StandIn,
  outFolder: string,
): Promise<void> {
  const { fake, window } = standIn
  const preload = await readFile(`${outFolder}/preload/index.cjs`, 'utf8')
  const { webContents } = window
  const event = { sender: webContents, senderFrame: webContents.mainFrame }

  webContents.link = {
    url: () => page.url().replace(standInOrigin, realOrigin),
    deliver(channel, values, ports) {
      void deliver(page, channel, values, ports)
    },
  }
  await page.exposeBinding('__invoke', (_source, channel: string, values: unknown[]) =>
    fake.ipcMain.invoke(event, channel, values),
  )
  await page.exposeBinding('__send', (_source, channel: string, values: unknown[]) => {
    fake.ipcMain.emit(channel, event, ...values)
  })
  await page.route(`${standInOrigin}/**`, async route => {
    const url = route.request().url().replace(standInOrigin, realOrigin)
    const response = await fake.protocol.handler!(new Request(url))
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    })
  })
  await page.addInitScript({ content: preloadFrame(preload) })
  await page.goto(window.loadedUrl.replace(realOrigin, standInOrigin))
}

let lastPort = 0

async function deliver(
  page: Page,
  channel: string,
  values: unknown[],
  ports: readonly Fake.FakePort[],
): Promise<void> {
  const [port] = ports
  const portId = port ? ++lastPort : null
  await page.evaluate(
    ([name, payload, id]) => {
      const bridge = (globalThis as unknown as { __standIn: StandInBridge }).__standIn
      bridge.deliver(name, payload, id)
    },
    [channel, values, portId] as const,
  )
  port?.onMessage(message => {
    const reply = message as Reply<Uint8Array>
    const packed = reply.ok ? { base64: Buffer.from(reply.value).toString('base64') } : { reply }
    void page.evaluate(
      ([id, piece]) => {
        const bridge = (globalThis as unknown as { __standIn: StandInBridge }).__standIn
        bridge.post(id, piece)
      },
      [portId!, packed] as const,
    )
  })
}

interface StandInBridge {
  deliver(channel: string, values: readonly unknown[], portId: number | null): void
  post(portId: number, piece: { base64: string } | { reply: unknown }): void
}

/**
 * The preload as Electron's sandbox runs it: `require` knows only `electron`, and there is no Buffer (gone
 * from sandboxed preloads since Electron 45) and no process.
 */
function preloadFrame(preload: string): string {
  return `(() => {
    const listeners = new Map()
    const ports = new Map()
    globalThis.__standIn = {
      deliver(channel, values, portId) {
        const channelPorts = []
        if (portId !== null) {
          const { port1, port2 } = new MessageChannel()
          ports.set(portId, port1)
          channelPorts.push(port2)
        }
        for (const listener of listeners.get(channel) ?? []) listener({ ports: channelPorts }, ...values)
      },
      post(portId, piece) {
        const port = ports.get(portId)
        if ('reply' in piece) return port.postMessage(piece.reply)
        const value = Uint8Array.from(atob(piece.base64), c => c.charCodeAt(0))
        port.postMessage({ ok: true, value })
      },
    }
    const ipcRenderer = {
      invoke: (channel, ...values) => globalThis.__invoke(channel, values),
      send: (channel, ...values) => void globalThis.__send(channel, values),
      on: (channel, listener) => listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
      off: (channel, listener) =>
        listeners.set(channel, (listeners.get(channel) ?? []).filter(other => other !== listener)),
    }
    const contextBridge = { exposeInMainWorld: (name, api) => { globalThis[name] = api } }
    const require = name => {
      // Where a dropped file lies is known to Electron alone; the test names it in the file's own name.
      const webUtils = { getPathForFile: file => file.name.replaceAll(':', '/') }
      if (name === 'electron') return { contextBridge, ipcRenderer, webUtils }
      throw new Error('a sandboxed preload cannot require ' + name)
    }
    const module = { exports: {} }
    ;((require, module, exports, Buffer, process, global, setImmediate) => { ${preload} })(require, module, module.exports)
  })()`
}
