import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline, Readable, type Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { answer, answered } from '../../core/contract/answer.ts'
import { fromJson, toJson } from '../../core/contract/json-codec.ts'
import { largestPicture } from '../../core/contract/capture-requests.ts'
import { bulkHeader, bulkRequests } from '../../core/contract/requests.ts'
import { FailureError } from '../../core/failure.ts'
import { contentSecurityPolicy, readPageFile } from '../page/page-files.ts'
import { reportBug } from '../service/host-log.ts'
import type { Service } from '../service/service.ts'
import { createSessionGate } from './session-gate.ts'
import { unlessStalled } from './unless-stalled.ts'

/** A request carries paths and bundle ids, no bulk. */
const bodyLimit = 1_000_000
/** But for those that carry a file which the page has made, in base64. */
const bulkLimit = Math.ceil((largestPicture * 4) / 3) + bodyLimit
/** Nobody near needs longer to say what he wants; who holds connections open with half a request, does. */
const bodyTimeoutMs = 30_000
const limits = {
  headersTimeout: 10_000,
  // A dump that is dropped on the window may come through a slow tunnel; each kind of body has its own limit.
  requestTimeout: 0,
  connectionsCheckingInterval: 5_000,
}
/** An upload is held in memory until it is parsed, and may have 2 GB. */
const mostUploads = 2
const mostConnections = 200
/** A page only listens on its socket, so whatever it sends is small. */
const socketLimits = { maxPayload: 1024, clientTracking: true, perMessageDeflate: false } as const
const mostSockets = 32
/** What may wait for a page that does not read: it then starts over, with what is current. */
const mostBytesWaiting = 32_000_000

export interface WebHostOptions {
  readonly service: Service
  /** The built page; unused when `devServer` brings the page. */
  readonly pageFolder: string
  /** 0 takes a free one. */
  readonly port: number
  readonly mayChangeGuest: boolean
  /** How long an upload may go without a byte; 30 s unless given. */
  readonly uploadStallMs?: number
  /** Vite's middleware, for development. */
  readonly devServer?: DevServer
}

export interface DevServer {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
}

export interface WebHost {
  readonly port: number
  /** A fresh address with a token that works once. */
  newAddress(): string
  stop(): Promise<void>
}

export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  const { service, mayChangeGuest, devServer, uploadStallMs = bodyTimeoutMs } = options
  const running = new Map<string, AbortController>()
  let uploads = 0
  const server = createServer(limits, (request, response) => {
    handle(request, response).catch((error: unknown) => {
      // A page that goes away in the middle of its own request is no bug of ours.
      if (request.destroyed && !request.complete) return
      reportBug(error, request.url ?? '')
      if (!response.headersSent) refuse(response, 500, 'Something went wrong inside Kextant.')
      else response.destroy()
    })
  })
  server.maxConnections = mostConnections
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const gate = createSessionGate(port)
  const policy = contentSecurityPolicy([`ws://127.0.0.1:${port}`, `ws://localhost:${port}`])

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = urlOf(request)
    // Nobody reads on after the answer, so a body that never ends would hold the connection.
    response.once('finish', () => {
      if (!request.complete) request.setTimeout(uploadStallMs, () => request.destroy())
    })
    response.setHeader('X-Content-Type-Options', 'nosniff')
    response.setHeader('Referrer-Policy', 'no-referrer')
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin')
    response.setHeader('Cache-Control', 'no-store')
    if (!devServer) response.setHeader('Content-Security-Policy', policy)

    if (!url) return refuse(response, 400, 'This is not an address of Kextant.')
    const token = url.searchParams.get('token')
    if (url.pathname === '/' && token !== null) return welcome(request, response, token)

    const isRequest = url.pathname.startsWith('/api/')
    const refusal = gate.refusal(request, isRequest ? 'request' : 'page')
    if (refusal !== undefined) {
      const hint = 'Open the address that the terminal printed; press Enter there for a new one.'
      return refuse(response, 403, `Kextant refuses this request: ${refusal}. ${hint}`)
    }
    if (isRequest) return api(request, response, url)
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return refuse(response, 405, 'GET only.')
    if (devServer) return devServer.handle(request, response)
    const file = await readPageFile(options.pageFolder, url.pathname)
    if (!file) return refuse(response, 404, 'There is no such page.')
    response.setHeader('Content-Type', file.contentType)
    response.end(file.bytes)
  }

  function welcome(request: IncomingMessage, response: ServerResponse, token: string): void {
    // A preview or a prefetch must not spend the token before the user comes.
    if (request.method !== 'GET' || request.headers['sec-purpose'] !== undefined) {
      return refuse(response, 405, 'This address is for a browser window.')
    }
    const cookie = gate.isForUs(request) ? gate.redeem(token) : undefined
    // A reload of the first address comes with the cookie already: it may go on.
    if (cookie === undefined && gate.refusal(request, 'page') !== undefined) {
      const hint = 'Press Enter in the terminal for a new one.'
      return refuse(response, 403, `This address was used already, or is not the newest. ${hint}`)
    }
    if (cookie !== undefined) response.setHeader('Set-Cookie', cookie)
    response.writeHead(303, { Location: '/' }).end()
  }

  async function api(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (request.method === 'GET' && url.pathname.startsWith('/api/snapshot/')) {
      return sendSnapshot(response, url.pathname.slice('/api/snapshot/'.length))
    }
    if (request.method !== 'POST') return refuse(response, 405, 'POST only.')
    if (url.pathname === '/api/open') return openUpload(request, response)
    // A form of another site cannot send this type without asking first.
    if (request.headers['content-type'] !== 'application/json') {
      return refuse(response, 415, 'application/json only.')
    }
    const bulkName = bulkRequests.find(name => name === request.headers[bulkHeader])
    const body = await readBody(request, bulkName === undefined ? bodyLimit : bulkLimit)
    if (body === undefined) return refuse(response, 413, 'This request is too large.')
    const fields = parseFields(body)
    if (fields === undefined) return refuse(response, 400, 'This is not JSON.')
    if (bulkName !== undefined && fields['name'] !== bulkName) {
      return refuse(response, 400, 'This is another request than its header says.')
    }
    const requestId = typeof fields['requestId'] === 'string' ? fields['requestId'] : null
    if (url.pathname === '/api/cancel') {
      if (requestId !== null) running.get(requestId)?.abort()
      response.writeHead(204).end()
      return
    }
    if (url.pathname !== '/api/request') return refuse(response, 404, 'There is no such request.')
    // Else one page could call off what another has asked for.
    if (requestId === null || requestId.length > 128 || running.has(requestId)) {
      return refuse(response, 400, 'A request needs a short id of its own.')
    }
    const controller = new AbortController()
    running.set(requestId, controller)
    // A page that goes away stops waiting for its answer; what it began for the guest goes on.
    const caller = { mayChangeGuest, reportBug }
    const { name, params } = fields
    const reply = await answer(service.handlers, caller, name, params, controller.signal).finally(
      () => running.delete(requestId),
    )
    response.setHeader('Content-Type', 'application/json; charset=utf-8')
    response.end(toJson(reply))
  }

  /**
   * A file of the browser's machine, as the request's body: what was dropped on the window. Its type and
   * headers are ones that no page of another site can send without asking first.
   */
  async function openUpload(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = request.headers['x-kextant-request']
    const name = decodedName(request.headers['x-kextant-file'])
    if (request.headers['content-type'] !== 'application/octet-stream' || name === undefined) {
      return refuse(response, 415, 'application/octet-stream with the name of the file only.')
    }
    if (typeof requestId !== 'string' || requestId.length > 128 || running.has(requestId)) {
      return refuse(response, 400, 'A request needs a short id of its own.')
    }
    const controller = new AbortController()
    running.set(requestId, controller)
    request.once('close', () => request.complete || controller.abort())
    const reply = await answered('capture.open', reportBug, controller.signal, () =>
      readUpload(request, name, controller.signal),
    ).finally(() => running.delete(requestId))
    request.resume()
    response.setHeader('Content-Type', 'application/json; charset=utf-8')
    response.end(toJson(reply))
  }

  async function readUpload(request: IncomingMessage, name: string, signal: AbortSignal) {
    if (uploads >= mostUploads) {
      const detail = `${mostUploads} files are being read already. Open ${name} when one of them is done.`
      throw new FailureError({ kind: 'busy', detail })
    }
    uploads++
    try {
      // A reader that gives up early must leave the connection, on which the answer goes back.
      const body = request.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>
      return await service.openDump(unlessStalled(body, name, uploadStallMs), name, signal)
    } finally {
      uploads--
    }
  }

  async function sendSnapshot(response: ServerResponse, snapshotId: string): Promise<void> {
    try {
      await service.load(snapshotId, new AbortController().signal)
      const parts = service.snapshotBytes(snapshotId)
      const length = parts.reduce((sum, part) => sum + part.byteLength, 0)
      response.writeHead(200, {
        'Content-Type': 'application/octet-stream',
        'Content-Length': length,
      })
      pipeline(Readable.from(parts), response, () => undefined)
    } catch (error) {
      if (error instanceof FailureError) return refuse(response, 404, error.message)
      throw error
    }
  }

  const sockets = new WebSocketServer({ noServer: true, ...socketLimits })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    const url = urlOf(request)
    const refusal = gate.refusal(request, 'page')
    if (!url || refusal !== undefined || request.headers.origin === undefined) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
      return
    }
    if (url.pathname === '/api/events') {
      if (sockets.clients.size >= mostSockets) {
        socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n')
        return
      }
      sockets.handleUpgrade(request, socket, head, client => {
        client.on('error', () => client.terminate())
        client.on('message', () => client.close(1008, 'this socket is for listening'))
      })
    } else if (devServer) devServer.upgrade(request, socket, head)
    else socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n')
  })
  const unsubscribe = service.subscribe(event => {
    const text = toJson(event)
    for (const client of sockets.clients) {
      if (client.readyState !== client.OPEN) continue
      if (client.bufferedAmount > mostBytesWaiting) client.terminate()
      else client.send(text)
    }
  })

  return {
    port,
    newAddress: () => gate.newAddress(),
    async stop() {
      unsubscribe()
      for (const controller of running.values()) controller.abort()
      for (const client of sockets.clients) client.terminate()
      sockets.close()
      server.closeAllConnections()
      await new Promise(done => server.close(done))
    },
  }
}

/** Undefined for what is no path at all: a client may write anything there. */
function urlOf(request: IncomingMessage): URL | undefined {
  return URL.parse(request.url ?? '/', 'http://127.0.0.1') ?? undefined
}

function refuse(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' })
  response.end(`${sentence}\n`)
}

/** The name of a file as a header carries it: percent-encoded, without folders. */
function decodedName(header: string | string[] | undefined): string | undefined {
  if (typeof header !== 'string' || header === '' || header.length > 1024) return undefined
  try {
    return decodeURIComponent(header).replace(/^.*[/\\]/s, '') || undefined
  } catch {
    return undefined
  }
}

/** Undefined for a body over the limit; the rest of it is read and dropped, so that the answer arrives. */
function readBody(request: IncomingMessage, limit: number): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= limit) chunks.push(chunk)
      else if (length <= 10 * limit) resolve(undefined)
      else request.destroy()
    })
    const timer = setTimeout(() => request.destroy(), bodyTimeoutMs)
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    request.on('error', reject)
    request.on('close', () => clearTimeout(timer))
  })
}

function parseFields(body: string): Record<string, unknown> | undefined {
  try {
    const value = fromJson(body)
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined
    return value as Record<string, unknown>
  } catch {
    return undefined
  }
}
