import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import type { Capture } from '../../core/contract/types.ts'
import { FailureError, type Failure } from '../../core/failure.ts'
import type { OutputFile } from '../../core/kextant/manifest.ts'
import { saveKextant } from '../../main/service/save-kextant.ts'
import { unzip, zipOf } from '../helpers/kextant-files.ts'
import { Random } from '../helpers/random.ts'
import { smallText as text } from '../helpers/small-text.ts'
import { startService } from '../helpers/start-service.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const signal = new AbortController().signal

const rtf = `{\\rtf1\\ansi\n${text.replace(/[{}]/g, '\\$&').replace(/\n/g, '\\\n')}}`
const kextstat =
  'Index Refs Address            Size       Wired      Name (Version) UUID <Linked Against>\n' +
  '    1  141 0                  0          0          com.apple.kpi.bsd (17.7.0) C86236B2-4976-3542-80CA-74A6B8B4BA03 <>\n'

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error = await work.then(
    () => new Error('nothing failed'),
    (reason: unknown) => reason,
  )
  if (error instanceof FailureError) return error.failure
  throw error as Error
}

function write(name: string, content: string | Uint8Array): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, content)
  return path
}

function start() {
  const { service } = startService()
  return {
    service,
    open: (path: string) => service.handlers['capture.open']({ path }, signal),
    save: (snapshotId: string, path: string, overwrite = false) =>
      service.handlers['capture.save']({ snapshotId, path, overwrite }, signal),
  }
}

const outputs = {
  'planes/IOService.txt': text,
  'kextstat.txt': kextstat,
  'ioclasscount.txt': 'IOService = 12\nMyDriver = 1\n',
  'dmesg.txt': 'MyDriver: hello\n',
  'sysctl.txt': 'kern.bootsessionuuid: c86236b2-4976-3542-80ca-74a6b8b4ba03\n',
}

function manifestOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const kinds: Record<string, string> = { 'planes/IOService.txt': 'text' }
  return JSON.stringify({
    formatVersion: 1,
    kextant: '1.2.3',
    source: { kind: 'guest', label: 'The old iMac' },
    takenAt: '2018-07-09T12:00:00.000Z',
    durationMs: 900,
    identity: null,
    commands: [],
    missing: [{ part: 'installed kexts', reason: 'The guest has no tar.' }],
    problems: [],
    files: Object.entries(files).map(([path, content]): OutputFile => ({
      path,
      kind: kinds[path] ?? path.replace(/\.txt$/, ''),
      ...(path.startsWith('planes/') && { plane: 'IOService' }),
      bytes: Buffer.byteLength(content),
      sha256: createHash('sha256').update(content).digest('hex'),
    })),
  })
}

const wholeZip = (changes: Record<string, string | Uint8Array> = {}, compress = true) =>
  zipOf(Object.entries({ ...outputs, 'manifest.json': manifestOf(outputs), ...changes }), compress)

/** Everything but the file that it was opened from. */
function facts({ snapshotId: _id, source: _source, ...rest }: Capture) {
  return rest
}

test.each([
  ['a text dump', text],
  ['one with the line ends of Windows', text.replace(/\n/g, '\r\n')],
  ['one pasted into a word processor', rtf],
])('%s is saved bit for bit as it was opened, and opens alike', async (_what, content) => {
  const { service, open, save } = start()
  const path = write('Störung der Platte.rtf', content)
  const first = await open(path)
  const saved = join(dirname(path), 'saved.kextant')
  await save(first.snapshotId, saved)
  const files = await unzip(readFileSync(saved))
  expect([...files.keys()]).toEqual(['dump/St_rung_der_Platte.rtf', 'manifest.json'])
  expect(files.get('dump/St_rung_der_Platte.rtf')!.toString()).toBe(content)

  expect(JSON.parse(files.get('manifest.json')!.toString())).toMatchObject({
    source: { kind: 'file', label: 'Störung der Platte.rtf', format: 'ioreg-text' },
  })

  const second = await open(saved)
  expect(facts(second)).toEqual(facts(first))
  expect(second.source).toMatchObject({
    label: 'saved.kextant',
    savedFrom: 'Störung der Platte.rtf',
  })
  // And again from there, and from a pipe, which cannot be read twice.
  const piped = await service.openDump(Readable.from([readFileSync(saved)]), 'a pipe', signal)
  expect(facts(piped)).toEqual(facts(first))
  for (const { snapshotId } of [second, piped]) {
    const again = join(dirname(path), `${snapshotId}.kextant`)
    await save(snapshotId, again)
    expect(readFileSync(again).equals(readFileSync(saved))).toBe(true)
  }
})

test('a dump that came by a pipe is saved bit for bit, decoded or not', async () => {
  const { service, save } = start()
  for (const content of [text, rtf]) {
    const pieces = [content.slice(0, 1), content.slice(1, 300), content.slice(300)]
    const stream = Readable.from(pieces.map(piece => Buffer.from(piece)))
    const { snapshotId } = await service.openDump(stream, 'standard input', signal)
    const path = join(temporaryFolder(), 'piped.kextant')
    await save(snapshotId, path)
    const files = await unzip(readFileSync(path))
    expect(files.get('dump/standard_input')!.toString()).toBe(content)
  }
})

test('a decoded dump that has changed on the disk since is not saved as what it was', async () => {
  const { open, save } = start()
  const path = write('dump.rtf', rtf)
  const { snapshotId } = await open(path)
  writeFileSync(path, rtf.replace('QEMU', 'XEMU'))
  const saved = join(dirname(path), 'saved.kextant')
  expect(await failureOf(save(snapshotId, saved))).toMatchObject({ kind: 'file-unreadable', path })
  expect(readdirSync(dirname(path))).toEqual(['dump.rtf'])
})

test('a file that is there stays, unless it may be replaced', async () => {
  const { open, save } = start()
  const { snapshotId } = await open(write('dump.txt', text))
  const path = write('old.kextant', 'precious')
  expect(await failureOf(save(snapshotId, path))).toEqual({ kind: 'file-exists', path })
  expect(readFileSync(path, 'utf8')).toBe('precious')
  expect(await save(snapshotId, path, true)).toEqual({ path, bytes: readFileSync(path).length })
  expect((await open(path)).planes).toMatchObject([{ nodes: 2 }])
  expect(readdirSync(dirname(path))).toEqual(['old.kextant'])
})

test('a link is followed, and what it leads to is replaced', async () => {
  const { open, save } = start()
  const { snapshotId } = await open(write('dump.txt', text))
  const real = write('real.kextant', 'old')
  const path = join(dirname(real), 'link.kextant')
  symlinkSync('real.kextant', path)
  await save(snapshotId, path, true)
  expect((await open(real)).planes).toMatchObject([{ nodes: 2 }])
})

test('what cannot be written says so, and leaves nothing behind', async context => {
  const { open, save, service } = start()
  const { snapshotId } = await open(write('dump.txt', text))
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'folder.kextant'))
  const cases = [
    [join(folder, 'nowhere', 'a.kextant'), false],
    [join(folder, 'folder.kextant'), true],
    [join(folder, `${'x'.repeat(300)}.kextant`), false],
  ] as const
  for (const [path, overwrite] of cases) {
    expect(await failureOf(save(snapshotId, path, overwrite))).toMatchObject({
      kind: 'file-unwritable',
      path,
    })
  }
  const stopped = AbortSignal.abort()
  const path = join(folder, 'a.kextant')
  const options = { overwrite: false, signal: stopped }
  expect(await failureOf(service.saveCapture(snapshotId, path, options))).toEqual({
    kind: 'cancelled',
  })
  expect(readdirSync(folder)).toEqual(['folder.kextant'])
  expect(await failureOf(save('nobody', path))).toMatchObject({ kind: 'unknown-snapshot' })
  if (process.getuid?.() === 0) context.skip('root may write into any folder')
  chmodSync(folder, 0o500)
  expect(await failureOf(save(snapshotId, path))).toMatchObject({ kind: 'file-unwritable' })
})

test('a save that is called off half-way leaves nothing, not even of its own', async () => {
  const { open, service } = start()
  const random = new Random(7)
  const noise = Array.from({ length: 200_000 }, () => random.below(1e9).toString(36)).join('\n')
  const { snapshotId } = await open(write('dump.txt', `${text}\n${noise}`))
  const path = join(temporaryFolder(), 'a.kextant')
  const stop = new AbortController()
  const seen: number[] = []
  const options = {
    overwrite: false,
    version: '1.2.3',
    signal: stop.signal,
    progress: (bytes: number) => {
      seen.push(bytes)
      if (seen.length === 1) stop.abort()
    },
  }
  expect(await failureOf(saveKextant(service.taken(snapshotId), path, options))).toEqual({
    kind: 'cancelled',
  })
  expect(seen[0]).toBe(1 << 20)
  expect(readdirSync(dirname(path))).toEqual([])
})

test('outputs are read for what they are, wherever the ZIP was packed', async () => {
  const { open } = start()
  const expected = {
    format: 'ioreg-text',
    takenAt: '2018-07-09T12:00:00.000Z',
    durationMs: 900,
    planes: [{ plane: 'IOService', nodes: 2, entries: 2 }],
    kexts: [{ bundleIdentifier: 'com.apple.kpi.bsd' }],
    classCounts: [
      ['IOService', 12],
      ['MyDriver', 1],
    ],
    kernelLog: ['MyDriver: hello'],
    identity: { bootSessionUuid: 'C86236B2-4976-3542-80CA-74A6B8B4BA03' },
    missing: [{ part: 'installed kexts', reason: 'The guest has no tar.' }],
    problems: [],
    source: { kind: 'file', label: 'a.zip', savedFrom: 'The old iMac' },
  }
  expect(await open(write('a.zip', await wholeZip()))).toMatchObject(expected)
  // As the Finder packs a folder.
  const inFolder = await zipOf([
    ...Object.entries({ ...outputs, 'manifest.json': manifestOf(outputs) }).map(
      ([path, content]) => [`guest/${path}`, content] as const,
    ),
    ['guest/.DS_Store', 'x'],
    ['__MACOSX/guest/._manifest.json', 'x'],
    ['__MACOSX/manifest.json', 'x'],
  ])
  expect(await open(write('a.zip', inFolder))).toMatchObject(expected)
})

test('outputs that somebody has packed by hand are a capture, with the smallest of manifests', async () => {
  const { open } = start()
  const manifest = { takenAt: '2018-07-09T12:00:00Z', files: Object.keys(outputs) }
  const zip = await zipOf(Object.entries({ ...outputs, 'manifest.json': JSON.stringify(manifest) }))
  expect(await open(write('hand.kextant', zip))).toMatchObject({
    planes: [{ plane: 'IOService', nodes: 2 }],
    kexts: [{ bundleIdentifier: 'com.apple.kpi.bsd' }],
    kernelLog: ['MyDriver: hello'],
    problems: [],
    missing: [],
  })
})

test('what is missing, changed or added is named, and the rest is read', async () => {
  const { open, save } = start()
  const { 'dmesg.txt': _gone, ...rest } = outputs
  const path = write(
    'a.kextant',
    await zipOf(
      Object.entries({
        ...rest,
        'kextstat.txt': kextstat.replace('17.7.0', '17.7.1'),
        'notes.txt': 'seen after the update',
        'manifest.json': manifestOf(outputs),
      }),
    ),
  )
  const capture = await open(path)
  expect(capture.missing).toEqual([
    { part: 'installed kexts', reason: 'The guest has no tar.' },
    { part: 'kernel log', reason: 'dmesg.txt is named in the manifest and is not in the ZIP.' },
  ])
  expect(capture.kernelLog).toBeNull()
  expect(capture.kexts).toMatchObject([{ version: '17.7.1' }])
  expect(capture.problems).toMatchObject(
    [
      { source: 'kextstat.txt', kind: 'malformed', message: /SHA-256 differs/ },
      { source: 'a.kextant', kind: 'skipped', message: /notes\.txt is not named/ },
    ].map(({ message, ...about }) => ({
      ...about,
      message: expect.stringMatching(message) as string,
    })),
  )
  // What was found wrong stays with the capture when it is saved again.
  const again = join(dirname(path), 'again.kextant')
  await save(capture.snapshotId, again)
  const reopened = await open(again)
  expect(reopened.problems).toEqual(capture.problems)
  expect(reopened.missing).toEqual(capture.missing)
})

test('a capture without its registry opens with what else there is, and one without anything does not', async () => {
  const { open } = start()
  const { 'planes/IOService.txt': _gone, ...rest } = outputs
  const zip = await zipOf(Object.entries({ ...rest, 'manifest.json': manifestOf(outputs) }))
  const capture = await open(write('a.kextant', zip))
  expect(capture).toMatchObject({ planes: [], serviceCount: 0, kernelLog: ['MyDriver: hello'] })
  expect(capture.missing).toContainEqual({
    part: 'plane IOService',
    reason: 'planes/IOService.txt is named in the manifest and is not in the ZIP.',
  })
  const empty = await zipOf([['manifest.json', manifestOf(outputs)]])
  expect(await failureOf(open(write('a.kextant', empty)))).toMatchObject({
    kind: 'capture-damaged',
    detail: 'none of its outputs can be read',
  })
})

test('an output of a kind that is not known yet is kept for who knows it', async () => {
  const { open, save } = start()
  const all = { ...outputs, 'nvram.txt': 'boot-args\tkeepsyms=1\n' }
  const path = write(
    'a.kextant',
    await zipOf(Object.entries({ ...all, 'manifest.json': manifestOf(all) })),
  )
  const { snapshotId, problems } = await open(path)
  expect(problems).toMatchObject([{ source: 'nvram.txt', kind: 'skipped' }])
  const again = join(dirname(path), 'again.kextant')
  await save(snapshotId, again)
  expect((await unzip(readFileSync(again))).get('nvram.txt')!.toString()).toBe(all['nvram.txt'])
})

test('a byte that changed in a file is found by its checksum, and the file is read all the same', async () => {
  const { open } = start()
  const zip = await wholeZip({}, false)
  const at = zip.indexOf('MyDriver: hello')
  zip[at] = 'm'.charCodeAt(0)
  const capture = await open(write('a.kextant', zip))
  expect(capture.kernelLog).toEqual(['myDriver: hello'])
  expect(capture.problems).toMatchObject([{ source: 'dmesg.txt', kind: 'malformed' }])
  expect(capture.problems[0]!.message).toContain('does not match its checksum in the ZIP')
})

test('a packed file that is broken in its middle keeps what came before', async () => {
  const { open } = start()
  const log = Array.from({ length: 20_000 }, (_, i) => `line ${i} ${(i * 7919) % 1009}`).join('\n')
  const all = { ...outputs, 'dmesg.txt': log }
  const zip = await zipOf(Object.entries({ ...all, 'manifest.json': manifestOf(all) }))
  const start_ = zip.indexOf('dmesg.txt')
  const end = zip.indexOf('sysctl.txt')
  zip.fill(0xff, Math.floor((start_ + 2 * end) / 3), Math.floor((start_ + 2 * end) / 3) + 40)
  const capture = await open(write('a.kextant', zip))
  expect(capture.planes).toMatchObject([{ nodes: 2 }])
  expect(capture.kernelLog!.length).toBeGreaterThan(1000)
  expect(capture.problems[0]).toMatchObject({ source: 'dmesg.txt', kind: 'truncated' })
  expect(capture.problems[0]!.byteOffset).toBeGreaterThan(10_000)
})

test('names that lead out of the ZIP are refused, and so is a second file of one name', async () => {
  const { open } = start()
  const marked = { 'outputs/x1': 'evil', 'outputs/x2': 'evil', 'notes2.txt': 'twice' }
  const zip = await wholeZip({ ...marked, 'notes1.txt': 'once' }, false)
  // The libraries refuse to write such names, so they are put in afterwards, in both lists.
  replaceAll(zip, 'outputs/x1', '../../../x1')
  replaceAll(zip, 'outputs/x2', '/etc/x2\0\0\0')
  replaceAll(zip, 'notes2.txt', 'notes1.txt')
  const capture = await open(write('a.kextant', zip))
  expect(capture.planes).toMatchObject([{ nodes: 2 }])
  const messages = capture.problems.map(({ message }) => message)
  expect(messages.filter(message => /leads out of it/.test(message)).length).toBe(2)
  expect(messages.filter(message => /notes1\.txt more than once/.test(message)).length).toBe(1)
  expect(existsSync('/etc/x2')).toBe(false)
})

function replaceAll(bytes: Buffer, from: string, to: string): void {
  const wanted = to.slice(0, from.length)
  for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 1)) {
    bytes.write(wanted, at, 'latin1')
  }
}

test('an encrypted file is missing, with the reason', async () => {
  const { open } = start()
  const zip = await wholeZip()
  // The flag is in the list of files, after `PK\1\2` and two versions, 46 bytes before the name.
  const at = zip.lastIndexOf('dmesg.txt') - 46 + 8
  zip[at] = zip[at]! | 1
  const capture = await open(write('a.kextant', zip))
  expect(capture.missing.at(-1)).toEqual({
    part: 'kernel log',
    reason: 'dmesg.txt: It is encrypted.',
  })
  expect(capture.kexts).not.toBeNull()
})

test('a file that would unpack without bounds is refused before a byte of it is unpacked', async () => {
  const { open } = start()
  const bomb = Buffer.alloc(60_000_000)
  const all = { ...outputs, 'dmesg.txt': bomb }
  const path = write(
    'a.kextant',
    await zipOf(Object.entries({ ...all, 'manifest.json': manifestOf(all) })),
  )
  expect(readFileSync(path).length).toBeLessThan(100_000)
  const capture = await open(path)
  expect(capture.missing.at(-1)).toMatchObject({ part: 'kernel log' })
  expect(capture.missing.at(-1)!.reason).toContain('would unpack to 300 times its size')
})

test('a size that lies is found out while unpacking', async () => {
  const { open } = start()
  const log = 'x'.repeat(500_000)
  const all = { ...outputs, 'dmesg.txt': log }
  const zip = await zipOf(Object.entries({ ...all, 'manifest.json': manifestOf(all) }))
  zip.writeUInt32LE(1000, zip.lastIndexOf('dmesg.txt') - 46 + 24)
  const capture = await open(write('a.kextant', zip))
  expect(capture.problems[0]).toMatchObject({ source: 'dmesg.txt' })
  expect(capture.planes).toMatchObject([{ nodes: 2 }])
})

test.each<[string, () => Promise<Buffer> | Buffer, Partial<Failure>]>([
  ['a ZIP of another kind', () => zipOf([['a.txt', 'a']]), { kind: 'not-a-dump' }],
  ['a ZIP of nothing', () => zipOf([]), { kind: 'not-a-dump' }],
  [
    'a manifest that is no JSON',
    () => wholeZip({ 'manifest.json': '{' }),
    { kind: 'capture-damaged' },
  ],
  [
    'a manifest of a newer version',
    () => wholeZip({ 'manifest.json': '{"formatVersion":2}' }),
    { kind: 'newer-format', version: 2, newest: 1 },
  ],
  ['the mark of a ZIP alone', () => Buffer.from('PK\x03\x04'), { kind: 'capture-damaged' }],
])('%s is refused for what it is', async (_what, make, failure) => {
  const { open, service } = start()
  const bytes = await make()
  const path = write('a.kextant', bytes)
  expect(await failureOf(open(path))).toMatchObject(failure)
  const piped = service.openDump(Readable.from([bytes]), basename(path), signal)
  expect(await failureOf(piped)).toMatchObject(failure)
})

test('a capture that was cut anywhere is refused as one that breaks off', async () => {
  const { service } = start()
  const zip = await wholeZip()
  // The last 22 bytes are the end of the list of files; without any one of them it is no end.
  for (let length = 4; length < zip.length; length += 13) {
    const piece = new Uint8Array(zip.subarray(0, length))
    const failure = await failureOf(service.openDump(Readable.from([piece]), 'a', signal))
    expect(failure, `cut at ${length}`).toMatchObject({ kind: 'capture-damaged', source: 'a' })
  }
})

test('bytes changed at random never do more harm than a failure or a named problem', async () => {
  const { service } = start()
  const zip = await wholeZip()
  const random = new Random(20180709)
  let opened = 0
  for (let round = 0; round < 300; round++) {
    const bytes = new Uint8Array(zip)
    for (let flips = random.below(4) + 1; flips > 0; flips--) {
      bytes[random.below(bytes.length)] = random.below(256)
    }
    bytes.set([0x50, 0x4b, 3, 4])
    try {
      await service.openDump(Readable.from([bytes]), 'a', signal)
      opened++
    } catch (error) {
      if (!(error instanceof FailureError) || error.failure.kind === 'internal') throw error
    }
  }
  expect(opened).toBeGreaterThan(30)
}, 60_000)
