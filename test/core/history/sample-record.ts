import type { ActionRecord, StepRecord } from '../../../core/contract/action-types.ts'
import type { Outcome } from '../../../core/kext/outcome.ts'
import { smallRecord, smallStep } from '../../helpers/small-record.ts'

/** A step that was done, unless it is said otherwise. */
export function step(changes: Partial<StepRecord> = {}): StepRecord {
  const command = '/sbin/kextload /Library/Extensions/MyKext.kext'
  return smallStep(command, { explanation: '', durationMs: 1234, ...changes })
}

export function outcome(changes: Partial<Outcome> = {}): Outcome {
  return {
    kind: 'loaded',
    succeeded: true,
    isPending: false,
    pending: [],
    headline: 'The kext is loaded',
    explanation: 'The tool said nothing, which is what it says on success.',
    advice: [],
    evidence: [],
    ...changes,
  }
}

export function record(changes: Partial<ActionRecord> = {}): ActionRecord {
  return smallRecord({
    id: 'a1',
    request: {
      kind: 'loop',
      bundlePath: '/build/MyKext.kext',
      endsWith: 'unloaded',
      expectationsPath: null,
      timeoutMs: null,
    },
    title: 'Try MyKext.kext',
    targetId: 'demo',
    targetLabel: 'Demo guest',
    startedAt: '2024-05-06T07:08:09.500Z',
    endedAt: '2024-05-06T07:08:12.000Z',
    ...changes,
  })
}

const preflight: ActionRecord['preflight'] = {
  bundleIdentifier: 'com.example.MyKext',
  version: '1.0.2',
  items: [
    { status: 'stop', title: 'Not a virtual machine', detail: 'A panic takes it down.' },
    { status: 'warning', title: 'Lint', detail: 'One warning.' },
    { status: 'pass', title: 'Libraries', detail: 'All are there.' },
    { status: 'unknown', title: 'The guest’s own check', detail: 'It has no kextutil.' },
  ],
  lint: null,
  libraries: { nodes: [], edges: [] },
  wouldMatch: null,
  builds: null,
  guestCheck: null,
}

/** Everything that can pass or fail, in one record. */
export const wholeRecord = record({
  conclusion: 'does-not-hold',
  accepted: ['not-a-virtual-machine'],
  preflight,
  steps: [
    step({ phase: 'push', command: 'push', changesGuest: true }),
    step({ outcome: outcome() }),
  ],
  expectations: {
    source: { kind: 'file', path: '/src/kextant.yaml' },
    waitedMs: 300,
    results: [
      {
        title: 'com.example.MyKext is loaded',
        status: 'pass',
        seen: 'version 1.0.2',
        when: 'after-load',
        line: 2,
      },
      {
        title: 'one service of class MyKext, registered',
        status: 'fail',
        seen: 'MyKext is !registered, !matched, active, busy 0',
        when: 'after-load',
        line: 4,
      },
      {
        title: 'no more objects of class MyKext than before the load',
        status: 'unknown',
        seen: 'this guest does not count objects',
        when: 'after-unload',
        line: 9,
      },
    ],
  },
  leaks: {
    bundleIdentifier: 'com.example.MyKext',
    plannedCycles: 5,
    cycles: [],
    baseline: { allocations: null, classCounts: [] },
    verdict: 'leaks',
    headline: 'MyKext leaves one object behind.',
    growth: [
      { what: 'class', name: 'MyKext', cycle: 1, before: 0, after: 1, isCertain: true },
      {
        what: 'allocation',
        name: 'IOMalloc allocation',
        cycle: 2,
        before: 100,
        after: 200,
        isCertain: false,
      },
    ],
  },
})
