import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { PropertyValue } from '../../core/registry/property-value.ts'
import { readValue } from '../../core/registry/read-value.ts'
import { stringAt } from '../../core/registry/strings.ts'
import { saveKextant } from '../../main/service/save-kextant.ts'
import { lookBeside, Unpacker } from '../../main/service/redact/look-beside.ts'
import { ShareEngine } from '../../main/service/redact/share-engine.ts'
import { tarFiles } from '../../main/service/redact/redact-tar.ts'
import { openZip, unpack } from '../../main/service/zip-members.ts'
import { secretCategoryNames } from '../../core/redact/secret-rules.ts'
import { plainValue } from '../helpers/plain-value.ts'
import { readPlainly } from '../helpers/read-dumps.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { writeArchive } from '../helpers/write-archive.ts'
import { writeBinaryArchive } from '../helpers/write-documents.ts'
import { writeText } from '../helpers/write-text.ts'
import {
  serial,
  usbSerial,
  cameraSerial,
  uuid,
  mac,
  btAddress,
  user,
  shortUser,
  shortUserBeyondAscii,
  fileOwner,
  folderOwner,
  deepSerial,
  wideSerial,
  host,
  network,
  disk,
  edidSerial,
  guid,
  utf8,
  utf16,
  hex,
  uuidBytes,
  mixed,
  swapped,
  root,
  personalities,
  tar,
  captureOf,
} from '../helpers/telling-machine.ts'

// One machine’s secrets in every place and every form that a capture has, and then all of the shared file looked through
// by somebody who knows them.

const utf16be = (word: string) => Buffer.from(utf16(word)).swap16()

/** What somebody would look for who knows the machine. */
const needles: readonly (readonly [string, Uint8Array])[] = [
  ...[
    serial,
    usbSerial,
    cameraSerial,
    uuid,
    user,
    host,
    edidSerial,
    'QQ77WW88EE99',
    'ZZ9PLURALZ',
  ].flatMap(
    word =>
      [
        [word, utf8(word)],
        [`${word} in small letters`, utf8(word.toLowerCase())],
        [`${word} in two bytes`, utf16(word)],
        [`digits of ${word}`, utf8(hex(utf8(word)))],
        ...[0, 1, 2].map(
          before =>
            [
              `${word} in base64 at ${before}`,
              Buffer.from(
                Buffer.from('x'.repeat(before) + word)
                  .toString('base64')
                  .slice(before && before + 1, -4),
              ),
            ] as const,
        ),
      ] as const,
  ),
  ['the two characters of each word', Uint8Array.from(swapped(serial))],
  ...[network, disk].map(word => [word, utf8(word)] as const),
  [`${network} decomposed`, utf8(network.normalize('NFD'))],
  ['a short name in a path', utf8(`/Users/${shortUser}`)],
  ['a short name in a path, in two bytes', utf16be(`/Users/${shortUser}`)],
  ['a short name beyond ASCII', utf8(`"${shortUserBeyondAscii}"`)],
  ['a short name beyond ASCII as an element', utf8(`>${shortUserBeyondAscii}<`)],
  ['a short name beyond ASCII in two bytes', utf16be(shortUserBeyondAscii)],
  ['the owner of a file', utf8(fileOwner)],
  ['the owner of a folder, in a name alone', utf8(folderOwner)],
  ['a number deep inside', utf8(deepSerial)],
  ['a number in two bytes, the high one first', utf16be(wideSerial)],
  ['an address in both cases', utf8('1d:2E:3f')],
  ['a UUID in both cases', utf8('5f0c2c2e-8b2a-5F9B')],
  ['a short name as a value', utf8(`"${shortUser}"`)],
  ['a short name as an element', utf8(`>${shortUser}<`)],
  ['an address of a link', utf8('aa20:66ff:fe1d')],
  ['an IP address', utf8('192.168.77.31')],
  ['a folder of a user', utf8('zyxvpxvq6csfxvn')],
  ['a mail address', utf8('mail.example.org')],
  ['the label', utf8('Anna’s target')],
  ['the boot', utf8(uuid.replace('2C', '3D'))],
  ...[mac, btAddress].flatMap(address => {
    const pairs = address.map(byte => byte.toString(16).padStart(2, '0'))
    return [
      ['an address', Uint8Array.from(address)],
      ['an address backwards', Uint8Array.from([...address].reverse())],
      ['an address with colons', utf8(pairs.join(':'))],
      ['an address backwards with colons', utf8([...pairs].reverse().join(':'))],
      ['an address in capitals', utf8(pairs.join(':').toUpperCase())],
      ['an address with hyphens', utf8(pairs.join('-'))],
      ['an address in digits', utf8(pairs.join(''))],
      ['an address in base64', utf8(Buffer.from(address).toString('base64'))],
    ] as const
  }),
  ['an address by words', Uint8Array.of(0x20, 0xa8, 0x1d, 0x66, 0x3f, 0x2e)],
  ['a UUID in bytes', Uint8Array.from(uuidBytes)],
  ['a UUID as firmware stores it', Uint8Array.from(mixed(uuidBytes))],
  ['a UUID as firmware prints it', utf8('2e2c0c5f-2a8b-9b5f')],
  ['a number', utf8(String(guid))],
  ['a number in hexadecimal', utf8(guid.toString(16))],
  ['a display’s number', Uint8Array.of(0xd1, 0xc2, 0xb3, 0xa4)],
]

/** All bytes of the shared file, as they are and as they are read. */
async function viewsOf(path: string): Promise<Map<string, Uint8Array>> {
  const views = new Map<string, Uint8Array>()
  const zip = await openZip(path, 'shared')
  for (const [name, member] of zip.members) {
    const pieces: Uint8Array[] = []
    for await (const piece of unpack(
      member,
      { length: 0, fault: null },
      new AbortController().signal,
    )) {
      pieces.push(new Uint8Array(piece))
    }
    const bytes = new Uint8Array(Buffer.concat(pieces))
    views.set(name, bytes)
    views.set(`the name ${name}`, utf8(name))
    if (name.endsWith('.tar')) {
      for (const file of tarFiles(bytes)) {
        views.set(
          `${name}: ${file.name}`,
          file.name.endsWith('.gz') ? new Uint8Array(gunzipSync(file.content)) : file.content,
        )
      }
    }
    if (name.startsWith('planes/') && !name.includes('headers')) {
      const { snapshot } = readPlainly(bytes)
      expect(snapshot.problems).toEqual([])
      const plain: unknown[] = []
      const inData: Uint8Array[] = []
      const walk = (value: PropertyValue): void => {
        if (value.kind === 'data') inData.push(value.bytes)
        else if (value.kind === 'array' || value.kind === 'set') value.items.forEach(walk)
        else if (value.kind === 'dictionary') value.entries.forEach(([, item]) => walk(item))
      }
      for (let row = 0; row < snapshot.properties.length; row++) {
        const value = readValue(snapshot, row)
        plain.push(stringAt(snapshot.strings, snapshot.properties.key[row]!), plainValue(value))
        walk(value)
      }
      for (let i = 0; i < snapshot.strings.length; i++) plain.push(stringAt(snapshot.strings, i))
      const shown = JSON.stringify(plain, (_key, item: unknown) =>
        typeof item === 'bigint' ? String(item) : item,
      )
      views.set('values', utf8(shown))
      inData.forEach((bytes, i) => views.set(`data ${i}`, bytes))
    }
  }
  zip.close()
  return views
}

function foundIn(views: ReadonlyMap<string, Uint8Array>) {
  return [...views].flatMap(([view, bytes]) => {
    const haystack = Buffer.from(bytes)
    const those = needles.filter(([, needle]) => haystack.includes(Buffer.from(needle)))
    return those.map(([what]) => ({ what, view }))
  })
}

const forms = {
  'an archive': (): Uint8Array => utf8(writeArchive(root)),
  text: (): Uint8Array => utf8(writeText(root)),
  'a binary archive': (): Uint8Array => writeBinaryArchive(root),
} as const

const signal = new AbortController().signal
const choice = { categories: [...secretCategoryNames], keep: [] }

function engineIn(folder: string): ShareEngine {
  const parser = () => {
    throw new Error('nothing is read again here')
  }
  return new ShareEngine({ settingsFolder: folder, version: '1.2.3', parser })
}

test.each(Object.entries(forms))(
  'of %s nothing is left that tells of the machine',
  async (_name, write) => {
    const folder = temporaryFolder()
    const taken = await captureOf(write())
    const engine = engineIn(folder)
    const path = join(temporaryFolder(), 'shared.kextant')
    const save = { kind: 'save' as const, capture: 0, choice, path, overwrite: false }
    await engine.run(
      save,
      () => taken,
      signal,
      () => undefined,
    )
    // What is looked for can be seen: all of it stands in the capture as it is.
    const whole = join(temporaryFolder(), 'whole.kextant')
    await saveKextant(taken, whole, { overwrite: false, signal, version: '1' })
    const planted = foundIn(await viewsOf(whole))
    expect(new Set(planted.map(({ what }) => what)).size).toBeGreaterThan(40)
    const left = foundIn(await viewsOf(path)).map(({ what, view }) => `${what}, in ${view}`)
    expect(left).toEqual([])
  },
)

test('the boot personalities that are shared are an archive of one file still, and are in the preview', async () => {
  const folder = temporaryFolder()
  const taken = await captureOf(forms.text())
  const engine = engineIn(folder)
  const preview = await engine.run(
    { kind: 'preview', capture: 0, choice },
    () => taken,
    signal,
    () => undefined,
  )
  if (!('values' in preview)) throw new Error('no preview')
  expect(preview.notLookedInto).toEqual([])
  const only = preview.values.find(({ original }) => original === 'ZZ9PLURALZ')
  expect(only).toMatchObject({ category: 'serials', places: ['OnlyHere-serial-number'] })
  const path = join(temporaryFolder(), 'shared.kextant')
  await engine.run(
    { kind: 'save', capture: 0, choice, path, overwrite: false },
    () => taken,
    signal,
    () => undefined,
  )
  const views = await viewsOf(path)
  const [name, unpacked] = [...views].find(([view]) => view.includes('ioplist.gz'))!
  expect(name).toContain('IOKitPersonalities_x86_64')
  const made = Buffer.from(unpacked).toString()
  expect(made).toHaveLength(personalities.length)
  expect(made).toContain(only!.pseudonym)
  // The same device’s number has one pseudonym in the registry, in an Info.plist and here.
  const usb = preview.values.find(({ original }) => original === usbSerial)!
  expect(made).toContain(usb.pseudonym)
  expect(usb.count).toBe(3)
})

test('personalities that cannot be unpacked are left out of the file, and that is said', async () => {
  const folder = temporaryFolder()
  const taken = await captureOf(forms.text())
  const broken = await tar({
    [`Users/${user}/IOKitPersonalities_x86_64.ioplist.gz`]: new Uint8Array(
      gzipSync(personalities).subarray(0, 60),
    ),
  })
  const outputs = taken.evidence.outputs.map(output =>
    output.kind === 'boot-personalities'
      ? { ...output, content: { where: 'memory' as const, pieces: [broken] } }
      : output,
  )
  const odd = { ...taken, evidence: { ...taken.evidence, outputs } }
  const engine = engineIn(folder)
  const preview = await engine.run(
    { kind: 'preview', capture: 0, choice },
    () => odd,
    signal,
    () => undefined,
  )
  expect(preview).toMatchObject({ notLookedInto: [expect.stringContaining('left out') as string] })
  const path = join(temporaryFolder(), 'shared.kextant')
  await engine.run(
    { kind: 'save', capture: 0, choice, path, overwrite: false },
    () => odd,
    signal,
    () => undefined,
  )
  const views = await viewsOf(path)
  expect([...views.keys()].filter(name => name.includes('ioplist'))).toEqual([])
  expect(Buffer.from(views.get('manifest.json')!).toString()).not.toContain(user)
  expect(Buffer.from(views.get('manifest.json')!).toString()).toContain('left out')
})

test('of files that were packed small so many are unpacked as memory has room for, and no more', async () => {
  const taken = await captureOf(forms.text())
  const small = new Uint8Array(gzipSync(new Uint8Array(100_000)))
  const names = Array.from({ length: 12 }, (_, i) => `a/file-${i}.gz`)
  const archive = await tar(Object.fromEntries(names.map(name => [name, small])))
  const outputs = taken.evidence.outputs.map(output =>
    output.kind === 'boot-personalities'
      ? { ...output, content: { where: 'memory' as const, pieces: [archive] } }
      : output,
  )
  const odd = { ...taken, evidence: { ...taken.evidence, outputs } }
  const beside = await lookBeside(odd, new Unpacker(250_000))
  expect(beside.texts.filter(({ bytes }) => bytes.length === 100_000)).toHaveLength(2)
})

test('of several files that cannot be unpacked the first is named, and the others are counted', async () => {
  const taken = await captureOf(forms.text())
  const broken = new Uint8Array(gzipSync(personalities).subarray(0, 60))
  const archive = await tar({ 'a/one.gz': broken, 'a/two.gz': broken, 'a/three.gz': broken })
  const outputs = taken.evidence.outputs.map(output =>
    output.kind === 'boot-personalities'
      ? { ...output, content: { where: 'memory' as const, pieces: [archive] } }
      : output,
  )
  const preview = await engineIn(temporaryFolder()).run(
    { kind: 'preview', capture: 0, choice },
    () => ({ ...taken, evidence: { ...taken.evidence, outputs } }),
    signal,
    () => undefined,
  )
  expect(preview).toMatchObject({
    notLookedInto: [
      'boot-personalities.tar: a/one.gz and 2 more cannot be unpacked and looked into, and are left out.',
    ],
  })
})

test('an output of a kind that is not known is left out of the file, and that is said', async () => {
  const taken = await captureOf(forms.text())
  const later = {
    kind: 'crash-reports',
    path: 'crash-reports.tar.gz',
    content: { where: 'memory' as const, pieces: [new Uint8Array(gzipSync(utf8(serial)))] },
  }
  const outputs = [...taken.evidence.outputs, later]
  const odd = { ...taken, evidence: { ...taken.evidence, outputs } }
  const path = join(temporaryFolder(), 'shared.kextant')
  await engineIn(temporaryFolder()).run(
    { kind: 'save', capture: 0, choice, path, overwrite: false },
    () => odd,
    signal,
    () => undefined,
  )
  const views = await viewsOf(path)
  expect([...views.keys()].filter(name => name.includes('crash-reports'))).toEqual([])
  expect(Buffer.from(views.get('manifest.json')!).toString()).toMatch(
    /crash-reports\.tar\.gz is of a kind that this Kextant does not know/,
  )
})

test('a guest that is called like its kernel keeps what is said of the kernel', async () => {
  const taken = await captureOf(forms.text())
  const { record } = taken.evidence
  const named = {
    ...record,
    source: { ...record.source, label: 'Darwin' },
    identity: { ...record.identity!, kernelVersion: 'Darwin Kernel Version 17.7.0' },
    missing: [{ part: 'kernel log', reason: 'Darwin did not answer' }],
  }
  const path = join(temporaryFolder(), 'shared.kextant')
  await engineIn(temporaryFolder()).run(
    { kind: 'save', capture: 0, choice, path, overwrite: false },
    () => ({ ...taken, evidence: { ...taken.evidence, record: named } }),
    signal,
    () => undefined,
  )
  const manifest = Buffer.from((await viewsOf(path)).get('manifest.json')!).toString()
  expect(JSON.parse(manifest)).toMatchObject({
    source: { label: 'Redacted capture' },
    identity: { kernelVersion: 'Darwin Kernel Version 17.7.0' },
    missing: [{ reason: 'Redacted capture did not answer' }],
  })
})
