import type * as Zlib from 'node:zlib'
import { gzipSync, type InflateRaw, type ZlibOptions } from 'node:zlib'
import { afterEach, expect, test, vi } from 'vitest'
import { FailureError } from '../../core/failure.ts'
import { unpackGzip } from '../../main/service/gzip-stream.ts'
import { Random } from '../helpers/random.ts'

/** Every engine that unpacking asked Node for. */
const engines = vi.hoisted((): InflateRaw[] => [])
vi.mock('node:zlib', async importOriginal => {
  const zlib = await importOriginal<typeof Zlib>()
  const createInflateRaw = (options?: ZlibOptions) => {
    const engine = zlib.createInflateRaw(options)
    engines.push(engine)
    return engine
  }
  return { ...zlib, createInflateRaw }
})
afterEach(() => vi.waitFor(() => expect(enginesHeld()).toBe(0)))
const enginesHeld = () => engines.filter(({ destroyed }) => !destroyed).length

async function* pieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.slice(at, at + length)
}

async function unpack(bytes: Uint8Array, length = 1000) {
  const unpacked = unpackGzip(pieces(bytes, length), 'file')
  const parts: Uint8Array[] = []
  for await (const piece of unpacked.pieces) parts.push(piece)
  return {
    text: Buffer.concat(parts).toString('latin1'),
    layers: unpacked.layers,
    problems: unpacked.problems,
  }
}

const random = new Random(3)
const words = Array.from({ length: 3000 }, () => `word${random.below(500)} `).join('')
const packed = gzipSync(words)

test.each([1, 7, 1000, 1 << 20])('the content comes out whole, in pieces of %i', async length => {
  expect(await unpack(packed, length)).toEqual({ text: words, layers: 1, problems: [] })
  expect(await unpack(gzipSync(packed), length)).toEqual({ text: words, layers: 2, problems: [] })
})

test('what is not compressed comes through as it is', async () => {
  for (const text of ['', 'a', '\x1f\x8b', 'a dump']) {
    expect(await unpack(Buffer.from(text, 'latin1'))).toEqual({ text, layers: 0, problems: [] })
  }
})

test('a header with every field is skipped', async () => {
  const header = Buffer.from('1f8b081f0000000000ff0300616263', 'hex')
  const names = Buffer.from('a name\0a comment\0', 'latin1')
  const whole = Buffer.concat([header, names, Buffer.from([1, 2]), packed.subarray(10)])
  for (const length of [1, 1000]) {
    expect(await unpack(whole, length)).toEqual({ text: words, layers: 1, problems: [] })
  }
})

test('members behind each other are one file, and zeros after them nothing', async () => {
  const two = Buffer.concat([packed, gzipSync('the end'), Buffer.alloc(600)])
  for (const length of [1, 1000]) {
    expect(await unpack(two, length)).toEqual({ text: `${words}the end`, layers: 1, problems: [] })
  }
})

test('what follows the compressed data is left out, and told with its place', async () => {
  for (const length of [1, 1000]) {
    const { text, problems } = await unpack(
      Buffer.concat([packed, Buffer.from('\0garbage')]),
      length,
    )
    expect(text).toBe(words)
    expect(problems).toMatchObject([{ kind: 'skipped', byteOffset: packed.length + 1 }])
  }
})

test('a file cut anywhere gives what was complete, and a problem', async () => {
  const short = gzipSync(words.slice(0, 300))
  for (let length = 3; length < short.length; length++) {
    const { text, problems } = await unpack(short.subarray(0, length), 50)
    expect(words.startsWith(text)).toBe(true)
    expect(problems).toMatchObject([{ kind: 'truncated' }])
  }
  // Nearly everything, that is: not the last piece alone is lost.
  const { text } = await unpack(packed.subarray(0, packed.length - 100))
  expect(text.length).toBeGreaterThan(words.length * 0.9)
})

test('damage is told, wherever it is', async () => {
  for (let round = 0; round < 200; round++) {
    const damaged = Buffer.from(packed)
    const at = 10 + random.below(packed.length - 14)
    damaged[at]! ^= 1 << random.below(8)
    const { text, problems } = await unpack(damaged)
    if (text !== words) expect(problems.length, `byte ${at}`).toBeGreaterThan(0)
  }
})

test('a checksum that does not match takes nothing away from the members after it', async () => {
  const wrong = Buffer.from(packed)
  wrong[packed.length - 8]! ^= 1
  for (const length of [1, 1000]) {
    const { text, problems } = await unpack(Buffer.concat([wrong, gzipSync('the end')]), length)
    expect(text).toBe(`${words}the end`)
    expect(problems).toMatchObject([{ kind: 'malformed' }])
  }
})

test('many wrong checksums are one problem', async () => {
  const wrong = gzipSync('x')
  wrong[wrong.length - 8]! ^= 1
  const { text, problems } = await unpack(Buffer.concat(Array<Buffer>(500).fill(wrong)))
  expect([text.length, problems.length]).toEqual([500, 1])
})

test('what grows without measure is refused, also in layers', async () => {
  const bomb = gzipSync(Buffer.alloc(100_000_000))
  for (const file of [bomb, gzipSync(bomb)]) {
    const failure = await unpack(file).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(FailureError)
    expect((failure as FailureError).message).toMatch(/grows to more than 250 times its size/)
  }
  const nested = [1, 2, 3, 4].reduce<Uint8Array>(file => gzipSync(file), Buffer.from('x'))
  await expect(unpack(nested)).rejects.toThrow(/more than 3 times over/)
})

test('who leaves early leaves no engine behind, and no file open', async () => {
  for (const file of [packed, gzipSync(packed)]) {
    let isClosed = false
    async function* opened() {
      try {
        yield* pieces(file, 100)
      } finally {
        isClosed = true
      }
    }
    for await (const piece of unpackGzip(opened(), 'file').pieces) {
      expect(piece.length).toBeGreaterThan(0)
      expect(enginesHeld()).toBeGreaterThan(0)
      break
    }
    await vi.waitFor(() =>
      expect({ isClosed, held: enginesHeld() }).toEqual({ isClosed: true, held: 0 }),
    )
  }
})

test('thousands of members hold one engine at a time', async () => {
  const before = engines.length
  const members = Buffer.concat([...Array<Buffer>(3000).fill(gzipSync('')), gzipSync('the end')])
  let most = 0
  async function* watched() {
    for await (const piece of pieces(members, 1000)) {
      most = Math.max(most, enginesHeld())
      yield piece
    }
  }
  for await (const piece of unpackGzip(watched(), 'file').pieces) {
    expect(Buffer.from(piece).toString()).toBe('the end')
  }
  expect(engines.length - before).toBe(3001)
  expect(most).toBeLessThanOrEqual(1)
  expect(enginesHeld()).toBe(0)
})
