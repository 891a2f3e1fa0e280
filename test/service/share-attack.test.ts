import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { buffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import type { Capture } from '../../core/contract/types.ts'
import type { PropertyValue } from '../../core/registry/property-value.ts'
import { readValue } from '../../core/registry/read-value.ts'
import { stringAt } from '../../core/registry/strings.ts'
import type { TakenCapture } from '../../main/service/capture-guest.ts'
import type { Output } from '../../main/service/evidence.ts'
import { saveKextant } from '../../main/service/save-kextant.ts'
import { ShareEngine } from '../../main/service/redact/share-engine.ts'
import { tarFiles } from '../../main/service/redact/redact-tar.ts'
import { openZip, unpack } from '../../main/service/zip-members.ts'
import { secretCategoryNames } from '../../core/redact/secret-rules.ts'
import { plainValue } from '../helpers/plain-value.ts'
import { readPlainly } from '../helpers/read-dumps.ts'
import type { ModelEntry } from '../helpers/registry-model.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { writeArchive } from '../helpers/write-archive.ts'
import { writeBinaryArchive } from '../helpers/write-documents.ts'
import { writeText } from '../helpers/write-text.ts'

// One machine’s secrets in every place and every form that a capture has, and then all of the shared file looked through
// by somebody who knows them.

const serial = 'C02QX3ABG8WL'
const usbSerial = '4C530001230914105'
const cameraSerial = 'DNL931528HDK91P1W'
const uuid = '5F0C2C2E-8B2A-5F9B-9C1D-0A1B2C3D4E5F'
const mac = [0xa8, 0x20, 0x66, 0x1d, 0x2e, 0x3f]
const btAddress = [0x18, 0x3e, 0xef, 0xbf, 0xb3, 0x41]
const user = 'annabella'
const shortUser = 'bob'
const host = 'Annas-MacBook'
const network = 'Café Größenwahn'
const disk = 'Ann Backup Ümlaut'
const edidSerial = 'CN0ABC123'
const guid = 0xa82066fffe1d2e3fn

const utf8 = (value: string) => new TextEncoder().encode(value)
const utf16 = (value: string) => new Uint8Array(Buffer.from(value, 'utf16le'))
const text = (value: string): PropertyValue => ({ kind: 'string', text: value })
const integer = (value: bigint): PropertyValue => ({ kind: 'integer', value })
const data = (bytes: Iterable<number>): PropertyValue => ({
  kind: 'data',
  bytes: Uint8Array.from(bytes),
})
const dictionary = (...entries: [string, PropertyValue][]): PropertyValue => ({
  kind: 'dictionary',
  entries,
})
const hex = (bytes: Iterable<number>) => Buffer.from(Uint8Array.from(bytes)).toString('hex')
const uuidBytes = [...Buffer.from(uuid.replaceAll('-', ''), 'hex')]
const mixed = (bytes: readonly number[]) =>
  [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map(at => bytes[at]!)
const swapped = (value: string) =>
  [...utf8(value)].flatMap((_, i, all) => (i % 2 ? [] : [all[i + 1]!, all[i]!]))

function edid(): number[] {
  const bytes = new Uint8Array(128)
  bytes.set([0, 255, 255, 255, 255, 255, 255, 0])
  bytes.set([0xd1, 0xc2, 0xb3, 0xa4], 12)
  bytes.set([0, 0, 0, 0xff, 0, ...utf8(`${edidSerial}\n  `)], 54)
  return [...bytes]
}

const entry = (
  name: string,
  id: bigint,
  properties: readonly (readonly [string, PropertyValue])[],
  clients: readonly ModelEntry[] = [],
  location: string | null = null,
  className = 'IOService',
): ModelEntry => ({
  id,
  name,
  location,
  classChain: ['IORegistryEntry', className],
  service: { state: 0x1e, busyCount: 0, busyTimeNs: 0n },
  retainCount: 7,
  properties,
  clients,
})

const root = entry(
  'Root',
  0x100000100n,
  [],
  [
    entry(
      'MacBookPro12,1',
      0x100000101n,
      [
        ['IOPlatformSerialNumber', text(serial)],
        ['serial-number', data(utf8(`8WL\0\0\0\0${serial}\0\0\0`))],
        ['IOPlatformUUID', text(uuid)],
        ['system-id', data(uuidBytes)],
        [
          'IOConsoleUsers',
          {
            kind: 'array',
            items: [
              dictionary(['kCGSSessionUserNameKey', text(user)]),
              dictionary(['kCGSSessionUserNameKey', text(shortUser)]),
            ],
          },
        ],
        ['GUID', integer(guid)],
        ['BluetoothLocalName', text(host)],
        ['BackCameraModuleSerialNumString', text(cameraSerial)],
      ],
      [
        entry(`${serial} nub`, 0x100000102n, [
          ['Remark', text(`serial ${serial}, lower ${serial.toLowerCase()}, of ${host}.local`)],
          [
            'Deep',
            dictionary([
              'a',
              dictionary([
                'b',
                { kind: 'array', items: [text(`x${serial}y`), data(utf8(serial))] },
              ]),
            ]),
          ],
          [
            'Keyed',
            dictionary([serial, integer(1n)], [uuid, text('by key')], [hex(mac), text('m')]),
          ],
          ['Wide', data([1, 0, ...utf16(`${serial} ${uuid} /Users/${user}/x`)])],
          ['AtaIdentify', data([0, 0x5a, ...swapped(serial), 0x20, 0x20])],
          ['HexText', text(hex(utf8(serial)))],
          [
            'Base64Text',
            text(
              `one ${Buffer.from(serial).toString('base64')} two ${Buffer.from(`x${serial}`).toString('base64')} three ${Buffer.from(`xy${serial}`).toString('base64')}`,
            ),
          ],
          ['EfiPath', data([4, 1, ...mixed(uuidBytes), 2, 2])],
          [
            'EfiText',
            text(
              `GPT,${hex(mixed(uuidBytes)).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}`,
            ),
          ],
          ['BigEndianGuid', data([...Buffer.from(guid.toString(16), 'hex')])],
          ['LittleEndianGuid', data([...Buffer.from(guid.toString(16), 'hex')].reverse())],
          ['IODisplayEDID', data(edid())],
          ['image-path', data(utf8(`/Users/${user}/Library/x.dmg\0`))],
          ['home', text(`/Users/${shortUser}/Desktop and /Volumes/${shortUser}`)],
        ]),
        entry(
          'en0',
          0x100000103n,
          [
            ['IOMACAddress', data(mac)],
            ['ActiveControllerAddress', data(btAddress)],
            ['BD_ADDR', data([...btAddress].reverse())],
            ['Swapped', data([0x20, 0xa8, 0x1d, 0x66, 0x3f, 0x2e])],
            ['Words', text(`${hex(mac)} A8:20:66:1D:2E:3F a8-20-66-1d-2e-3f`)],
            ['Backwards', text('41:b3:bf:ef:3e:18')],
            ['IO80211SSID', text(network)],
            ['SSIDData', data(utf8(`\0\0${network}`))],
            ['USB Serial Number', text(usbSerial)],
            ['Link', text('fe80::aa20:66ff:fe1d:2e3f%en0')],
          ],
          [],
          hex(mac),
        ),
        entry(disk, 0x100000104n, [['UUID', text(uuid)]], [], null, 'AppleAPFSVolume'),
      ],
    ),
  ],
)

const plist = (body: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0">\n${body}\n</plist>\n`
const personalities = `<array ID="0"><dict ID="1"><key>IOClass</key><string>X</string><key>USB Serial Number</key><string>${usbSerial}</string><key>kept</key><data>${Buffer.from(mac).toString('base64')}</data><key>Path</key><string>/Users/${user}/Driver.kext ${host}</string><key>GUID</key><integer size="64">0x${guid.toString(16)}</integer><key>OnlyHere-serial-number</key><string>ZZ9PLURALZ</string></dict></array>\0`

async function tar(files: Readonly<Record<string, Uint8Array>>): Promise<Uint8Array> {
  const archive = pack()
  for (const [name, content] of Object.entries(files)) archive.entry({ name }, Buffer.from(content))
  archive.finalize()
  return new Uint8Array(await buffer(archive))
}

const log = [
  `en0: Ethernet address a8:20:66:1d:2e:3f`,
  `BSD root: disk0s2, rooted by ${uuid} for ${user} on ${host}`,
  `AppleUSB: device Serial Number = QQ77WW88EE99`,
  `joined "${network}" at 192.168.77.31, ${user}@mail.example.org`,
  `${Buffer.from(serial).toString('base64')} /private/var/folders/zz/zyxvpxvq6csfxvn_n0000000000000/T`,
].join('\n')

async function captureOf(dump: Uint8Array): Promise<TakenCapture> {
  const { snapshot } = readPlainly(dump)
  const outputs: Output[] = []
  const put = (kind: string, path: string, bytes: Uint8Array) =>
    outputs.push({ kind, path, content: { where: 'memory', pieces: [bytes] } })
  outputs.push({
    kind: 'archive',
    path: 'planes/IOService.plist',
    plane: 'IOService',
    content: { where: 'snapshot', source: 0 },
  })
  put('dmesg', 'dmesg.txt', utf8(log))
  put('uname', 'uname.txt', utf8(`Darwin ${host}.local 17.7.0`))
  put('sysctl', 'sysctl.txt', utf8(`kern.hostname: ${host}.local\nkern.uuid: ${uuid}\n`))
  put(
    'headers',
    'planes/IOService.headers.txt',
    utf8(`+-o ${serial} nub  <class IOService>\n+-o en0@${hex(mac)}\n`),
  )
  put(
    'kextstat',
    'kextstat.txt',
    utf8(`1 0 0 0 0 com.example.x (1) ${uuid.replace('5F', '6F')} <> /Users/${user}/X.kext\n`),
  )
  put(
    'info-plists',
    'info-plists.tar',
    await tar({
      [`Users/${user}/X.kext/Contents/Info.plist`]: utf8(
        plist(
          `<dict><key>CFBundleIdentifier</key><string>com.example.x</string><key>IOKitPersonalities</key><dict><key>P</key><dict><key>USB Serial Number</key><string>${usbSerial}</string><key>IOClass</key><string>X</string></dict></dict></dict>`,
        ),
      ),
    }),
  )
  put(
    'boot-personalities',
    'boot-personalities.tar',
    await tar({
      'System/Library/Caches/com.apple.kext.caches/Startup/IOKitPersonalities_x86_64.ioplist.gz':
        new Uint8Array(gzipSync(personalities)),
    }),
  )
  const label = `Anna’s target`
  const identity: Capture['identity'] = {
    kernelVersion: null,
    darwinRelease: '17.7.0',
    darwinMajor: 17,
    osName: 'Mac OS X',
    osVersion: '10.13.6',
    osBuild: '17G65',
    machine: 'x86_64',
    bootSessionUuid: uuid.replace('2C', '3D'),
    bootTime: 1,
    hostName: `${host}.local`,
    kernelKind: 'RELEASE',
  }
  const record = {
    source: { kind: 'guest' as const, label, format: 'ioreg-archive' },
    takenAt: '2026-11-25T10:00:00.000Z',
    durationMs: 1,
    identity,
    commands: [
      {
        command: `/usr/sbin/ioreg -a -p '${user}'`,
        exitCode: 1,
        durationMs: 1,
        bytes: 1,
        stderr: `no /Users/${shortUser}, "${network}", ${label}`,
        when: 'capture' as const,
        file: null,
      },
    ],
    missing: [{ part: 'kernel log', reason: `of ${serial}` }],
    problems: [
      { source: label, kind: 'lossy' as const, byteOffset: 3, message: `${label}: ${disk}` },
    ],
  }
  const capture: Capture = {
    snapshotId: 'one',
    source: { kind: 'guest', targetId: 't', label },
    format: 'ioreg-archive',
    what: 'an archive',
    lacks: [],
    takenAt: record.takenAt,
    durationMs: 1,
    identity,
    planes: [],
    serviceCount: 1,
    kexts: null,
    installed: null,
    classCounts: null,
    kernelLog: log.split('\n'),
    missing: [],
    problems: [],
    commands: [],
  }
  return { capture, snapshot, evidence: { record, outputs } }
}

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
    const folder = mkdtempSync(join(tmpdir(), 'kextant-attack-'))
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
  const folder = mkdtempSync(join(tmpdir(), 'kextant-attack-'))
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
  const folder = mkdtempSync(join(tmpdir(), 'kextant-attack-'))
  const taken = await captureOf(forms.text())
  const broken = await tar({
    'x/IOKitPersonalities_x86_64.ioplist.gz': new Uint8Array(
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
  expect(Buffer.from(views.get('manifest.json')!).toString()).toContain('left out')
})
