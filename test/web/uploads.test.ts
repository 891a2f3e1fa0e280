import { request as httpRequest } from 'node:http'
import { expect, onTestFinished, test, vi } from 'vitest'
import { fromJson } from '../../core/contract/json-codec.ts'
import { sentenceFor, type Failure } from '../../core/failure.ts'
import { type WebHost } from '../../main/web/web-host.ts'

import { send, signIn, startHost } from './host-client.ts'

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
