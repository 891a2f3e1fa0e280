import type { ActionPlan, ActionRecord } from '../../../core/contract/types.ts'
import type { ExpectationReport } from '../../../core/expectations/expectation-report.ts'
import type { BuildComparison } from '../../../core/kext/compare-builds.ts'
import type { LeakReport } from '../../../core/leaks/leak-report.ts'
import type { LibraryGraph, PreflightReport } from '../../../core/preflight/preflight-report.ts'
import type { BlockerReport } from '../../../core/unload/blocker-report.ts'
import type { ActionChanges } from '../../../core/verify/action-changes.ts'
import type { EntryBrief } from '../../../core/verify/report.ts'
import { bundle, instance, plan, recordOf, refused, stepOf } from './sample-action.ts'

// What goes wrong with a driver, one record for each: held open, leaked, linked against, waiting, lost, failed.

const id = 'org.darwinos.driver.MyKext'

const entry = (name: string, number: string, path: string): EntryBrief => ({
  id: `0x100000${number}`,
  name,
  className: name,
  path,
})
const driver = entry('org_darwinos_MyKext', '2c4', 'IOService:/IOResources/org_darwinos_MyKext')
const client = entry('MyKextUserClient', '2d1', `${driver.path}/MyKextUserClient`)
const resources = entry('IOResources', '10b', 'IOService:/IOResources')

export const held: BlockerReport = {
  bundleIdentifier: id,
  when: 'after-refusal',
  verdict: 'held',
  headline: 'org_darwinos_MyKext is held open by holdopen, pid 402.',
  explanation:
    'The service was terminated and waits for its user client to be closed. It stays in the registry until then.',
  dependents: [
    { bundleIdentifier: 'org.darwinos.driver.UsesMyKext', how: 'declared', isLoaded: false },
  ],
  dependencies: [{ bundleIdentifier: 'com.apple.kpi.iokit', how: 'linked', isLoaded: true }],
  instances: [
    {
      entry: driver,
      provider: resources,
      stateWords: ['registered', 'matched', 'inactive'],
      busyCount: 0,
      retainCount: 7,
      isTerminated: true,
      holders: [
        {
          entry: client,
          kind: 'user-client',
          creator: { pid: 402, processName: 'holdopen' },
          bundleIdentifier: id,
          stateWords: ['!registered', 'active'],
        },
      ],
      openCount: 1,
      creator: null,
      isOutOfReach: false,
      mayBeStarting: false,
    },
  ],
  classes: [
    {
      className: 'org_darwinos_MyKext',
      counted: 1,
      inRegistry: 1,
      fromSubclasses: 0,
      unseen: 0,
      isService: true,
    },
  ],
  advice: [
    { sentence: 'End holdopen (pid 402), or have it close the service.', action: null },
    { sentence: 'Look at the user client.', action: { kind: 'show-entry', entry: client } },
    { sentence: 'Then capture again, and unload.', action: { kind: 'capture' } },
  ],
  missing: [],
  omittedCount: 0,
}

export const leaked: BlockerReport = {
  ...held,
  verdict: 'leaked',
  headline: 'One org_darwinos_MyKext is counted, and in no registry entry.',
  explanation:
    'Its services are gone from the registry. Somebody retained an object and never released it: only a reboot helps.',
  instances: [],
  classes: [
    {
      className: 'org_darwinos_MyKext',
      counted: 1,
      inRegistry: 0,
      fromSubclasses: 0,
      unseen: 1,
      isService: true,
    },
  ],
  advice: [{ sentence: 'Reboot the guest: the code stays until then.', action: null }],
}

export const referenced: BlockerReport = {
  ...held,
  when: 'before',
  verdict: 'referenced',
  headline: 'org.darwinos.driver.UsesMyKext is linked against it.',
  explanation: 'A kext stays loaded as long as another one is linked against it.',
  dependents: [
    { bundleIdentifier: 'org.darwinos.driver.UsesMyKext', how: 'linked', isLoaded: true },
  ],
  instances: [],
  advice: [
    {
      sentence: 'Unload org.darwinos.driver.UsesMyKext first.',
      action: { kind: 'unload', bundleIdentifiers: ['org.darwinos.driver.UsesMyKext'] },
    },
    {
      sentence: 'Or let go of its instances alone.',
      action: { kind: 'terminate-class', className: 'org_darwinos_MyKext' },
    },
  ],
}

export const libraries: LibraryGraph = {
  nodes: [
    library(id, '1.0.2', { isLoaded: false }),
    library('com.apple.iokit.IOPCIFamily', '2.9'),
    library('com.apple.kpi.iokit', '17.7.0', { isKpi: true }),
    library('org.darwinos.family.Missing', null, {
      isLoaded: false,
      problem: 'No kext of this identifier is in the guest.',
    }),
  ],
  edges: [
    { from: 0, to: 1, wantedVersion: '2.6', isSatisfied: true },
    { from: 0, to: 2, wantedVersion: '17.0', isSatisfied: true },
    { from: 1, to: 2, wantedVersion: '16.0', isSatisfied: true },
    { from: 0, to: 3, wantedVersion: '1.0', isSatisfied: false },
  ],
}

function library(
  bundleIdentifier: string,
  version: string | null,
  rest: Partial<LibraryGraph['nodes'][number]> = {},
): LibraryGraph['nodes'][number] {
  return { bundleIdentifier, version, isLoaded: true, isKpi: false, problem: null, ...rest }
}

export const staleBuilds: BuildComparison = {
  bundleIdentifier: id,
  host: {
    version: '1.0.2',
    uuid: '5C0C2E9B-2A55-3A0E-93C0-7E3B7F4D1A10',
    builtAt: '2026-03-04T10:14:00.000Z',
  },
  file: {
    version: '1.0.1',
    uuid: '11111111-2A55-3A0E-93C0-7E3B7F4D1A10',
    builtAt: '2026-03-03T09:00:00.000Z',
  },
  loaded: {
    version: '1.0.1',
    uuid: '11111111-2A55-3A0E-93C0-7E3B7F4D1A10',
    builtAt: null,
  },
  verdict: 'file-differs',
  sentence: 'The guest has and runs 1.0.1, and the host has built 1.0.2.',
  advice: 'Push it and load it again.',
}

export const preflight: PreflightReport = {
  bundleIdentifier: id,
  version: '1.0.2',
  items: [
    { status: 'pass', title: 'Lint has nothing to say', detail: '' },
    {
      status: 'stop',
      title: 'Lab Mac mini is not marked as a virtual machine',
      detail: 'A panic takes a real machine down.',
    },
    { status: 'warning', title: 'Version 1.0.1 is loaded', detail: 'It is unloaded first.' },
    { status: 'unknown', title: 'The class of the provider', detail: 'No capture to look at.' },
  ],
  lint: null,
  libraries,
  wouldMatch: [
    {
      personality: 'MyKext',
      ioClass: 'org_darwinos_MyKext',
      services: [
        { entry: resources, wins: true, sentence: 'nothing else asks for its match category' },
        { entry: driver, wins: false, sentence: 'AppleOther has the higher probe score' },
      ],
      omittedCount: 3,
      sentence: 'It would be started on IOResources.',
    },
  ],
  builds: staleBuilds,
  guestCheck: {
    tool: 'kextutil',
    verdict: 'not-loadable',
    categories: [
      {
        name: 'Dependency Resolution Failures',
        diagnostics: [
          {
            text: 'No kexts found for these libraries',
            values: ['org.darwinos.family.Missing'],
          },
        ],
      },
    ],
    items: [{ status: 'stop', title: 'A library is missing', detail: 'Install its kext first.' }],
    text: 'Diagnostics for MyKext.kext:\nDependency Resolution Failures:\n',
  },
}

export const stoppedPlan: ActionPlan = {
  ...plan,
  planId: 'plan-2',
  needsSudoPassword: false,
  preflight,
  stops: [
    {
      id: 'not-a-virtual-machine',
      title: 'Lab Mac mini is not marked as a virtual machine',
      reason: 'A fault in a kext stops the whole machine, with everybody who works on it.',
    },
    {
      id: 'libraries',
      title: 'A library is missing',
      reason: 'org.darwinos.family.Missing is in no kext of the guest: the load will fail.',
    },
  ],
}

export const failedExpectations: ExpectationReport = {
  source: { kind: 'file', path: '/home/dev/my-kext/kextant.yaml' },
  waitedMs: 5000,
  results: [
    { title: 'MyKext is loaded', status: 'pass', seen: '1.0.2', when: 'after-load', line: 3 },
    {
      title: 'one service of class org_darwinos_MyKext, registered, on IOResources',
      status: 'fail',
      seen: 'one, !registered, !matched, active, busy 0',
      when: 'after-load',
      line: 6,
    },
    {
      title: 'as many org_darwinos_MyKext as before',
      status: 'unknown',
      seen: 'the guest has no ioclasscount',
      when: 'after-unload',
      line: 12,
    },
  ],
}

export const changes: ActionChanges = {
  identity: 'entry-id',
  because: 'one boot',
  entries: [
    { entry: driver, what: 'added', lines: [] },
    { entry: resources, what: 'changed', lines: ['clients: 12 → 13'] },
    { entry: client, what: 'removed', lines: [] },
  ],
  muted: [{ entry: resources, what: 'changed', lines: ['busy time: 12 ms → 13 ms'] }],
  noise: [{ rule: 'busy times', count: 3 }],
  subtree: [
    { depth: 0, entry: resources, stateWords: [], isNew: false, bundleIdentifier: null },
    {
      depth: 1,
      entry: driver,
      stateWords: ['registered', 'matched', 'active'],
      isNew: true,
      bundleIdentifier: id,
    },
  ],
  logLines: ['MyKext: start on IOResources'],
  logLinesMayLack: false,
  omittedCount: 2,
}

export const leaks: LeakReport = {
  bundleIdentifier: id,
  plannedCycles: 10,
  verdict: 'leaks',
  headline: 'Each cycle leaves one org_darwinos_MyKext behind.',
  baseline: {
    classCounts: [
      { className: 'org_darwinos_MyKext', count: 0 },
      { className: 'MyKextUserClient', count: 0 },
    ],
    allocations: [
      { name: 'Instance', bytes: 400_000 },
      { name: 'Container', bytes: 90_000 },
    ],
  },
  cycles: [1, 2, 3].map(cycle => ({
    cycle,
    loadMs: 210,
    unloadMs: 120,
    loadOutcome: null,
    unloadOutcome: null,
    classCounts: [
      { className: 'org_darwinos_MyKext', loaded: cycle, unloaded: cycle },
      { className: 'MyKextUserClient', loaded: 1, unloaded: 0 },
    ],
    allocations: [
      { name: 'Instance', bytes: 400_000 + cycle * 128 },
      { name: 'Container', bytes: 90_000 },
    ],
  })),
  growth: [
    {
      what: 'class',
      name: 'org_darwinos_MyKext',
      cycle: 1,
      before: 0,
      after: 1,
      isCertain: true,
    },
    {
      what: 'allocation',
      name: 'Instance',
      cycle: 1,
      before: 400_000,
      after: 400_128,
      isCertain: false,
    },
  ],
}

export const heldOpen: ActionRecord = { ...refused, id: 't1', blockers: held }

export const leakedInstance: ActionRecord = { ...refused, id: 't2', blockers: leaked }

export const leakHunt = recordOf('t3', 'Hunt leaks of MyKext', {
  request: {
    kind: 'leak-hunt',
    guestPath: '/Library/Extensions/MyKext.kext',
    bundleIdentifier: id,
    cycles: 10,
    timeoutMs: null,
  },
  conclusion: 'does-not-hold',
  report: null,
  leaks,
})

export const notExpected = recordOf('t4', 'Push and load MyKext.kext', {
  conclusion: 'does-not-hold',
  expectations: failedExpectations,
  changes,
  preflight,
})

const loadStep = stepOf(plan.steps[3]!)

export const waitsForApproval = recordOf('t5', 'Push and load MyKext.kext', {
  conclusion: 'waits-for-user',
  report: null,
  steps: [
    {
      ...loadStep,
      exitCode: 27,
      outcome: {
        kind: 'approval-needed',
        succeeded: false,
        isPending: true,
        pending: [],
        headline: 'The guest waits for its user to approve the kext.',
        explanation: 'macOS 10.13 and later ask once for each developer.',
        advice: ['Approve it in System Preferences, Security & Privacy.', 'Then load it again.'],
        evidence: ['Extension with identifiers org.darwinos.driver.MyKext not approved to load.'],
      },
    },
  ],
})

export const lostInPanic = recordOf('t6', 'Push and load MyKext.kext', {
  status: 'unknown',
  conclusion: 'connection',
  report: null,
  snapshotAfter: null,
  steps: [
    {
      ...loadStep,
      status: 'failed',
      exitCode: null,
      failure: { kind: 'guest-gone', address: 'vm:22', during: 'loading' },
    },
  ],
  resolution: {
    at: '2026-03-04T10:20:00.000Z',
    sentence: 'The guest went down and came back as another boot; MyKext is not loaded.',
  },
})

export const interrupted = recordOf('t7', 'Push and load MyKext.kext', {
  status: 'unknown',
  conclusion: 'interrupted',
  report: null,
  snapshotAfter: null,
})

export { bundle, instance }
