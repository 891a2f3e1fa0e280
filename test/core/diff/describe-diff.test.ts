import { expect, test } from 'vitest'
import { describeDiff } from '../../../core/diff/describe-diff.ts'
import { diffSnapshots, type DiffOptions } from '../../../core/diff/diff-snapshots.ts'
import { diffToJson } from '../../../core/diff/diff-to-json.ts'
import { createTextReader } from '../../../core/dump/text-reader.ts'
import { SnapshotBuilder } from '../../../core/registry/snapshot-builder.ts'
import { isSame, summarize } from '../../../core/diff/snapshot-diff.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import {
  dictionary,
  integer,
  list,
  text,
  writeBinaryPlist,
} from '../../helpers/write-binary-plist.ts'
import { drawDump } from './draw-dump.ts'

const before = drawDump(`
  Root  <class IORegistryEntry, id 0x100000100, retain 9>
    Mac  <class IOPlatformExpertDevice, id 0x100000101, registered, matched, active, busy 0 (5 ms), retain 9>
      PCI0@0  <class IOPCIDevice, id 0x100000102, registered, matched, active, busy 0, retain 9>
        "IOPowerManagement" = {"CurrentPowerState"=2,"ActivityTickles"=7}
        "IOClass" = "a"
        "Old" = Yes
        Driver  <class AppleDriver, id 0x100000103, !registered, !matched, active, busy 0, retain 9>
      HIDSystem  <class IOHIDSystem, id 0x100000104, registered, matched, active, busy 0, retain 5>
        "HIDIdleTime" = 100
        Client  <class IOHIDUserClient, id 0x100000105, retain 5>
          Helper  <class IOHelper, id 0x100000106, retain 5>
      Bus  <class IOBus, id 0x100000107, retain 5>
`)
const after = drawDump(`
  Root  <class IORegistryEntry, id 0x100000100, retain 9>
    Mac  <class IOPlatformExpertDevice, id 0x100000101, registered, matched, active, busy 0 (9 ms), retain 12>
      PCI0@0  <class IOPCIDevice, id 0x100000102, registered, matched, active, busy 1, retain 9>
        "IOClass" = "b"
        "New" = (1,2)
        "IOPowerManagement" = {"ActivityTickles"=9,"CurrentPowerState"=4}
      HIDSystem  <class IOHIDSystem, id 0x100000104, registered, matched, active, busy 0, retain 5>
        "HIDIdleTime" = 200
      Bus  <class IOBus, id 0x100000107, retain 5>
        Driver@1  <class AppleDriver, id 0x100000103, registered, matched, active, busy 0, retain 9>
        MyKext  <class MyKext, id 0x100000200, retain 5>
          MyClient  <class MyClient, id 0x100000201, retain 5>
`)
const byId: DiffOptions = { identity: 'entry-id' }

test('a diff is told subtree by subtree, and noise is counted', () => {
  expect(describeDiff(diffSnapshots(before, after, byId), before, after)).toEqual([
    '2 new, 2 gone, 1 moved, 1 changed',
    'compared by registry entry ID: it was asked for',
    '- IOService:/Mac/HIDSystem/Client  <class IOHIDUserClient, id 0x100000105>',
    '-     Helper  <class IOHelper, id 0x100000106>',
    '+ IOService:/Mac/Bus/MyKext  <class MyKext, id 0x100000200>',
    '+     MyClient  <class MyClient, id 0x100000201>',
    '→ IOService:/Mac/Bus/Driver@1  <class AppleDriver, id 0x100000103>',
    '    from IOService:/Mac/PCI0@0 to IOService:/Mac/Bus',
    '    IOService name: Driver → Driver@1',
    '    state: !registered, !matched, active → registered, matched, active',
    '~ IOService:/Mac/PCI0@0  <class IOPCIDevice, id 0x100000102>',
    '    busy: 0 → 1',
    '    "IOClass": "a" → "b"',
    '    + "New" = (1,2)',
    '    "IOPowerManagement"/ActivityTickles: 7 → 9',
    '    "IOPowerManagement"/CurrentPowerState: 2 → 4',
    '    - "Old" = Yes',
    '3 changes are noise and not shown: busy-time 1, retain-count 1, hid-idle-time 1',
  ])
})

test('everything is told when noise is asked for', () => {
  const lines = describeDiff(diffSnapshots(before, after, byId), before, after, { all: true })
  expect(lines).toContain('    busy time: 5000000 → 9000000 ns')
  expect(lines).toContain('    retain count: 9 → 12')
  expect(lines).toContain('    "HIDIdleTime": 100 → 200')
  expect(lines.at(-1)).not.toMatch(/noise/)
})

test('a long diff ends where it is told to, and says so', () => {
  const lines = describeDiff(diffSnapshots(before, after, byId), before, after, { lineLimit: 4 })
  expect(lines).toHaveLength(6)
  expect(lines[4]).toMatch(/^… more than 4 lines/)
})

test('the JSON has plain values only, and what the lines have', () => {
  const json = diffToJson(diffSnapshots(before, after, byId), before, after)
  expect(JSON.parse(JSON.stringify(json))).toEqual(json)
  expect(json.same).toBe(false)
  expect(json.summary).toMatchObject({ added: 2, removed: 2, changed: 2, properties: 4, muted: 3 })
  expect(json.removed[1]).toEqual({
    id: '0x100000106',
    path: 'IOService:/Mac/HIDSystem/Client/Helper',
    class: 'IOHelper',
  })
  expect(json.noise).toEqual({ 'busy-time': 1, 'retain-count': 1, 'hid-idle-time': 1 })
  const [pci, driver] = json.changed
  expect(pci!.changes).toEqual([
    { what: 'busyCount', before: '0', after: '1' },
    {
      what: 'property',
      key: 'IOClass',
      way: [],
      before: 'a',
      after: 'b',
    },
    {
      what: 'property',
      key: 'New',
      way: [],
      before: null,
      after: [1, 2],
    },
    expect.objectContaining({ key: 'IOPowerManagement', way: ['ActivityTickles'] }),
    expect.objectContaining({ key: 'IOPowerManagement', way: ['CurrentPowerState'] }),
    expect.objectContaining({ key: 'Old', before: true, after: null }),
  ])
  expect(driver!.changes.slice(0, 2)).toEqual([
    {
      what: 'moved',
      plane: 'IOService',
      before: 'IOService:/Mac/PCI0@0/Driver',
      after: 'IOService:/Mac/Bus/Driver@1',
    },
    expect.objectContaining({ what: 'renamed' }),
  ])
  const all = diffToJson(diffSnapshots(before, after, byId), before, after, true)
  const idle = all.changed.flatMap(entry => entry.changes).find(change => 'noise' in change)
  expect(idle).toMatchObject({ key: 'HIDIdleTime', noise: 'hid-idle-time' })
})

test('what differs by noise alone is the same, unless all is asked for', () => {
  const one = drawDump('A  <class B, id 0x1, retain 1>\n  "HIDIdleTime" = 1')
  const two = drawDump('A  <class B, id 0x1, retain 2>\n  "HIDIdleTime" = 2')
  const diff = diffSnapshots(one, two, byId)
  expect([isSame(diff), isSame(diff, true)]).toEqual([true, false])
  expect(describeDiff(diff, one, two)[0]).toBe('no differences')
  const strict = diffSnapshots(one, two, { ...byId, noise: { off: ['hid-idle-time'] } })
  expect(isSame(strict)).toBe(false)
})

test('a value is noise only when every difference in it is', () => {
  const dump = (statistics: string) =>
    drawDump(`A  <class B, id 0x1>\n  "Statistics" = ${statistics}`)
  const muted = (one: string, two: string) =>
    summarize(diffSnapshots(dump(one), dump(two), byId)).muted
  expect(muted('{"a"=1,"b"=2}', '{"a"=2,"b"=3}')).toBe(1)
  expect(muted('{"a"=1}', 'Yes')).toBe(0)
  const one = drawDump('A  <class B, id 0x1>\n  "IOPowerManagement" = {"ActivityTickles"=1,"x"=1}')
  const two = drawDump('A  <class B, id 0x1>\n  "IOPowerManagement" = {"ActivityTickles"=2,"x"=2}')
  expect(summarize(diffSnapshots(one, two, byId)).muted).toBe(0)
})

test('a caller adds rules, for some classes if it likes', () => {
  const dump = (value: number) =>
    drawDump(`
      Root  <class R, id 0x1>
        A  <class Battery, id 0x2>
          "Level" = ${value}
        B  <class Lamp, id 0x3>
          "Level" = ${value}
    `)
  const rule = { name: 'level', because: 'a test', values: [['Level']], onClasses: ['Battery'] }
  const diff = diffSnapshots(dump(1), dump(2), { ...byId, noise: { more: [rule] } })
  expect(summarize(diff)).toMatchObject({ changed: 1, properties: 1, muted: 1 })
  expect(diff.noise.rules[0]!.name).toBe('level')
})

test('nothing and something are compared like anything', () => {
  const empty = readDump('text', '').snapshot
  const one = drawDump('A  <class B, id 0x1>')
  expect(isSame(diffSnapshots(empty, empty))).toBe(true)
  expect(describeDiff(diffSnapshots(one, empty), one, empty)[0]).toBe('1 gone')
  expect(describeDiff(diffSnapshots(empty, one), empty, one)[0]).toBe('1 new')
})

test('snapshots without a plane in common are not the same', () => {
  const dump = (plane: string) => {
    const builder = new SnapshotBuilder()
    const reader = createTextReader(builder, { plane, label: plane })
    reader.push(new TextEncoder().encode('+-o A  <class B, id 0x1>\n'))
    reader.finish()
    return builder.seal()
  }
  const [power, service] = [dump('IOPower'), dump('IOService')]
  const diff = diffSnapshots(power, service, { identity: 'path' })
  expect(isSame(diff)).toBe(false)
  expect(describeDiff(diff, power, service)).toEqual([
    'nothing to compare: no plane is in both',
    'compared by path, class and location: it was asked for',
    'not comparable: 2 entries that stand only in planes that the other does not have',
    'only the first has the plane IOPower',
    'only the second has the plane IOService',
  ])
})

test('a set in text is the array that a binary archive makes of it', () => {
  const inText = drawDump(`
    Root  <class IORegistryEntry, id 0x100000100, retain 9>
      "Set" = [2,1]
      "Array" = (1,2)
  `)
  const { snapshot } = readDump(
    'any',
    writeBinaryPlist(
      dictionary({
        IORegistryEntryName: text('Root'),
        IORegistryEntryID: integer(0x1_0000_0100),
        IOObjectClass: text('IORegistryEntry'),
        IOObjectRetainCount: integer(9),
        Set: list([integer(1), integer(2)]),
        Array: list([integer(1), integer(2)]),
      }),
    ),
  )
  expect(diffSnapshots(inText, snapshot, byId).properties.length).toBe(0)
  expect(diffSnapshots(snapshot, inText, byId).properties.length).toBe(0)
})
