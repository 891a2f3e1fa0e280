import { join } from 'node:path'
import { connect } from 'node:net'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { fromJson, toJson } from '../../core/contract/json-codec.ts'
import { type Reply } from '../../core/failure.ts'
import { readPageFile } from '../../main/page/page-files.ts'
import { type Service } from '../../main/service/service.ts'
import { startWebHost, type WebHost } from '../../main/web/web-host.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

import { ask, send, signIn, startHost } from './host-client.ts'

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
