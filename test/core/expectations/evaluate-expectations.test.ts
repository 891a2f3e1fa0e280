import { describe, expect, test } from 'vitest'
import { deriveExpectations } from '../../../core/expectations/derive-expectations.ts'
import { evaluateExpectations } from '../../../core/expectations/evaluate-expectations.ts'
import { readKextList } from '../../../core/kext/read-kext-list.ts'
import type { ObservedGuest } from '../../../core/verify/observed-guest.ts'
import type { ModelEntry } from '../../helpers/registry-model.ts'
import { machine, service, snapshotOf, states } from '../../helpers/service-model.ts'
import { cpuMs } from './cpu-time.ts'
import {
  ask,
  bundleWith,
  guestBefore,
  guestWith,
  kextId,
  linesOf,
  loadedKexts,
  myKext,
  resources,
  uuid,
} from './observed.ts'

test('everything that holds passes, each with what was seen', () => {
  const report = ask(
    `kext:
  identifier: ${kextId}
  version: 1.0.2
  uuid: build
services:
  - class: MyKext
    provider: IOResources
    count: 1
    state: registered !busy
    properties:
      IOMatchCategory: MyKext
log:
  - contains: 'MyKext: started'
unload:
  classes: [MyKext]
`,
    { unloaded: { ...guestBefore, classCounts: new Map() } },
  )
  expect(report.source).toEqual({ kind: 'file', path: 'kextant.yaml' })
  expect(linesOf(report)).toEqual([
    `PASS 2 com.example.MyKext is loaded: version 1.0.2, UUID ${uuid}`,
    'PASS 3 its version is 1.0.2: version 1.0.2',
    `PASS 4 its UUID is that of the build: UUID ${uuid}`,
    'PASS 6 one service of class MyKext on IOResources, registered, !busy: 1: MyKext registered, matched, active, busy 0',
    'PASS 11 “IOMatchCategory” of MyKext on IOResources is "MyKext": "MyKext"',
    'PASS 13 a line of the kernel log that contains “MyKext: started”: “MyKext: started”',
    'PASS 15 no more objects of class MyKext than before the load: 0 before, 0 after',
  ])
  expect(JSON.parse(JSON.stringify(report))).toEqual(report)
})

describe('the kext', () => {
  const lines = (more: string, evidence: Parameters<typeof ask>[1]): readonly string[] =>
    linesOf(ask(`kext:\n  identifier: ${kextId}\n${more}`, evidence))
  const gone = guestWith({ kexts: [] })

  test('one that is not in the list fails, with all that is said of it', () => {
    expect(lines('  version: 1.0\n  uuid: build\n', { loaded: gone })).toEqual([
      'FAIL 2 com.example.MyKext is loaded: it is not in the list of loaded kexts',
      'FAIL 3 its version is 1.0: it is not in the list of loaded kexts',
      'FAIL 4 its UUID is that of the build: it is not in the list of loaded kexts',
    ])
  })

  test('one that the kernel has unloaded by itself is told as that, whichever was expected', () => {
    const seen =
      'it was loaded and is gone again: the kernel unloads by itself a kext that has no instances and that no other is linked against, about one to two minutes after the load'
    const evidence = { loaded: gone, wasAutoUnloaded: true }
    expect(lines('', evidence)).toEqual([`FAIL 2 com.example.MyKext is loaded: ${seen}`])
    expect(lines('  loaded: false\n', evidence)).toEqual([
      `PASS 3 com.example.MyKext is not in the list of loaded kexts: ${seen}`,
    ])
  })

  test('one that should have gone and is there fails, and it is said how long that takes', () => {
    expect(lines('  loaded: false\n', {})[0]).toMatch(
      /^FAIL 3 .*: it is in the list, version 1\.0\.2; the kernel looks for kexts to unload a minute/,
    )
  })

  test('versions are compared as numbers', () => {
    const loaded = guestWith({ kexts: loadedKexts('1.0') })
    expect(lines('  version: 1.0.0\n', { loaded })[1]).toMatch(/^PASS/)
    expect(lines('  version: 1.0.1\n', { loaded })[1]).toBe(
      'FAIL 3 its version is 1.0.1: version 1.0',
    )
  })

  test('another build is told by its UUID; without UUIDs it is not known', () => {
    const other = 'AAAAAAAA-4774-32C4-B05D-D35601D9FC39'
    expect(lines('  uuid: build\n', { buildUuid: other })[1]).toBe(
      `FAIL 3 its UUID is that of the build: UUID ${uuid}; the build has ${other}: another build is loaded`,
    )
    expect(lines('  uuid: build\n', { buildUuid: null })[1]).toBe(
      `UNKNOWN 3 its UUID is that of the build: UUID ${uuid}; that of the build is not known`,
    )
    const loaded = guestWith({ kexts: loadedKexts('1.0', 'no UUID') })
    expect(lines('  uuid: build\n', { loaded })[1]).toBe(
      'UNKNOWN 3 its UUID is that of the build: the guest’s list of kexts gives no UUID for it',
    )
    expect(lines(`  uuid: ${uuid.toLowerCase()}\n`, {})[1]).toMatch(/^PASS/)
  })
})

describe('the kernel log', () => {
  const results = (lines: string, evidence: Parameters<typeof ask>[1] = {}): readonly string[] =>
    linesOf(ask(`kext: ${kextId}\nlog:\n${lines}`, evidence)).slice(1)
  const logged = (...kernelLog: string[]): ObservedGuest => guestWith({ kernelLog })
  const first = 'Darwin Kernel Version 17.7.0'

  test('only lines since the load count', () => {
    const before = { ...guestBefore, kernelLog: [first, 'MyKext: started'] }
    expect(results('  - MyKext\n', { before, loaded: logged(first, 'MyKext: started') })).toEqual([
      'FAIL 3 a line of the kernel log that contains “MyKext”: none of 0 new lines',
    ])
  })

  test('time stamps are no part of a line', () => {
    const loaded = logged(first, '[   12.345678]: MyKext: 3 ports')
    expect(results("  - matches: '^MyKext: \\d ports$'\n", { loaded })[0]).toMatch(/^PASS/)
  })

  test('a line that may not be there fails with its text', () => {
    const loaded = logged(first, 'MyKext: cannot map registers')
    expect(results('  - contains: cannot\n    wanted: false\n', { loaded })).toEqual([
      'FAIL 3 no line of the kernel log that contains “cannot”: “MyKext: cannot map registers”',
    ])
    expect(results('  - contains: panic\n    wanted: false\n', { loaded })).toEqual([
      'PASS 3 no line of the kernel log that contains “panic”: none of 1 new lines',
    ])
  })

  test('a log that has wrapped, or could not be read, does not tell what is missing', () => {
    const wrapped = { loaded: logged('something else', 'and more') }
    for (const line of ['  - MyKext\n', '  - contains: MyKext\n    wanted: false\n'])
      expect(results(line, wrapped)[0]).toMatch(
        /^UNKNOWN .*: none of 2 new lines; the log has wrapped, so lines may be gone$/,
      )
    expect(results('  - MyKext\n', { loaded: guestWith({ kernelLog: null }) })).toEqual([
      'UNKNOWN 3 a line of the kernel log that contains “MyKext”: the kernel log could not be read; dmesg needs root',
    ])
  })

  test('where the moment of the load is not known, an old line is no proof', () => {
    const evidence = { before: null, loaded: logged(first, 'MyKext: started') }
    const remark = '; of the whole log, for when the kext was loaded is not known'
    expect(results('  - MyKext\n', evidence)[0]).toBe(
      `PASS 3 a line of the kernel log that contains “MyKext”: “MyKext: started”${remark}`,
    )
    expect(results('  - Other\n', evidence)[0]).toMatch(/^UNKNOWN/)
    expect(results('  - contains: MyKext\n    wanted: false\n', evidence)[0]).toMatch(/^UNKNOWN/)
    expect(results('  - contains: Other\n    wanted: false\n', evidence)[0]).toMatch(/^PASS/)
  })

  test('lines of the unload are those since it was loaded', () => {
    const unloaded = { ...guestBefore, kernelLog: [first, 'MyKext: started', 'MyKext: stopped'] }
    const text = `kext: ${kextId}\nunload:\n  log:\n    - stopped\n    - started\n`
    expect(linesOf(ask(text, { unloaded })).slice(1)).toEqual([
      'PASS 4 a line of the kernel log that contains “stopped”: “MyKext: stopped”',
      'FAIL 5 a line of the kernel log that contains “started”: none of 1 new lines',
    ])
  })
})

describe('class counts after the unload', () => {
  const counts = (
    ...[before, loaded, after]: (Record<string, number> | null)[]
  ): readonly string[] =>
    linesOf(
      ask(`kext: ${kextId}\nunload:\n  classes: [MyKext]\n`, {
        before: { ...guestBefore, classCounts: before ? new Map(Object.entries(before)) : null },
        loaded: guestWith({ classCounts: loaded ? new Map(Object.entries(loaded)) : null }),
        unloaded: { ...guestBefore, classCounts: after ? new Map(Object.entries(after)) : null },
      }),
    ).slice(1)
  const title = '3 no more objects of class MyKext than before the load'

  test('none left passes, one left fails', () => {
    expect(counts({}, { MyKext: 1 }, {})).toEqual([`PASS ${title}: 0 before, 0 after`])
    expect(counts({ MyKext: 1 }, { MyKext: 1 }, { MyKext: 0 })[0]).toMatch(/^PASS/)
    expect(counts({}, { MyKext: 2 }, { MyKext: 1 })).toEqual([
      `FAIL ${title}: 0 before, 1 after: 1 left behind, until the next boot`,
    ])
  })

  test('objects of an earlier load are no baseline', () => {
    const before = { ...guestBefore, kexts: loadedKexts(), classCounts: new Map([['MyKext', 1]]) }
    const counted = (count: number): readonly string[] =>
      linesOf(
        ask(`kext: ${kextId}\nunload:\n  classes: [MyKext]\n`, {
          before,
          unloaded: { ...guestBefore, classCounts: new Map([['MyKext', count]]) },
        }),
      ).slice(1)
    expect(counted(0)[0]).toMatch(/^PASS/)
    expect(counted(1)).toEqual([
      `UNKNOWN ${title}: 1 before, 1 after; the kext was loaded before already, with objects of its own`,
    ])
    expect(counted(2)[0]).toMatch(/^FAIL/)
  })

  test('what was not counted, and a class that nobody has, is not known', () => {
    expect(counts({}, { MyKext: 1 }, null)[0]).toBe(
      `UNKNOWN ${title}: this guest does not count objects`,
    )
    expect(counts(null, { MyKext: 1 }, {})[0]).toBe(
      `UNKNOWN ${title}: 0 now; it was not counted before the load`,
    )
    expect(counts({}, { Other: 1 }, {})[0]).toBe(
      `UNKNOWN ${title}: no kext had a class of this name at any time`,
    )
  })

  test('they are not asked where nothing was unloaded', () => {
    expect(linesOf(ask(`kext: ${kextId}\nunload:\n  classes: [MyKext]\n`))).toHaveLength(1)
  })
})

describe('a start() that does not return', () => {
  const idle = (name: string, id: bigint, ...clients: readonly ModelEntry[]): ModelEntry => ({
    ...service(name, 'IOPCIDevice', {}, clients),
    id,
  })
  const busy = (entry: ModelEntry): ModelEntry => ({
    ...entry,
    service: { ...entry.service!, busyCount: 1 },
  })
  const hanging = (): ModelEntry => myKext({ IOProviderClass: 'IOPCIDevice' }, [], states.attached)
  const before = (gfx: ModelEntry) => ({ ...guestBefore, snapshot: snapshotOf(machine(gfx)) })
  const seen = (gfx: ModelEntry, first: ObservedGuest | null): readonly string[] =>
    linesOf(
      ask(`kext: ${kextId}\nservices:\n  - class: MyKext\n    state: started\n`, {
        before: first,
        loaded: guestWith({ snapshot: snapshotOf(machine(gfx)) }),
      }),
    ).slice(1)
  const title = 'at least one service of class MyKext, started'

  test('fails where its provider was at rest before the load', () => {
    const lines = seen(busy(idle('GFX0', 0x300n, hanging())), before(idle('GFX0', 0x300n)))
    expect(lines).toEqual([
      `FAIL 3 ${title}: MyKext is !registered, !matched, active, busy 0; its start() has not returned: GFX0 is still busy with matching`,
    ])
  })

  test('is not known where the provider was busy before, or others are on their way', () => {
    const unknown = `UNKNOWN 3 ${title}: MyKext is there, and its start() may not have returned: GFX0 is still busy with matching`
    expect(seen(busy(idle('GFX0', 0x300n, hanging())), before(busy(idle('GFX0', 0x300n))))).toEqual(
      [unknown],
    )
    const other = service('Other', 'Other', {}, [], states.attached)
    expect(seen(busy(idle('GFX0', 0x300n, hanging(), other)), null)).toEqual([unknown])
    expect(seen(busy(idle('GFX0', 0x300n, hanging())), null)[0]).toMatch(/^FAIL/)
  })

  test('one that has returned passes, registered or not', () => {
    expect(seen(idle('GFX0', 0x300n, hanging()), null)).toEqual([
      `PASS 3 ${title}: 1: MyKext !registered, !matched, active, busy 0`,
    ])
  })
})

describe('one instance of any personality', () => {
  const expected = (because: string | null) => ({
    ...deriveExpectations(bundleWith(), null),
    kext: null,
    classesBackToBaseline: [],
    anyInstance: { ...deriveExpectations(bundleWith(), null).anyInstance!, because },
  })
  const seen = (loaded: ObservedGuest, because: string | null = null): readonly string[] =>
    linesOf(
      evaluateExpectations(expected(because), {
        before: guestBefore,
        loaded,
        unloaded: null,
        buildUuid: null,
        waitedMs: 0,
        wasAutoUnloaded: false,
      }),
    )
  const title = 'its personality “MyKext” has an instance'
  const empty = resources()

  test('passes with one, and fails with what matching has seen', () => {
    expect(seen(guestWith())).toEqual([expect.stringMatching(`^PASS .*${title}: MyKext`)])
    expect(seen(guestWith({ snapshot: empty }), 'The registry shows no FireWire.')).toEqual([
      expect.stringMatching(`^FAIL .*${title}: none; the registry shows no FireWire$`),
    ])
  })

  test('an instance that another kext or another personality has made does not count', () => {
    const foreign = myKext({ CFBundleIdentifier: 'com.example.Other' })
    const other = myKext({ IOProviderClass: 'IOPCIDevice' })
    expect(seen(guestWith({ snapshot: resources(foreign, other) }))[0]).toMatch(/^FAIL/)
  })

  test('of a kext that others are linked against it is not known', () => {
    const user = readKextList(
      `  41 0 0x1 0x2 0x3 com.example.User (1.0) ${uuid} <40 3>\n`,
      'kextstat',
    )
    const kexts = [...loadedKexts(), ...user.kexts]
    expect(seen(guestWith({ snapshot: empty, kexts }))).toEqual([
      expect.stringMatching(/^UNKNOWN .*: none; linked against it: com\.example\.User$/),
    ])
  })
})

test('what did not come to be loaded is not known, and nothing of it passes', () => {
  const text = `kext: ${kextId}\nservices:\n  - class: MyKext\n    count: none\nlog:\n  - x\n`
  const { results } = ask(text, { loaded: null })
  expect(results.map(({ status }) => status)).toEqual(['unknown', 'unknown', 'unknown'])
})

test('hundreds of expectations of a large registry take one pass', () => {
  const ports = Array.from({ length: 10_000 }, (_, i) => service(`port${i}`, 'MyPort'))
  const snapshot = snapshotOf(machine(service('IOResources', 'IOResources', {}, ports)))
  const lines = Array.from({ length: 300 }, (_, i) => `  - class: Class${i}\n    count: none\n`)
  const text = `kext: ${kextId}\nservices:\n${lines.join('')}`
  const startedAt = cpuMs()
  const { results } = ask(text, { loaded: guestWith({ snapshot }) })
  expect(results.filter(({ status }) => status === 'pass')).toHaveLength(301)
  expect(cpuMs() - startedAt).toBeLessThan(5000)
})
