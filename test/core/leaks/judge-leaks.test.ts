import { describe, expect, test } from 'vitest'
import { decodeLoad, decodeUnload } from '../../../core/kext/decode-outcome.ts'
import { judgeLeaks } from '../../../core/leaks/judge-leaks.ts'
import type { LeakCycle, LeakReport } from '../../../core/leaks/leak-report.ts'

const id = 'com.example.Foo'
const silent = { exitCode: 0, stdout: '', stderr: '', kernelLog: [] }
const loaded = decodeLoad({ tool: 'kextload', ...silent })
const unloaded = decodeUnload({ tool: 'kextunload', ...silent })
const refused = (stderr: string) =>
  decodeUnload({ tool: 'kextunload', exitCode: 3, stdout: '', stderr, kernelLog: [] })
const inUse = refused(
  `(kernel) Can't unload kext ${id}; classes have instances:\n(kernel)     Kext ${id} class Foo has 1 instance.\nFailed to unload ${id} - (libkern/kext) kext is in use or retained (cannot unload).\n`,
)

type Counts = Readonly<Record<string, number | null>>

interface Hunt {
  readonly baseline?: Counts
  /** After each unload. */
  readonly cycles: readonly Counts[]
  /** `ioalloccount` before the first cycle and after each. */
  readonly bytes?: readonly number[]
  readonly planned?: number
  readonly last?: Partial<LeakCycle>
}

function judge({ baseline = {}, cycles, bytes, planned, last }: Hunt): LeakReport {
  const allocations = (at: number) =>
    bytes === undefined ? null : [{ name: 'IOMalloc allocation', bytes: bytes[at]! }]
  return judgeLeaks({
    bundleIdentifier: id,
    plannedCycles: planned ?? cycles.length,
    ownClasses: ['Foo', 'FooQueue'],
    baseline: {
      classCounts: Object.entries(baseline).map(([className, count]) => ({ className, count })),
      allocations: allocations(0),
    },
    cycles: cycles.map((counts, i) => ({
      cycle: i + 1,
      loadMs: 10,
      unloadMs: 10,
      loadOutcome: loaded,
      unloadOutcome: unloaded,
      classCounts: Object.entries(counts).map(([className, count]) => ({
        className,
        loaded: className === 'Foo' ? 1 : count,
        unloaded: count,
      })),
      allocations: allocations(i + 1),
      ...(i === cycles.length - 1 ? last : {}),
    })),
  })
}

test('nothing that grows is clean', () => {
  const report = judge({
    baseline: { OSString: 900 },
    cycles: [
      { Foo: null, OSString: 903 },
      { Foo: null, OSString: 903 },
      { Foo: null, OSString: 901 },
    ],
  })
  expect(report).toMatchObject({
    verdict: 'clean',
    headline: '3 cycles: no class of com.example.Foo has more objects than before.',
    growth: [],
  })
})

test('a hunt under way says how far it is', () => {
  expect(judge({ cycles: [{ Foo: null }], planned: 10 }).headline).toBe(
    '1 of 10 cycles: no class of com.example.Foo has more objects than before.',
  )
  expect(judge({ cycles: [], planned: 10 })).toMatchObject({
    verdict: 'unknown',
    headline: 'No cycle has run yet.',
  })
})

describe('a class of the kext', () => {
  test('that a refused unload names has leaked in that cycle', () => {
    const report = judge({ cycles: [{ Foo: 1 }], planned: 5, last: { unloadOutcome: inUse } })
    expect(report).toMatchObject({
      verdict: 'leaks',
      headline: 'Cycle 1 left 1 object of Foo, and the unload was refused because of that.',
      growth: [{ what: 'class', name: 'Foo', cycle: 1, before: 0, after: 1, isCertain: true }],
    })
  })

  test('that came with the first load and stays counted is measured from there', () => {
    expect(judge({ cycles: [{ Foo: 0, FooQueue: 2 }] })).toMatchObject({ verdict: 'clean' })
    expect(judge({ cycles: [{ FooQueue: 2 }, { FooQueue: 3 }] })).toMatchObject({
      verdict: 'leaks',
      headline: 'Cycle 2 left 1 object of FooQueue: 2 before it, 3 after it.',
    })
  })

  test('that a refused unload leaves has leaked, though the kernel named none', () => {
    const unloadOutcome = refused(
      `Failed to unload ${id} - (libkern/kext) kext is in use or retained (cannot unload).\n`,
    )
    expect(judge({ cycles: [{ Foo: 1 }], last: { unloadOutcome } })).toMatchObject({
      verdict: 'leaks',
      growth: [{ name: 'Foo', cycle: 1, before: 0, after: 1 }],
    })
  })

  test('that had objects before is measured against them', () => {
    expect(judge({ baseline: { Foo: 2 }, cycles: [{ Foo: 2 }, { Foo: 3 }] }).growth).toEqual([
      { what: 'class', name: 'Foo', cycle: 2, before: 2, after: 3, isCertain: true },
    ])
  })
})

describe('a class of others', () => {
  test('that comes with the first load is no leak', () => {
    const report = judge({
      cycles: [{ MyFamily: 3 }, { MyFamily: 3 }, { MyFamily: 3 }, { MyFamily: 3 }],
    })
    expect(report).toMatchObject({ verdict: 'clean', growth: [] })
  })

  test('that goes up and down is told only when it ends higher, and decides nothing', () => {
    const report = judge({
      baseline: { OSString: 900, OSData: 50 },
      cycles: [
        { OSString: 905, OSData: 50 },
        { OSString: 900, OSData: 58 },
        { OSString: 909, OSData: 50 },
        { OSString: 908, OSData: 50 },
      ],
    })
    expect(report.verdict).toBe('clean')
    expect(report.growth).toEqual([
      { what: 'class', name: 'OSString', cycle: 3, before: 900, after: 909, isCertain: false },
    ])
    expect(report.headline).toBe(
      '4 cycles: no class of com.example.Foo has more objects than before. OSString grew too, not with each cycle by the same; the rest of the system does that as well.',
    )
  })

  test('that grows with each cycle by the same counts, since the cycle it began in', () => {
    const report = judge({
      baseline: { OSString: 900 },
      cycles: [{ OSString: 901 }, { OSString: 902 }, { OSString: 903 }, { OSString: 904 }],
      planned: 10,
    })
    expect(report).toMatchObject({
      verdict: 'leaks',
      headline:
        'With each cycle there is 1 object of OSString more. The class is not the kext’s own, so look at what the kext makes of it and does not release.',
      growth: [{ name: 'OSString', cycle: 1, before: 900, after: 901, isCertain: true }],
    })
  })

  test('is not judged before it had three cycles after the first', () => {
    const report = judge({
      baseline: { OSString: 900 },
      cycles: [{ OSString: 901 }, { OSString: 902 }, { OSString: 903 }],
    })
    expect(report).toMatchObject({ verdict: 'clean', growth: [{ isCertain: false }] })
  })
})

describe('allocations', () => {
  test('that grow with each cycle by about as much count', () => {
    const report = judge({
      baseline: { Foo: null },
      cycles: [{ Foo: null }, { Foo: null }, { Foo: null }, { Foo: null }, { Foo: null }],
      bytes: [1000, 70_000, 135_600, 201_100, 266_700, 332_200],
    })
    expect(report).toMatchObject({
      verdict: 'leaks',
      headline:
        'With each cycle from 2 on there is more memory in use as IOMalloc allocation, about 65600 bytes each time.',
      growth: [{ what: 'allocation', cycle: 2, isCertain: true }],
    })
  })

  test('that jump once are told and decide nothing', () => {
    const report = judge({
      cycles: [{ Foo: null }, { Foo: null }, { Foo: null }, { Foo: null }, { Foo: null }],
      bytes: [1000, 1000, 1000, 90_000, 90_000, 90_010],
    })
    expect(report.verdict).toBe('clean')
    expect(report.growth).toMatchObject([{ cycle: 3, before: 1000, after: 90_000 }])
  })
})

test('without class counts it is not known, though each unload succeeded', () => {
  expect(judge({ cycles: [{}, {}] })).toMatchObject({
    verdict: 'unknown',
    headline:
      '2 cycles: each unload succeeded, so no object of its own classes was left; other classes could not be counted, since the guest has no ioclasscount.',
  })
})

describe('a hunt that cannot go on', () => {
  test('because the load is refused ends there', () => {
    const refusedLoad = decodeLoad({
      tool: 'kextload',
      exitCode: 71,
      stdout: '',
      stderr:
        '/x/Foo.kext failed to load - (libkern/kext) link error; check the system/kernel logs for errors or try kextutil(8).\n',
      kernelLog: [],
    })
    const report = judge({
      cycles: [{ Foo: null }, {}],
      planned: 5,
      last: { loadOutcome: refusedLoad, unloadOutcome: null },
    })
    expect(report.verdict).toBe('stopped')
    expect(report.headline).toMatch(/^Cycle 2 ended at the load: /)
  })

  test('because the stop routine refuses is no leak', () => {
    const report = judge({
      cycles: [{ Foo: 0 }],
      planned: 5,
      last: {
        unloadOutcome: refused(
          `(kernel) Kext ${id} did not stop (return code 0x5).\n(kernel) Kext ${id} can't unload - module stop returned 0xdc008017.\nFailed to unload ${id} - (libkern/kext) kext (kmod) start/stop routine failed.\n`,
        ),
      },
    })
    expect(report).toMatchObject({ verdict: 'stopped', growth: [] })
    expect(report.headline).toMatch(/^Cycle 1 ended at the unload: /)
  })
})
