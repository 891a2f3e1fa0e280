import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { expect, test } from 'vitest'
import { readBootPersonalities } from '../../main/service/read-boot-personalities.ts'

const name =
  'System/Library/Caches/com.apple.kext.caches/Startup/IOKitPersonalities_i386.ioplist.gz'
const one = '<array><dict><key>IOClass</key><string>A</string></dict></array>\0'

async function tarOf(files: Record<string, Buffer>): Promise<Uint8Array[]> {
  const archive = pack()
  for (const [path, bytes] of Object.entries(files)) archive.entry({ name: path }, bytes)
  archive.finalize()
  return [await buffer(archive)]
}

test('the cache is found in the guest’s tar and unpacked, with its path', async () => {
  const { found, problems } = await readBootPersonalities(
    await tarOf({ 'other.txt': Buffer.from('x'), [name]: gzipSync(one) }),
  )
  expect(problems).toEqual([])
  expect(found).toEqual({
    path: `/${name}`,
    total: 1,
    personalities: [{ kind: 'dictionary', entries: [['IOClass', { kind: 'string', text: 'A' }]] }],
  })
})

test('of one that was cut, what came before is kept, and both losses are told', async () => {
  const noise = Array.from({ length: 500 }, (_, i) => `<string>${(i * 7919) % 1000}</string>`).join(
    '',
  )
  const whole = gzipSync(one.replace('</dict>', `<key>a</key><array>${noise}</array></dict>`))
  const { found, problems } = await readBootPersonalities(
    await tarOf({ [name]: whole.subarray(0, whole.length / 2) }),
  )
  expect(found).toEqual({ path: `/${name}`, total: 0, personalities: [] })
  expect(problems.length).toBeGreaterThanOrEqual(2)
})

test('a tar without the file holds none; what is no tar is refused', async () => {
  expect((await readBootPersonalities(await tarOf({}))).found).toBeNull()
  await expect(readBootPersonalities([Buffer.alloc(1024, 'x')])).rejects.toMatchObject({
    failure: { kind: 'dump-malformed' },
  })
})

test('a cache that unpacks without measure is refused', async () => {
  const bomb = gzipSync(Buffer.alloc(200_000_000))
  await expect(readBootPersonalities(await tarOf({ [name]: bomb }))).rejects.toMatchObject({
    failure: { kind: 'not-a-dump', looksLike: expect.stringContaining('gzip') as string },
  })
})
