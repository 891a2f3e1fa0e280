import type {
  ActionPlan,
  ActionRecord,
  LocalBundle,
  PlannedStep,
  StepRecord,
} from '../../../core/contract/types.ts'
import type { InstalledKext } from '../../../core/kext/kext.ts'
import type { InstanceReport, VerifyReport } from '../../../core/verify/report.ts'
import { smallRecord } from '../../helpers/small-record.ts'

// A small driver on IOResources, as its author meets it: well done, never registered, not loadable.

export const myKext: InstalledKext = {
  path: '/home/dev/darwinos/build/debug/kexts/MyKext.kext',
  bundleIdentifier: 'org.darwinos.driver.MyKext',
  version: '1.0.2',
  executable: 'MyKext',
  compatibleVersion: null,
  libraries: [
    ['com.apple.kpi.iokit', '17.0'],
    ['com.apple.kpi.libkern', '17.0'],
  ],
  personalities: [
    {
      name: 'MyKext',
      publisher: 'org.darwinos.driver.MyKext',
      bundleIdentifier: 'org.darwinos.driver.MyKext',
      ioClass: 'org_darwinos_MyKext',
      providerClass: 'IOResources',
      matchCategory: 'org_darwinos_MyKext',
      probeScore: null,
      properties: {
        kind: 'dictionary',
        entries: [
          ['CFBundleIdentifier', { kind: 'string', text: 'org.darwinos.driver.MyKext' }],
          ['IOClass', { kind: 'string', text: 'org_darwinos_MyKext' }],
          ['IOProviderClass', { kind: 'string', text: 'IOResources' }],
          ['IOMatchCategory', { kind: 'string', text: 'org_darwinos_MyKext' }],
        ],
      },
    },
  ],
  problems: [],
  notes: [],
}

export const bundle: LocalBundle = {
  path: myKext.path,
  name: 'MyKext.kext',
  kext: myKext,
  files: [
    { path: 'Contents', size: 0, mode: 0o755, kind: 'folder' },
    { path: 'Contents/Info.plist', size: 1643, mode: 0o644, kind: 'file' },
    { path: 'Contents/MacOS', size: 0, mode: 0o755, kind: 'folder' },
    { path: 'Contents/MacOS/MyKext', size: 21_904, mode: 0o755, kind: 'file' },
  ],
  totalBytes: 23_547,
  note: 'The smallest driver: matches IOResources, starts, logs a line and registers its service.',
}

const onGuest = '/Library/Extensions/MyKext.kext'

const steps: readonly PlannedStep[] = [
  {
    phase: 'push',
    command: `sftp put ${bundle.path} /tmp/kextant-7f3a/MyKext.kext`,
    explanation: 'Copies the bundle (4 items, 23.5 kB) into a fresh folder of the guest.',
    runsAsRoot: false,
    changesGuest: true,
  },
  {
    phase: 'push',
    command: `sudo -n /bin/sh -c 'rm -rf ${onGuest} && mv /tmp/kextant-7f3a/MyKext.kext ${onGuest}'`,
    explanation: 'Moves it to where kexts lie, in place of the one before.',
    runsAsRoot: true,
    changesGuest: true,
  },
  {
    phase: 'push',
    command: `sudo -n /bin/sh -c 'chown -R root:wheel ${onGuest} && chmod -R go-w ${onGuest}'`,
    explanation: 'Makes root its owner; nobody else may write to it, or the kernel refuses it.',
    runsAsRoot: true,
    changesGuest: true,
  },
  {
    phase: 'load',
    command: `sudo -n /sbin/kextload -v ${onGuest}`,
    explanation: 'Loads it and sends its personalities to the kernel.',
    runsAsRoot: true,
    changesGuest: true,
  },
  {
    phase: 'verify',
    command: '/usr/sbin/ioreg -l -w0 -p IOService; /usr/sbin/kextstat; sudo -n /sbin/dmesg',
    explanation: 'Looks at the registry until it is quiet, at the kexts and at the kernel log.',
    runsAsRoot: true,
    changesGuest: false,
  },
]

export const plan: ActionPlan = {
  planId: 'plan-1',
  request: {
    kind: 'loop',
    bundlePath: bundle.path,
    endsWith: 'loaded',
    expectationsPath: null,
    timeoutMs: null,
  },
  title: 'Push and load MyKext.kext',
  steps,
  warnings: [
    'Version 1.0.1 of org.darwinos.driver.MyKext is loaded. The kernel keeps it until it is unloaded.',
  ],
  stops: [],
  preflight: null,
  expected: ['MyKext is loaded', 'one service of class org_darwinos_MyKext, registered'],
  expectedFrom: { kind: 'derived', from: 'Info.plist' },
  needsSudoPassword: true,
  changesGuest: true,
}

export const instance: InstanceReport = {
  id: '0x1000002c4',
  name: 'org_darwinos_MyKext',
  className: 'org_darwinos_MyKext',
  path: 'IOService:/IOResources/org_darwinos_MyKext',
  provider: {
    id: '0x10000010b',
    name: 'IOResources',
    className: 'IOResources',
    path: 'IOService:/IOResources',
  },
  stateWords: ['registered', 'matched', 'active'],
  busyCount: 0,
  registration: 'registered',
  explanation:
    'registerService() took effect: matching ran to its end on this service, and applications and other drivers can find it.',
}

export const goodReport: VerifyReport = {
  kind: 'load',
  verdict: 'good',
  headline: 'MyKext is loaded, and its service is registered.',
  kext: {
    bundleIdentifier: 'org.darwinos.driver.MyKext',
    isLoaded: true,
    version: '1.0.2',
    uuid: '5C0C2E9B-2A55-3A0E-93C0-7E3B7F4D1A10',
    bundleVersion: '1.0.2',
    isSameVersion: true,
    wasLoadedBefore: false,
    isAutoUnloaded: false,
  },
  checks: [
    { status: 'pass', title: 'kextload succeeded', detail: 'Exit code 0 after 0.4 s.' },
    { status: 'pass', title: 'The kernel has this build', detail: 'Version and UUID agree.' },
    { status: 'pass', title: 'A driver was started', detail: 'One new org_darwinos_MyKext.' },
    {
      status: 'pass',
      title: 'The service is registered',
      detail: 'registered, matched, active, busy 0 on 0x1000002c4.',
    },
    {
      status: 'unknown',
      title: 'No instance is left over',
      detail: 'ioclasscount had no count from before to compare with.',
    },
  ],
  personalities: [
    {
      personality: 'MyKext',
      ioClass: 'org_darwinos_MyKext',
      providerClass: 'IOResources',
      matchCategory: 'org_darwinos_MyKext',
      instances: [instance],
      registration: 'registered',
      whyNone: null,
    },
  ],
  added: [instance],
  removed: [],
  classCounts: [{ className: 'org_darwinos_MyKext', before: 0, after: 1, live: 1, excess: 0 }],
  newLogLines: ['MyKext: start on IOResources', 'MyKext: registerService()'],
  newLogLinesMayLack: false,
  settled: { isSettled: true, waitedMs: 640 },
}

export const silentReport: VerifyReport = {
  ...goodReport,
  verdict: 'attention',
  classCounts: [{ className: 'org_darwinos_MyKext', before: 1, after: 3, live: 1, excess: 2 }],
  headline: 'MyKext is loaded and started, but its service never registered.',
  checks: [
    ...goodReport.checks.slice(0, 3),
    {
      status: 'attention',
      title: 'The service is not registered',
      detail: '!registered, !matched, active, busy 0, 5.0 s after start() returned.',
    },
  ],
  personalities: [
    {
      ...goodReport.personalities[0]!,
      registration: 'not-registered',
      instances: [
        {
          ...instance,
          stateWords: ['!registered', '!matched', 'active'],
          registration: 'not-registered',
          explanation:
            'start() returned true and registerService() was never called. The service is in the tree, but applications and other drivers cannot find it.',
        },
      ],
    },
    {
      personality: 'MyKext PCI',
      ioClass: 'org_darwinos_MyKextPCI',
      providerClass: 'IOPCIDevice',
      matchCategory: null,
      instances: [],
      registration: 'no-instance',
      whyNone: 'No IOPCIDevice of this guest has the IOPCIMatch 0x12348086.',
    },
  ],
}

export function recordOf(
  id: string,
  title: string,
  fields: Partial<ActionRecord> = {},
): ActionRecord {
  return smallRecord({
    id,
    request: plan.request,
    title,
    targetId: 'demo',
    targetLabel: 'Demo guest',
    startedAt: '2026-03-04T10:15:00.000Z',
    endedAt: '2026-03-04T10:15:04.200Z',
    steps: steps.map(step => stepOf(step)),
    report: goodReport,
    snapshotBefore: 'before',
    snapshotAfter: 'after',
    ...fields,
  })
}

export function stepOf(step: PlannedStep, fields: Partial<StepRecord> = {}): StepRecord {
  return {
    ...step,
    status: 'done',
    output: [],
    exitCode: 0,
    durationMs: 410,
    outcome: null,
    failure: null,
    ...fields,
  }
}

export const loaded = recordOf('a1', plan.title)

export const neverRegistered = recordOf('a2', 'Push and load MyKext.kext', {
  conclusion: 'does-not-hold',
  report: silentReport,
})

export const refused = recordOf('a3', 'Unload org.darwinos.driver.MyKext', {
  request: {
    kind: 'unload',
    bundleIdentifier: 'org.darwinos.driver.MyKext',
    dependents: 'refuse',
    timeoutMs: null,
  },
  status: 'failed',
  conclusion: 'refused',
  report: null,
  snapshotAfter: null,
  steps: [
    stepOf(
      {
        phase: 'unload',
        command: 'sudo -n /sbin/kextunload -v -b org.darwinos.driver.MyKext',
        explanation: 'Stops its services, removes its personalities and unloads it.',
        runsAsRoot: true,
        changesGuest: true,
      },
      {
        status: 'failed',
        exitCode: 3,
        durationMs: 5210,
        output: [
          {
            stream: 'stderr',
            text: "(kernel) Can't unload kext org.darwinos.driver.MyKext; classes have instances:\n(kernel)     Kext org.darwinos.driver.MyKext class org_darwinos_MyKext has 1 instance.\n",
          },
          {
            stream: 'stderr',
            text: 'Failed to unload org.darwinos.driver.MyKext - (libkern/kext) kext is in use or retained (cannot unload).\n',
          },
        ],
        outcome: {
          kind: 'in-use',
          succeeded: false,
          isPending: false,
          pending: [],
          headline: 'It stays loaded: one org_darwinos_MyKext is still there.',
          explanation: 'The kernel unloads a kext only when no object of its classes is left.',
          advice: [
            'Close every application that has the service open.',
            'Look for a retain() without its release() in start() and stop().',
          ],
          evidence: ['(kernel)     Kext … class org_darwinos_MyKext has 1 instance.'],
        },
      },
    ),
    stepOf(
      { ...steps[4]!, explanation: 'Looks at the registry until it is quiet.' },
      { status: 'skipped', exitCode: null, durationMs: null },
    ),
  ],
})

/** The records a host would say one after the other while the plan runs. */
export function runOf(end: ActionRecord): readonly ActionRecord[] {
  return end.steps.map((_, at) => ({
    ...end,
    endedAt: null,
    status: 'running',
    conclusion: null,
    report: null,
    snapshotAfter: null,
    steps: end.steps.map((step, n) =>
      n < at
        ? step
        : {
            ...step,
            status: n === at ? 'running' : 'waiting',
            exitCode: null,
            durationMs: null,
            outcome: null,
            failure: null,
            output:
              n === at ? [{ stream: 'note', text: `running ${step.command.slice(0, 24)}…` }] : [],
          },
    ),
  }))
}
