import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'
import { answer } from '../../core/contract/answer.ts'
import { fromJson, toJson } from '../../core/contract/json-codec.ts'
import type { EventEnvelope } from '../../core/contract/requests.ts'
import type { Transport } from '../../core/contract/transport.ts'
import type { Service } from '../../main/service/service.ts'
import { startWebHost } from '../../main/web/web-host.ts'
import { webTransport } from '../../renderer/client.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

/** One way from a page to the service. */
export interface Way {
  readonly name: string
  readonly open: (service: Service, mayChangeGuest: boolean) => Promise<Transport>
}

/** What each crossing does to what is sent and what comes back. */
const crossings: readonly (readonly [name: string, cross: (value: unknown) => unknown])[] = [
  ['the service itself', value => value],
  // Electron's channels copy as postMessage does: no class, no function, no getter survives.
  ['structured clones', value => structuredClone(value)],
  ['the JSON codec', value => fromJson(toJson(value))],
]

export const ways: readonly Way[] = [
  ...crossings.map(([name, cross]) => ({
    name,
    open: async (service: Service, mayChangeGuest: boolean) =>
      directTransport(service, mayChangeGuest, cross),
  })),
  { name: 'the web host, with the page’s own client', open: overHttp },
]

function directTransport(
  service: Service,
  mayChangeGuest: boolean,
  cross: (value: unknown) => unknown,
): Transport {
  const running = new Map<string, AbortController>()
  const caller = {
    mayChangeGuest,
    reportBug: (error: unknown) => {
      throw error
    },
  }
  return {
    request: async (name, params, requestId) => {
      const controller = new AbortController()
      running.set(requestId, controller)
      const reply = await answer(service.handlers, caller, name, cross(params), controller.signal)
      running.delete(requestId)
      return cross(reply) as typeof reply
    },
    cancel: requestId => running.get(requestId)?.abort(),
    snapshot: async snapshotId => new Uint8Array(Buffer.concat(service.snapshotBytes(snapshotId))),
    subscribe: listener => service.subscribe(event => listener(cross(event) as EventEnvelope)),
  }
}

/** A browser's `fetch` and `WebSocket` bring the cookie by themselves; Node's have to be told. */
async function overHttp(service: Service, mayChangeGuest: boolean): Promise<Transport> {
  const pageFolder = join(temporaryFolder(), 'page')
  mkdirSync(pageFolder)
  writeFileSync(join(pageFolder, 'index.html'), '<!doctype html><title>Kextant</title>')
  const host = await startWebHost({ service, pageFolder, port: 0, mayChangeGuest })
  const origin = `http://127.0.0.1:${host.port}`
  const realFetch = globalThis.fetch
  const welcome = await realFetch(host.newAddress(), { redirect: 'manual' })
  const cookie = welcome.headers.get('set-cookie')!.split(';')[0]!
  vi.stubGlobal('fetch', (url: string, init: RequestInit = {}) =>
    realFetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), cookie } }),
  )
  vi.stubGlobal(
    'WebSocket',
    class extends WebSocket {
      constructor(url: string) {
        super(url, { headers: { cookie, origin } })
      }
    },
  )
  onTestFinished(async () => {
    await host.stop()
    vi.unstubAllGlobals()
  })
  return webTransport(origin)
}
