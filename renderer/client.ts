import { bulkHeader, bulkRequests } from '../core/contract/requests.ts'
import { fromJson, toJson } from '../core/contract/json-codec.ts'
import type { EventEnvelope } from '../core/contract/requests.ts'
import { ask, type Transport } from '../core/contract/transport.ts'
import type { Capture } from '../core/contract/types.ts'
import { FailureError, type Failure, type Reply } from '../core/failure.ts'

/**
 * What the desktop window's preload puts on `window`. Columns do not cross the bridge, which copies:
 * after `requestSnapshot` the preload posts `{ type: 'kextant:snapshot', requestId }` to the window with
 * a message port, and the port delivers one `Reply<Uint8Array>`.
 */
export interface DesktopBridge extends Omit<Transport, 'snapshot'> {
  readonly requestSnapshot: (snapshotId: string, requestId: string) => void
  readonly pathOf: (file: File) => string
}

declare global {
  interface Window {
    readonly kextantTransport?: DesktopBridge
  }
}

/**
 * How the way to the host is: `here`; `gone`, when its process does not answer; `strange`, when it was
 * started anew and does not know this page.
 */
export type HostPresence = 'here' | 'gone' | 'strange'

/** A transport that can open dropped files, and says when its host goes and comes. */
export interface PageTransport extends Transport {
  /** Opens a file that was dropped on the window. Throws a `FailureError` when it is no dump. */
  readonly openFile: (file: File, signal: AbortSignal) => Promise<Capture>
  /** Where a worker fetches a snapshot without the page. The desktop window gets it by a port of the page's. */
  readonly snapshotUrl?: (snapshotId: string) => string
  /** Where a dropped file or folder lies on this machine; empty where it lies nowhere. Browsers do not tell. */
  readonly pathOf?: (file: File) => string
  /** The desktop window ends with its host, and has none to watch. */
  readonly watchHost?: (listener: (presence: HostPresence) => void) => () => void
}

/** The way to the host this page was given: the desktop window's bridge, or the web host it came from. */
export function createTransport(): PageTransport {
  return window.kextantTransport
    ? desktopTransport(window.kextantTransport)
    : webTransport(window.location.origin)
}

function desktopTransport(bridge: DesktopBridge): PageTransport {
  let last = 0
  const waiting = new Map<string, (reply: Reply<Uint8Array>) => void>()
  window.addEventListener('message', event => {
    const data = event.data as { type?: unknown; requestId?: unknown } | null
    const port = event.ports[0]
    // Frames cannot speak here: the port has to come from this very window.
    if (event.source !== window || data?.type !== 'kextant:snapshot' || !port) return
    const settle = waiting.get(String(data.requestId))
    if (!settle) return port.close()
    port.onmessage = message => {
      settle(message.data as Reply<Uint8Array>)
      port.close()
    }
  })
  return {
    request: bridge.request,
    cancel: bridge.cancel,
    subscribe: bridge.subscribe,
    pathOf: bridge.pathOf,
    openFile: async (file, signal) => {
      const path = bridge.pathOf(file)
      if (path === '') {
        const detail = 'it has no place on this machine’s disk; save it first'
        throw new FailureError({ kind: 'file-unreadable', path: file.name, detail })
      }
      return ask(bridge, 'capture.open', { path }, { signal })
    },
    snapshot: async snapshotId => {
      const requestId = `s${++last}`
      const reply = await new Promise<Reply<Uint8Array>>(resolve => {
        waiting.set(requestId, resolve)
        bridge.requestSnapshot(snapshotId, requestId)
      })
      waiting.delete(requestId)
      if (!reply.ok) throw new FailureError(reply.failure)
      return reply.value
    },
  }
}

/** Requests over HTTP, events over a socket. The session's cookie was set when the page was opened. */
export function webTransport(origin: string): PageTransport {
  const watchers = new Set<(presence: HostPresence) => void>()
  const tell = (presence: HostPresence) => {
    for (const watcher of watchers) watcher(presence)
  }
  const post = async (path: string, value: unknown, init: RequestInit = {}): Promise<Response> => {
    const body = toJson(value)
    return reach(`${origin}${path}`, {
      ...init,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...init.headers },
      credentials: 'same-origin',
      body,
      // More than this no browser sends for a page that is gone.
      keepalive: init.keepalive === true && body.length < 60_000,
    })
  }

  const request: Transport['request'] = async (name, params, requestId) => {
    const headers: Record<string, string> = bulkRequests.includes(name)
      ? { [bulkHeader]: name }
      : {}
    // A size changed just before the window closes is saved as it does.
    const keepalive = name === 'preferences.save'
    const response = await post('/api/request', { name, params, requestId }, { headers, keepalive })
    if (response.status === 401 || response.status === 403) return refusedSession(name)
    return replyOf(await response.text(), response.status)
  }

  const snapshotUrl = (snapshotId: string) =>
    `${origin}/api/snapshot/${encodeURIComponent(snapshotId)}`
  const cancel = (requestId: string) =>
    void post('/api/cancel', { requestId }).catch(() => undefined)

  return {
    request,
    cancel,
    openFile: (file, signal) => upload(origin, file, signal),
    snapshotUrl,
    snapshot: async snapshotId => {
      const response = await reach(snapshotUrl(snapshotId), { credentials: 'same-origin' })
      if (!response.ok) throw new FailureError({ kind: 'unknown-snapshot', snapshotId })
      return new Uint8Array(await response.arrayBuffer())
    },
    subscribe: listener =>
      listen(`${origin.replace(/^http/, 'ws')}/api/events`, request, listener, tell),
    watchHost: watcher => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
  }
}

let lastUpload = 0

/** The host may stand elsewhere and cannot read the browser's disk: the file's bytes go there. */
async function upload(origin: string, file: File, signal: AbortSignal): Promise<Capture> {
  let response: Response
  try {
    response = await fetch(`${origin}/api/open`, {
      method: 'POST',
      headers: {
        'content-type': 'application/octet-stream',
        'x-kextant-file': encodeURIComponent(file.name),
        'x-kextant-request': `upload-${Math.random().toString(36).slice(2)}-${++lastUpload}`,
      },
      credentials: 'same-origin',
      body: file,
      signal,
    })
  } catch {
    if (signal.aborted) throw new FailureError({ kind: 'cancelled' })
    // The browser cannot tell a host that is gone from a folder, which it does not read either.
    throw new FailureError((await isReadable(file)) ? hostGone : unreadable(file))
  }
  const reply = replyOf(await response.text(), response.status)
  if (!reply.ok) throw new FailureError(reply.failure)
  return reply.value as Capture
}

async function isReadable(file: File): Promise<boolean> {
  try {
    await file.slice(0, 1).arrayBuffer()
    return true
  } catch {
    return false
  }
}

function unreadable(file: File): Failure {
  const detail = 'the browser cannot read it; is it a folder, or was it moved?'
  return { kind: 'file-unreadable', path: file.name, detail }
}

/** A browser says of a host that is gone only that the fetch failed. */
async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch {
    throw new FailureError(hostGone)
  }
}

const hostGone: Failure = {
  kind: 'connection-lost',
  address: 'Kextant’s own service',
  detail: 'its process does not answer',
}

function replyOf(text: string, status: number): Reply<unknown> {
  try {
    return fromJson(text) as Reply<unknown>
  } catch (error) {
    // A proxy's error page, or a host that stopped half-way.
    throw new Error(`the host answered with HTTP ${status} and no reply`, { cause: error })
  }
}

function refusedSession(request: string): Reply<never> {
  const detail = 'the host does not know this page; open the address that it printed once more'
  return { ok: false, failure: { kind: 'not-allowed', request, detail } }
}

const firstRetryMs = 500
const lastRetryMs = 4000

/** A socket that comes back sooner than this was only disturbed: nothing needs to be said. */
const graceMs = 700

/** Keeps a socket open, and tells how that goes. What was said meanwhile has to be asked for. */
function listen(
  url: string,
  request: Transport['request'],
  listener: (event: EventEnvelope) => void,
  tell: (presence: HostPresence) => void,
): () => void {
  let socket: WebSocket | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let waitMs = firstRetryMs
  let lostAt: number | null = null
  let isOver = false

  const open = () => {
    socket = new WebSocket(url)
    socket.onopen = () => {
      waitMs = firstRetryMs
      if (lostAt !== null) tell('here')
      lostAt = null
    }
    socket.onmessage = message => {
      if (typeof message.data === 'string') listener(fromJson(message.data) as EventEnvelope)
    }
    socket.onclose = () => {
      if (isOver) return
      lostAt ??= Date.now()
      if (Date.now() - lostAt >= graceMs || waitMs > firstRetryMs) void ask()
      timer = setTimeout(open, waitMs)
      waitMs = Math.min(waitMs * 2, lastRetryMs)
    }
  }
  // A refused socket does not say why; a request does.
  const ask = async () => {
    const presence = await request('host.info', {}, `h${Date.now()}`).then(
      reply => (reply.ok ? 'here' : 'strange'),
      () => 'gone' as const,
    )
    if (!isOver && presence !== 'here' && lostAt !== null) tell(presence)
  }

  open()
  return () => {
    isOver = true
    clearTimeout(timer)
    socket?.close()
  }
}
