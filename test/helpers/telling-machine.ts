import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { buffer } from 'node:stream/consumers'
import type { Capture } from '../../core/contract/types.ts'
import type { PropertyValue } from '../../core/registry/property-value.ts'
import type { TakenCapture } from '../../main/service/capture-guest.ts'
import type { Output } from '../../main/service/evidence.ts'
import { readPlainly } from './read-dumps.ts'
import { serviceEntry } from './service-entry.ts'

// A machine whose secrets stand in every place and every form that a capture has.

export const serial = 'C02QX3ABG8WL'
export const usbSerial = '4C530001230914105'
export const cameraSerial = 'DNL931528HDK91P1W'
export const uuid = '5F0C2C2E-8B2A-5F9B-9C1D-0A1B2C3D4E5F'
export const mac = [0xa8, 0x20, 0x66, 0x1d, 0x2e, 0x3f]
export const btAddress = [0x18, 0x3e, 0xef, 0xbf, 0xb3, 0x41]
export const user = 'annabella'
export const shortUser = 'bob'
export const shortUserBeyondAscii = 'Zoé'
export const fileOwner = 'carla'
export const folderOwner = 'dorothea'
export const deepSerial = 'DEEP4711SERIAL'
export const wideSerial = 'WIDE0815BIG'
export const host = 'Annas-MacBook'
export const network = 'Café Größenwahn'
export const disk = 'Ann Backup Ümlaut'
export const edidSerial = 'CN0ABC123'
export const guid = 0xa82066fffe1d2e3fn

export const utf8 = (value: string) => new TextEncoder().encode(value)
export const utf16 = (value: string) => new Uint8Array(Buffer.from(value, 'utf16le'))
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
export const hex = (bytes: Iterable<number>) => Buffer.from(Uint8Array.from(bytes)).toString('hex')
export const uuidBytes = [...Buffer.from(uuid.replaceAll('-', ''), 'hex')]
export const mixed = (bytes: readonly number[]) =>
  [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map(at => bytes[at]!)
export const swapped = (value: string) =>
  [...utf8(value)].flatMap((_, i, all) => (i % 2 ? [] : [all[i + 1]!, all[i]!]))

/** Inside of so many dictionaries. */
function nested(value: PropertyValue, levels: number): PropertyValue {
  for (let level = 0; level < levels; level++) value = dictionary(['in', value])
  return value
}

function edid(): number[] {
  const bytes = new Uint8Array(128)
  bytes.set([0, 255, 255, 255, 255, 255, 255, 0])
  bytes.set([0xd1, 0xc2, 0xb3, 0xa4], 12)
  bytes.set([0, 0, 0, 0xff, 0, ...utf8(`${edidSerial}\n  `)], 54)
  return [...bytes]
}

export const root = serviceEntry(
  'Root',
  0x100000100n,
  [],
  [
    serviceEntry(
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
              dictionary(['kCGSSessionUserNameKey', text(shortUserBeyondAscii)]),
            ],
          },
        ],
        ['GUID', integer(guid)],
        ['BluetoothLocalName', text(host)],
        ['BackCameraModuleSerialNumString', text(cameraSerial)],
      ],
      [
        serviceEntry(`${serial} nub`, 0x100000102n, [
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
          ['VeryDeep', nested(dictionary(['serial-number', text(deepSerial)]), 150)],
          ['Wide-serial-number', data(Buffer.from(utf16(wideSerial)).swap16())],
          ['MixedCases', text('A8:20:66:1d:2E:3f 5f0c2c2e-8b2a-5F9B-9C1D-0A1B2C3D4E5F')],
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
          ['music', text(`/Users/${shortUser}/Müsik`)],
        ]),
        serviceEntry(
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
        serviceEntry(disk, 0x100000104n, [['UUID', text(uuid)]], [], null, 'AppleAPFSVolume'),
      ],
    ),
  ],
)

const plist = (body: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0">\n${body}\n</plist>\n`
export const personalities = `<array ID="0"><dict ID="1"><key>IOClass</key><string>X</string><key>USB Serial Number</key><string>${usbSerial}</string><key>kept</key><data>${Buffer.from(mac).toString('base64')}</data><key>Path</key><string>/Users/${user}/Driver.kext ${host}</string><key>GUID</key><integer size="64">0x${guid.toString(16)}</integer><key>OnlyHere-serial-number</key><string>ZZ9PLURALZ</string></dict></array>\0`

export async function tar(files: Readonly<Record<string, Uint8Array>>): Promise<Uint8Array> {
  const archive = pack()
  for (const [name, content] of Object.entries(files)) {
    archive.entry({ name, uname: fileOwner, gname: `${fileOwner}s` }, Buffer.from(content))
  }
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

export async function captureOf(dump: Uint8Array): Promise<TakenCapture> {
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
      [`Users/${folderOwner}/Y.kext/Contents/Info.plist`]: utf8(plist('<dict></dict>')),
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
