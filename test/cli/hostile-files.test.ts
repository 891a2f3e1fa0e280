import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { expect, test } from 'vitest'
import { fileWith, runCli } from '../helpers/cli-process.ts'
import { formatSamples } from '../helpers/format-samples.ts'
import { zipOf } from '../helpers/kextant-files.ts'
import { plist, xmlEntry } from '../helpers/survive.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

// Files that were made to do harm, through the real command line: an exit code, a sentence, no stack, and no more
// memory than a file of this size may take.

const samples = formatSamples(77, 4)
const text = samples.get('text')!
/**
 * Of which Node, the command line and its thread are 100. A gzip bomb of 400 MB may have unpacked 100 of them before it
 * is refused for that, in a buffer that is copied when it grows.
 */
const mostMegabytes = 450

const knowsPeak = process.platform === 'linux'

test('the system tells how much memory a process had', context => {
  if (!knowsPeak)
    context.skip('only Linux has /proc; the memory of the command line is not looked at')
})

async function look(content: string | Uint8Array, name = 'dump') {
  const peakLog = join(temporaryFolder(), 'peak')
  const hook = pathToFileURL(resolve(import.meta.dirname, '../helpers/log-peak.mjs')).href
  const env = { KEXTANT_PEAK_LOG: peakLog, NODE_OPTIONS: `--import ${hook}` }
  const ending = await runCli(['info', fileWith(content, name)], env)
  if (knowsPeak) {
    const megabytes = Number(readFileSync(peakLog, 'utf8')) / 1000
    expect(megabytes).toBeGreaterThan(20)
    expect(megabytes).toBeLessThan(mostMegabytes)
  }
  expect(ending.stdout + ending.stderr).not.toMatch(/^\s+at .*:\d+|\bnode:internal|Error\b/m)
  return ending
}

/** It cannot be read: nothing on standard output, one sentence on the other. */
async function expectRefused(content: string | Uint8Array, sentence: RegExp, name?: string) {
  const { code, stdout, stderr } = await look(content, name)
  expect([code, stdout], stderr).toEqual([2, ''])
  expect(stderr).toMatch(/^[^\n]{20,}\.\n$/)
  expect(stderr).toMatch(sentence)
}

/** What could be read is shown, with a note of what could not. */
async function expectNoted(content: string | Uint8Array, note: RegExp, name?: string) {
  const { code, stdout, stderr } = await look(content, name)
  expect(code, stderr).toBe(0)
  expect(stdout + stderr).toMatch(note)
}

const manifest = (files: readonly string[]) =>
  JSON.stringify({ takenAt: '2018-07-09T12:00:00Z', files })

function kextant(files: Readonly<Record<string, string | Uint8Array>>): Promise<Buffer> {
  const names = Object.keys(files)
  return zipOf([['manifest.json', manifest(names)], ...Object.entries(files)])
}

const zeros = Buffer.alloc(100_000_000)

test('a ZIP bomb is not unpacked: alone it is refused, beside a dump it is missing', async () => {
  const alone = await kextant({ 'planes/IOService.txt': zeros })
  await expectRefused(alone, /none of its outputs can be read/, 'a.kextant')
  const beside = await kextant({ 'planes/IOService.txt': text, 'dmesg.txt': zeros })
  await expectNoted(beside, /would unpack to 300 times its size/, 'a.kextant')
})

test.each([
  ['less', 1000],
  ['4 GB', 0xffff_fffe],
  ['nothing', 0],
])('a ZIP that claims %s for what is more is read with a note, or refused', async (_, size) => {
  const zip = await kextant({ 'planes/IOService.txt': text, 'dmesg.txt': 'x'.repeat(500_000) })
  // In the list of files, 46 bytes before the name, after `PK\1\2` and 20 bytes more.
  zip.writeUInt32LE(size, zip.lastIndexOf('dmesg.txt') - 46 + 24)
  await expectNoted(zip, /dmesg\.txt/, 'a.kextant')
})

test('a manifest of 400 MB is refused', async () => {
  const zip = await zipOf([['manifest.json', Buffer.alloc(400_000_000, ' ')]])
  await expectRefused(zip, /manifest/, 'a.kextant')
})

const words = Buffer.concat([...Array<Uint8Array>(4).fill(text), Buffer.alloc(400_000_000, ' ')])

test.each([
  ['of nothing but zeros', gzipSync(zeros), /not a registry dump/],
  ['of zeros, packed twice', gzipSync(gzipSync(zeros)), /not a registry dump/],
  ['that begins as a dump', gzipSync(words), /250 times its size/],
  ['that begins as a dump, packed twice', gzipSync(gzipSync(words)), /250 times its size/],
  [
    'behind a dump',
    Buffer.concat([gzipSync(words.subarray(0, 8000)), gzipSync(zeros)]),
    /250 times its size/,
  ],
])('a gzip bomb %s is refused', async (_, bomb, sentence) => {
  await expectRefused(bomb, sentence)
})

test('values and entries nested 100,000 deep are shown to their limit, with a note', async () => {
  const deep = 100_000
  const value = `<key>k</key>${'<array>'.repeat(deep)}${'</array>'.repeat(deep)}`
  await expectNoted(plist(xmlEntry(value)), /IOService/)
  const open =
    '<dict><key>IORegistryEntryName</key><string>N</string><key>IORegistryEntryChildren</key><array>'
  const nodes = open.repeat(deep) + '</array></dict>'.repeat(deep)
  await expectNoted(plist(nodes), /levels deep were skipped/)
})

test('entities that stand for gigabytes are refused', async () => {
  const entities = Array.from(
    { length: 12 },
    (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`,
  )
  const doctype = `<!DOCTYPE plist [<!ENTITY e0 "lol">${entities.join('')}]>`
  const body = plist(xmlEntry('<key>k</key><string>&e12;</string>')).replace('\n', `\n${doctype}\n`)
  await expectRefused(body, /declares entities of its own/)
})

/** A cache of boot-time personalities as a capture holds it, of this text. */
async function bootCache(content: string): Promise<Buffer> {
  const archive = pack()
  archive.entry({ name: 'x/IOKitPersonalities_x86_64.ioplist.gz' }, gzipSync(content))
  archive.finalize()
  return buffer(archive)
}

test('personalities of a boot cache that refer to each other without end are noted', async () => {
  const doubling = Array.from(
    { length: 60 },
    (_, i) => `<key>k${i}</key><set ID="${i + 1}"><set IDREF="${i}"/><set IDREF="${i}"/></set>`,
  ).join('')
  const bomb = `<dict><key>k</key><set ID="0"><true/></set>${doubling}</dict>`
  const file = await kextant({
    'planes/IOService.txt': text,
    'boot-personalities.tar': await bootCache(`<array>${bomb.repeat(1000)}</array>`),
  })
  await expectNoted(file, /boot-time personalities/, 'a.kextant')
  const deep = await kextant({
    'planes/IOService.txt': text,
    'boot-personalities.tar': await bootCache('<array>'.repeat(1_000_000)),
  })
  await expectNoted(deep, /more than 200 levels/, 'a.kextant')
})

test.each(['binary archive', 'IORegistryExplorer document', 'IOJones document'])(
  'a %s that is cut is refused',
  async name => {
    const whole = samples.get(name)!
    await expectRefused(whole.subarray(0, whole.length * 0.7), /was the file cut\?/)
  },
)

test('a saved capture that is cut is refused, and what is gzipped is shown with a note', async () => {
  const zip = await kextant({ 'planes/IOService.txt': text })
  await expectRefused(zip.subarray(0, -10), /cannot be opened as a saved capture/, 'a.kextant')
  const packed = gzipSync(Buffer.concat([text, text]), { level: 0 })
  await expectNoted(packed.subarray(0, packed.length * 0.7), /compressed file is cut/)
})

test('an archive and text that are cut are shown with a note', async () => {
  for (const name of ['archive', 'text']) {
    const whole = samples.get(name)!
    await expectNoted(whole.subarray(0, whole.length * 0.7), /ends? (inside|before)/)
  }
})
