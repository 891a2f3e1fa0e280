import { describe, expect, test } from 'vitest'
import type { InstalledKext } from '../../../core/kext/kext.ts'
import type { ActionChanges, ChangedEntry } from '../../../core/verify/action-changes.ts'
import { describeChanges } from '../../../core/verify/describe-changes.ts'
import type { ObservedGuest } from '../../../core/verify/observed-guest.ts'
import { drawDump } from '../diff/draw-dump.ts'

const before = `
  Root  <class IORegistryEntry, id 0x100000100, retain 9>
    Mac  <class IOPlatformExpertDevice, id 0x100000101, registered, matched, active, busy 0 (5 ms), retain 9>
      PCI0@0  <class IOPCIDevice, id 0x100000102, registered, matched, active, busy 0, retain 9>
        "IOPowerManagement" = {"CurrentPowerState"=2,"ActivityTickles"=7}
        Driver  <class AppleDriver, id 0x100000103, !registered, !matched, active, busy 0, retain 9>
      HIDSystem  <class IOHIDSystem, id 0x100000104, registered, matched, active, busy 0, retain 5>
        "HIDIdleTime" = 100
      IOResources  <class IOResources, id 0x100000107, registered, matched, active, busy 0, retain 5>
`
const after = `
  Root  <class IORegistryEntry, id 0x100000100, retain 9>
    Mac  <class IOPlatformExpertDevice, id 0x100000101, registered, matched, active, busy 0 (9 ms), retain 12>
      PCI0@0  <class IOPCIDevice, id 0x100000102, registered, matched, active, busy 1, retain 9>
        "IOPowerManagement" = {"CurrentPowerState"=4,"ActivityTickles"=9}
      HIDSystem  <class IOHIDSystem, id 0x100000104, registered, matched, active, busy 0, retain 5>
        "HIDIdleTime" = 200
      IOResources  <class IOResources, id 0x100000107, registered, matched, active, busy 0, retain 5>
        MyKext  <class MyKext, id 0x100000200, registered, matched, active, busy 0, retain 5>
          "CFBundleIdentifier" = "io.darwinos.contrib.MyKext"
          MyClient  <class MyClient, id 0x100000201, !registered, !matched, active, busy 0, retain 5>
`

interface Asked {
  readonly before?: string
  readonly after?: string
  readonly logs?: readonly [readonly string[] | null, readonly string[] | null]
  readonly boots?: readonly [string | null, string | null]
  readonly installed?: readonly InstalledKext[]
}

function changes(asked: Asked = {}): ActionChanges {
  const guest = (drawing: string, kernelLog: readonly string[] | null): ObservedGuest => ({
    snapshot: drawDump(drawing),
    kexts: [],
    classCounts: null,
    kernelLog,
  })
  const [logBefore, logAfter] = asked.logs ?? [[], []]
  const [bootBefore, bootAfter] = asked.boots ?? ['AAAA', 'AAAA']
  return describeChanges({
    before: guest(asked.before ?? before, logBefore),
    after: guest(asked.after ?? after, logAfter),
    boots: { before: bootBefore, after: bootAfter },
    installed: asked.installed ?? [],
  })
}
const told = (entries: readonly ChangedEntry[]) =>
  entries.flatMap(({ what, entry, lines }) => [
    `${what} ${entry.path} ${entry.id}`,
    ...lines.map(line => `  ${line}`),
  ])

test('what an action changed is told without what changes by itself', () => {
  const report = changes()
  expect(told(report.entries)).toEqual([
    'added IOService:/Mac/IOResources/MyKext 0x100000200',
    'added IOService:/Mac/IOResources/MyKext/MyClient 0x100000201',
    'removed IOService:/Mac/PCI0@0/Driver 0x100000103',
    'changed IOService:/Mac/PCI0@0 0x100000102',
    '  busy: 0 → 1',
    '  "IOPowerManagement"/CurrentPowerState: 2 → 4',
    '  "IOPowerManagement"/ActivityTickles: 7 → 9',
  ])
  expect(report).toMatchObject({
    identity: 'entry-id',
    because: 'the boot session UUIDs are equal',
    omittedCount: 0,
  })
})

test('what changes by itself is counted by rule, and kept', () => {
  const report = changes()
  expect(report.noise).toEqual([
    { rule: 'busy time', count: 1 },
    { rule: 'retain count', count: 1 },
    { rule: 'hid idle time', count: 1 },
  ])
  expect(told(report.muted)).toEqual([
    'changed IOService:/Mac 0x100000101',
    '  busy time: 5000000 → 9000000 ns',
    '  retain count: 9 → 12',
    'changed IOService:/Mac/HIDSystem 0x100000104',
    '  "HIDIdleTime": 100 → 200',
  ])
})

test('what a kext added is a tree, with the providers above', () => {
  const rows = changes().subtree.map(({ depth, entry, isNew, stateWords, bundleIdentifier }) =>
    `${'  '.repeat(depth)}${isNew ? '+ ' : ''}${entry.name} ${stateWords.join(' ')} ${bundleIdentifier ?? ''}`.trimEnd(),
  )
  expect(rows).toEqual([
    'Mac registered matched active',
    '  IOResources registered matched active',
    '    + MyKext registered matched active io.darwinos.contrib.MyKext',
    '      + MyClient !registered !matched active',
  ])
})

test('an entry that has moved comes before those that only changed', () => {
  const moved = after
    .replace(/ {8}MyKext[^]*$/, '')
    .concat(
      '        Driver@1  <class AppleDriver, id 0x100000103, registered, matched, active, busy 0, retain 9>\n',
    )
  expect(told(changes({ after: moved }).entries).slice(0, 2)).toEqual([
    'moved IOService:/Mac/IOResources/Driver@1 0x100000103',
    '  from IOService:/Mac/PCI0@0 to IOService:/Mac/IOResources',
  ])
})

test('nothing that differs is nothing to tell', () => {
  expect(changes({ after: before })).toMatchObject({
    entries: [],
    muted: [],
    noise: [],
    subtree: [],
    omittedCount: 0,
  })
})

describe('the kernel log', () => {
  test('of the time in between is beside it', () => {
    const report = changes({
      logs: [
        ['a', 'b'],
        ['a', 'b', 'MyKext: hello', 'MyKext: started'],
      ],
    })
    expect(report).toMatchObject({
      logLines: ['MyKext: hello', 'MyKext: started'],
      logLinesMayLack: false,
    })
  })

  test('that could not be read before may hold older lines', () => {
    expect(changes({ logs: [null, ['a', 'b']] })).toMatchObject({
      logLines: ['a', 'b'],
      logLinesMayLack: true,
    })
  })

  test('that could not be read at all is empty, and said so', () => {
    expect(changes({ logs: [['a'], null] })).toMatchObject({ logLines: [], logLinesMayLack: true })
  })
})

test('across boots entries are told apart by their paths, and the log is the new boot’s', () => {
  const report = changes({
    boots: ['AAAA', 'BBBB'],
    logs: [
      ['a', 'b'],
      ['a', 'c'],
    ],
  })
  expect(report).toMatchObject({
    identity: 'path',
    because: 'the boot session UUIDs are different, so IDs mean other objects',
    logLines: ['a', 'c'],
    logLinesMayLack: true,
  })
  expect(told(report.entries)).toContain('added IOService:/Mac/IOResources/MyKext 0x100000200')
})

test('a flood of changes is listed within bounds, and the rest counted', () => {
  const nubs = Array.from(
    { length: 2000 },
    (_, i) =>
      `        Nub@${i}  <class Nub, id 0x${(0x1_0000_1000 + i).toString(16)}, !registered, !matched, active, busy 0, retain 5>\n`,
  )
  const report = changes({ after: after + nubs.join('') })
  expect(report.entries).toHaveLength(500)
  expect(report.omittedCount).toBe(2000 + 2 + 2 - 500)
  expect(report.subtree).toHaveLength(500)
  expect(report.subtree[0]!.entry.name).toBe('Mac')
  const lines = Array.from({ length: 3000 }, (_, i) => `line ${i}`)
  const log = changes({ logs: [[], lines] })
  expect([log.logLines.length, log.logLines.at(-1), log.logLinesMayLack]).toEqual([
    1000,
    'line 2999',
    true,
  ])
})
