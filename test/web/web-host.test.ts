import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { connect } from 'node:net'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { fromJson, toJson } from '../../core/contract/json-codec.ts'
import { sentenceFor, type Failure, type Reply } from '../../core/failure.ts'
import { readPageFile } from '../../main/page/page-files.ts'
import { createService, type Service } from '../../main/service/service.ts'
import { startWebHost, type WebHost } from '../../main/web/web-host.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

async function startHost({
  mayChangeGuest = false,
  uploadStallMs = 30_000,
} = {}): Promise<WebHost> {
  const folder = temporaryFolder()
  const pageFolder = join(folder, 'page')
  mkdirSync(pageFolder)
  writeFileSync(join(pageFolder, 'index.html'), '<!doctype html><title>Kextant</title>')
  writeFileSync(join(folder, 'secret.html'), 'not for the page')
  const service = createService({
    host: 'web',
    version: '1.2.3',
    mayChangeGuest,
    settingsFolder: join(folder, 'settings'),
    samplesFolder: join(folder, 'samples'),
    parseWorker: new URL('../../main/service/parse-worker.ts', import.meta.url),
    builtInTargets: [],
  })
  const host = await startWebHost({
    ...{ service, pageFolder, port: 0 },
    ...{ mayChangeGuest, uploadStallMs },
  })
  onTestFinished(async () => {
    await host.stop()
    await service.stop()
  })
  return host
}

interface Answer {
  readonly status: number
  readonly body: string
  readonly headers: Record<string, string | string[] | undefined>
}

interface Asking {
  readonly method?: string
  readonly path: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

/** Node's own client, which sends the Host and Origin that a test asks for; `fetch` would not. */
function send(
  host: WebHost,
  { method = 'GET', path, headers = {}, body }: Asking,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port: host.port, method, path, headers },
      response => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          resolve({ status: response.statusCode!, body: text, headers: response.headers })
        })
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

async function signIn(host: WebHost): Promise<string> {
  const { search } = new URL(host.newAddress())
  const { headers } = await send(host, { path: `/${search}` })
  return String(headers['set-cookie']).split(';')[0]!
}

function ask(
  host: WebHost,
  cookie: string,
  name: string,
  params: unknown,
  headers = {},
  requestId = 'r1',
) {
  return send(host, {
    method: 'POST',
    path: '/api/request',
    headers: { cookie, 'content-type': 'application/json', ...headers },
    body: toJson({ name, params, requestId }),
  })
}

test('the token of an address works once and becomes a cookie that scripts cannot read', async () => {
  const host = await startHost()
  const { search } = new URL(host.newAddress())

  const first = await send(host, { path: `/${search}` })
  expect(first.status).toBe(303)
  expect(String(first.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Strict/)

  const second = await send(host, { path: `/${search}` })
  expect(second.status).toBe(403)
  expect(second.body).toContain('used already')
})

test('a newer address makes the one before it worthless', async () => {
  const host = await startHost()
  const { search: old } = new URL(host.newAddress())
  host.newAddress()
  expect((await send(host, { path: `/${old}` })).status).toBe(403)
})

test('nothing is served without the cookie: no page, no answer, no columns', async () => {
  const host = await startHost()
  expect((await send(host, { path: '/' })).status).toBe(403)
  expect((await ask(host, '', 'host.info', {})).status).toBe(403)
  expect((await send(host, { path: '/api/snapshot/x' })).status).toBe(403)
})

test('with the cookie the page comes with a policy that lets it load only its own files', async () => {
  const host = await startHost()
  const page = await send(host, { path: '/', headers: { cookie: await signIn(host) } })
  expect(page.status).toBe(200)
  expect(page.body).toContain('Kextant')
  expect(page.headers['content-security-policy']).toContain("default-src 'none'")
})

test('a name that points to loopback from outside (DNS rebinding) is refused', async () => {
  const host = await startHost()
  const cookie = await signIn(host)
  const rebound = await send(host, { path: '/', headers: { cookie, host: 'evil.example' } })
  expect(rebound.status).toBe(403)
})

test('a request from the page of another site is refused although it brings the cookie', async () => {
  const host = await startHost()
  const cookie = await signIn(host)
  const origin = { origin: 'http://evil.example' }
  expect((await ask(host, cookie, 'host.info', {}, origin)).status).toBe(403)
  const site = { 'sec-fetch-site': 'cross-site' }
  expect((await ask(host, cookie, 'host.info', {}, site)).status).toBe(403)
  const form = { 'content-type': 'text/plain' }
  expect((await ask(host, cookie, 'host.info', {}, form)).status).toBe(415)
})

test('an answer comes back through the JSON codec', async () => {
  const host = await startHost()
  const { body } = await ask(host, await signIn(host), 'host.info', {})
  expect(fromJson(body)).toMatchObject({ ok: true, value: { host: 'web', version: '1.2.3' } })
})

test('a host that was started read-only refuses what changes the guest', async () => {
  const host = await startHost({ mayChangeGuest: false })
  const params = { planId: 'p', consent: true, accepted: [], sudoPassword: null }
  const { body } = await ask(host, await signIn(host), 'action.run', params)
  expect(fromJson(body)).toMatchObject({ ok: false, failure: { kind: 'not-allowed' } })
})

test('a host that was started read-only runs no program of this computer', async () => {
  const host = await startHost({ mayChangeGuest: false })
  const cookie = await signIn(host)
  const requests = [
    ['project.build', {}],
    ['project.edit', { path: '/tmp/a.cpp', line: 1 }],
  ] as const
  for (const [name, params] of requests) {
    const { body } = await ask(host, cookie, name, params)
    expect(fromJson(body)).toMatchObject({
      ok: false,
      failure: {
        kind: 'not-allowed',
        request: name,
        detail: expect.stringContaining('program') as string,
      },
    })
  }
})

test('a host that may change the guest still wants a plan and a consent', async () => {
  const host = await startHost({ mayChangeGuest: true })
  const cookie = await signIn(host)
  const noConsent = await ask(host, cookie, 'action.run', {
    planId: 'p',
    consent: false,
    accepted: [],
    sudoPassword: null,
  })
  expect(fromJson(noConsent.body)).toMatchObject({ ok: false, failure: { kind: 'bad-request' } })
  const noPlan = await ask(host, cookie, 'action.run', {
    planId: 'p',
    consent: true,
    accepted: [],
    sudoPassword: null,
  })
  expect(fromJson(noPlan.body)).toMatchObject({ ok: false, failure: { kind: 'unknown-plan' } })
})

test.each([
  ['a name nobody knows', 'guest.format', {}],
  ['a name of Object itself', 'constructor', {}],
  ['parameters of the wrong shape', 'host.folder', { path: 5 }],
  ['parameters too many', 'host.folder', { path: null, extra: true }],
])('%s is refused as a bad request', async (_, name, params) => {
  const host = await startHost()
  const { body } = await ask(host, await signIn(host), name, params)
  const reply = fromJson(body) as Reply<unknown>
  expect(reply).toMatchObject({ ok: false, failure: { kind: 'bad-request' } })
})

test('what is no JSON, or too much of it, is refused and the host lives on', async () => {
  const host = await startHost()
  const cookie = await signIn(host)
  const headers = { cookie, 'content-type': 'application/json' }
  const post = (body: string) => send(host, { method: 'POST', path: '/api/request', headers, body })
  expect((await post('{"name":')).status).toBe(400)
  expect((await post(`"${'x'.repeat(1_100_000)}"`)).status).toBe(413)
  // What says that it carries a picture may be longer, and may then be nothing else.
  const bulk = JSON.stringify({ name: 'host.info', params: {}, requestId: 'r', x: 'x'.repeat(2e6) })
  const asBulk = { ...headers, 'x-kextant-bulk': 'picture.save' }
  const sent = { method: 'POST', path: '/api/request', headers: asBulk, body: bulk }
  expect((await send(host, sent)).status).toBe(400)
  expect((await ask(host, cookie, 'host.info', {})).status).toBe(200)
})

test.each(['/../secret.html', '/%2e%2e/secret.html', '/..%2fsecret.html', '/a/../../secret.html'])(
  'the path %s does not leave the page’s folder',
  async path => {
    const host = await startHost()
    const answer = await send(host, { path, headers: { cookie: await signIn(host) } })
    expect(answer.status).toBe(404)
  },
)

test('events come over a socket that wants the cookie and our own origin', async () => {
  const host = await startHost()
  const cookie = await signIn(host)
  const url = `ws://127.0.0.1:${host.port}/api/events`
  const outcome = (headers: Record<string, string>) =>
    new Promise<string>(resolve => {
      const socket = new WebSocket(url, { headers })
      socket.on('open', () => {
        socket.close()
        resolve('open')
      })
      socket.on('error', error => resolve(error.message))
    })
  const origin = `http://127.0.0.1:${host.port}`
  expect(await outcome({ cookie, origin })).toBe('open')
  expect(await outcome({ origin })).toContain('403')
  expect(await outcome({ cookie, origin: 'http://evil.example' })).toContain('403')
  expect(await outcome({ cookie })).toContain('403')
})

test('an origin of null, as sandboxed frames and files have it, is another site', async () => {
  const host = await startHost()
  const cookie = await signIn(host)
  expect((await ask(host, cookie, 'host.info', {}, { origin: 'null' })).status).toBe(403)
})

/** Says something to the host that no HTTP client would, and hears what it answers. */
function sayRaw(host: WebHost, text: string): Promise<string> {
  return new Promise(resolve => {
    let heard = ''
    const socket = connect(host.port, '127.0.0.1', () => socket.write(text))
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(heard))
    setTimeout(() => socket.destroy(), 2000).unref()
  })
}

test.each(['//', 'http://[', '/%', '//%zz', '*'])(
  'the address %s takes the host down neither as a request nor as a socket',
  async path => {
    const host = await startHost()
    const cookie = await signIn(host)
    const lines = [`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${host.port}`, `Cookie: ${cookie}`]
    const upgrade = [
      ...['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
      ...['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', `Origin: http://127.0.0.1:${host.port}`],
    ]
    const asked = await sayRaw(host, [...lines, 'Connection: close', '', ''].join('\r\n'))
    expect(asked).toMatch(/^HTTP\/1\.1 4\d\d /)
    const upgraded = await sayRaw(host, [...lines, ...upgrade, '', ''].join('\r\n'))
    expect(upgraded).toMatch(/^HTTP\/1\.1 4\d\d /)
    expect((await ask(host, cookie, 'host.info', {})).status).toBe(200)
  },
)

test('columns are asked for by an id, and what is none is not found', async () => {
  const host = await startHost()
  const cookie = await signIn(host)
  for (const id of ['nothing', '%zz', '..%2f..%2fetc']) {
    const { status } = await send(host, { path: `/api/snapshot/${id}`, headers: { cookie } })
    expect(status).toBe(404)
  }
})

test('neither a HEAD, nor a prefetch, nor a strange host name spends the token', async () => {
  const host = await startHost()
  const { search } = new URL(host.newAddress())
  const path = `/${search}`
  expect((await send(host, { method: 'HEAD', path })).status).toBe(405)
  expect((await send(host, { path, headers: { 'sec-purpose': 'prefetch' } })).status).toBe(405)
  expect((await send(host, { path, headers: { host: 'evil.example' } })).status).toBe(403)
  expect((await send(host, { path })).status).toBe(303)
})

test('a cookie of the same name that another service has set does not lock the user out', async () => {
  const host = await startHost()
  const own = await signIn(host)
  const tossed = `${own.split('=')[0]!}=something; ${own}`
  expect((await send(host, { path: '/', headers: { cookie: tossed } })).status).toBe(200)
})

test('two requests at once cannot share an id, so that none can call off the other', async () => {
  const host = await startHost()
  const cookie = await signIn(host)
  const slow = { path: '/' }
  const twins = await Promise.all([
    ask(host, cookie, 'host.folder', slow, {}, 'same'),
    ask(host, cookie, 'host.folder', slow, {}, 'same'),
    ask(host, cookie, 'host.folder', slow, {}, 'other'),
  ])
  expect(twins.filter(({ status }) => status === 400).length).toBeLessThanOrEqual(1)
  expect(twins.at(-1)!.status).toBe(200)
  // It is free again afterwards.
  expect((await ask(host, cookie, 'host.folder', slow, {}, 'same')).status).toBe(200)
  const headers = { cookie, 'content-type': 'application/json' }
  const body = toJson({ name: 'host.info', params: {} })
  const none = await send(host, { method: 'POST', path: '/api/request', headers, body })
  expect(none.status).toBe(400)
})

test('a socket that talks, or talks at length, is closed', async () => {
  const host = await startHost()
  const headers = { cookie: await signIn(host), origin: `http://127.0.0.1:${host.port}` }
  for (const [words, code] of [
    ['hello', 1008],
    ['x'.repeat(100_000), 1009],
  ] as const) {
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}/api/events`, { headers })
    socket.on('open', () => socket.send(words))
    const closed = await new Promise<number>(resolve => socket.on('close', resolve))
    expect(closed).toBe(code)
  }
})

test('a link in the page’s folder does not lead out of it; the folder itself may be a link', async () => {
  const top = temporaryFolder()
  const folder = join(top, 'page')
  mkdirSync(folder)
  writeFileSync(join(folder, 'index.html'), 'the page')
  writeFileSync(join(top, 'secret.html'), 'secret')
  symlinkSync(join(top, 'secret.html'), join(folder, 'out.html'))
  symlinkSync(folder, join(top, 'link'))
  expect(await readPageFile(folder, '/out.html')).toBeUndefined()
  expect(await readPageFile(join(top, 'link'), '/index.html')).toBeDefined()
  expect(await readPageFile(folder, '/..\\secret.html')).toBeUndefined()
  expect(await readPageFile(folder, '/index.html::$DATA')).toBeUndefined()
})

test('a port that is taken is an error and not a crash', async () => {
  const host = await startHost()
  const { port } = host
  const options = { service: {} as Service, pageFolder: '', port, mayChangeGuest: false }
  await expect(startWebHost(options)).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

function upload(host: WebHost, cookie: string, body: string | Buffer, headers = {}) {
  return send(host, {
    method: 'POST',
    path: '/api/open',
    headers: {
      cookie,
      'content-type': 'application/octet-stream',
      'x-kextant-file': encodeURIComponent('C:\\dumps\\größe.txt'),
      'x-kextant-request': 'u1',
      ...headers,
    },
    body: body as string,
  })
}

const smallDump = '+-o Root  <class IORegistryEntry, id 0x100000100, retain 9>\n'

test('a file of the browser is opened by its bytes and known by its bare name', async () => {
  const host = await startHost()
  const cookie = await signIn(host)
  const answer = await upload(host, cookie, smallDump)
  expect(fromJson(answer.body)).toMatchObject({
    ok: true,
    value: { source: { kind: 'file', label: 'größe.txt' }, planes: [{ nodes: 1 }] },
  })
})

test('an upload that is no dump is answered with a sentence, however much of it follows', async () => {
  const host = await startHost()
  const cookie = await signIn(host)
  const letter = Buffer.alloc(40_000_000, 'Dear guest, ')
  const answer = await upload(host, cookie, letter)
  expect(fromJson(answer.body)).toMatchObject({ ok: false, failure: { kind: 'not-a-dump' } })
})

test('an upload needs the session, a name, and the type that other sites cannot send', async () => {
  const host = await startHost()
  const cookie = await signIn(host)
  expect((await upload(host, '', smallDump)).status).toBe(403)
  const foreign = { origin: 'http://evil.example' }
  expect((await upload(host, cookie, smallDump, foreign)).status).toBe(403)
  expect((await upload(host, cookie, smallDump, { 'content-type': 'text/plain' })).status).toBe(415)
  expect((await upload(host, cookie, smallDump, { 'x-kextant-file': '%' })).status).toBe(415)
})

/** An upload whose body is sent piece by piece, and whose answer is waited for all along. */
function slowUpload(host: WebHost, cookie: string, requestId: string) {
  const headers = {
    cookie,
    'content-type': 'application/octet-stream',
    'x-kextant-file': 'dump.txt',
    'x-kextant-request': requestId,
  }
  const request = httpRequest({
    ...{ host: '127.0.0.1', port: host.port, method: 'POST', path: '/api/open', headers },
  })
  onTestFinished(() => void request.destroy())
  const ended = new Promise<void>(resolve => request.on('close', resolve))
  const answer = new Promise<unknown>((resolve, reject) => {
    request.on('error', reject)
    request.on('response', response => {
      let text = ''
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece))
      response.on('end', () => resolve(fromJson(text)))
    })
  })
  answer.catch(() => undefined)
  return { request, answer, ended }
}

const opened = { ok: true, value: { planes: [{ nodes: 1 }] } }

test('of more than two uploads at once the next is told to wait, and is read when one is done', async () => {
  const host = await startHost()
  const cookie = await signIn(host)
  const slow = ['a', 'b'].map(id => slowUpload(host, cookie, id))
  for (const { request } of slow) request.write(smallDump)
  // The host has seen both when an id is taken.
  for (const id of ['a', 'b']) {
    await vi.waitFor(async () => {
      const twin = await upload(host, cookie, smallDump, { 'x-kextant-request': id })
      expect(twin.status).toBe(400)
    })
  }
  const third = fromJson((await upload(host, cookie, smallDump)).body)
  expect(third).toMatchObject({ ok: false, failure: { kind: 'busy' } })
  const { failure } = third as { failure: Failure }
  expect(sentenceFor(failure)).toMatch(/^2 files are being read already\. .*größe\.txt.*\.$/)
  slow[0]!.request.end()
  expect(await slow[0]!.answer).toMatchObject(opened)
  expect(fromJson((await upload(host, cookie, smallDump)).body)).toMatchObject(opened)
  slow[1]!.request.end()
  expect(await slow[1]!.answer).toMatchObject(opened)
})

test('an upload that is called off, or whose page goes away, makes room for another', async () => {
  const host = await startHost()
  const cookie = await signIn(host)
  const slow = ['a', 'b'].map(id => slowUpload(host, cookie, id))
  for (const { request } of slow) request.write(smallDump)
  const wanted = () => upload(host, cookie, smallDump).then(({ body }) => fromJson(body))
  await vi.waitFor(async () => expect(await wanted()).toMatchObject({ ok: false }))
  slow[0]!.request.destroy()
  await vi.waitFor(async () => expect(await wanted()).toMatchObject(opened))
})

test('an upload of which nothing comes any more ends with a sentence, and its connection too', async () => {
  const host = await startHost({ uploadStallMs: 300 })
  const cookie = await signIn(host)
  const stalled = slowUpload(host, cookie, 'a')
  stalled.request.write(smallDump)
  const failure = { kind: 'file-unreadable', path: 'dump.txt' }
  expect(await stalled.answer).toMatchObject({ ok: false, failure })
  await stalled.ended
  expect(fromJson((await upload(host, cookie, smallDump)).body)).toMatchObject(opened)
})

test('an upload that takes longer than that in all, with bytes again and again, is read', async () => {
  const host = await startHost({ uploadStallMs: 1500 })
  const slow = slowUpload(host, await signIn(host), 'a')
  const line = '  +-o N  <class C, id 0x100000200, retain 9>\n'
  for (const piece of [smallDump, ...line.match(/.{1,5}/gs)!]) {
    slow.request.write(piece)
    await new Promise(done => setTimeout(done, 250))
  }
  slow.request.end()
  expect(await slow.answer).toMatchObject({ ok: true, value: { planes: [{ nodes: 2 }] } })
})
