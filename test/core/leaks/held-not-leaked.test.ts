import { expect, test } from 'vitest'
import { decodeUnload } from '../../../core/kext/decode-outcome.ts'
import { heldNotLeaked } from '../../../core/leaks/held-not-leaked.ts'
import { judgeLeaks } from '../../../core/leaks/judge-leaks.ts'

const id = 'com.example.Foo'
const refused = decodeUnload({
  tool: 'kextunload',
  exitCode: 3,
  stdout: '',
  stderr: `(kernel) Can't unload kext ${id}; classes have instances:
(kernel)     Kext ${id} class Foo has 1 instance.
Failed to unload ${id} - (libkern/kext) kext is in use or retained (cannot unload).
`,
  kernelLog: null,
})
const leaks = judgeLeaks({
  bundleIdentifier: id,
  plannedCycles: 3,
  baseline: { classCounts: [{ className: 'Foo', count: 0 }], allocations: null },
  cycles: [
    {
      cycle: 1,
      loadMs: 1,
      unloadMs: 1,
      loadOutcome: null,
      unloadOutcome: refused,
      classCounts: [{ className: 'Foo', loaded: 1, unloaded: 1 }],
      allocations: null,
    },
  ],
  ownClasses: ['Foo'],
})
const headline = 'com.example.Foo is still loaded: Foo is terminated and waits for reader (pid 4).'

test('what somebody has open is not told as a leak', () => {
  expect(leaks.verdict).toBe('leaks')
  expect(heldNotLeaked(leaks, { verdict: 'held', headline })).toMatchObject({
    verdict: 'stopped',
    headline: `Cycle 1 ended at the unload, for what is held is not leaked: ${headline}`,
    growth: [],
  })
})

test('what is gone from the registry stays a leak', () => {
  expect(heldNotLeaked(leaks, { verdict: 'leaked', headline })).toBe(leaks)
  expect(heldNotLeaked(leaks, { verdict: 'held-and-leaked', headline })).toBe(leaks)
  expect(heldNotLeaked(null, { verdict: 'held', headline })).toBe(null)
})
