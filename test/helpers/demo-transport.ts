import type { EventEnvelope, Handlers } from '../../core/contract/requests.ts'
import { answer } from '../../core/contract/answer.ts'
import { fromJson, toJson } from '../../core/contract/json-codec.ts'
import { ask } from '../../core/contract/transport.ts'
import type {
  ActionPlan,
  ActionRecord,
  Capture,
  ConnectedGuest,
  ConnectionState,
  LocalBundle,
  PlannedStep,
  SavedTarget,
  StepRecord,
} from '../../core/contract/types.ts'
import { describeFormat } from '../../core/dump/describe-format.ts'
import { FailureError, type Failure, type Reply } from '../../core/failure.ts'
import { newRecord, waitingStep } from '../../core/history/new-record.ts'
import { summaryOf } from '../../core/history/summary.ts'
import type { BuildComparison } from '../../core/kext/compare-builds.ts'
import type { BlockerReport } from '../../core/unload/blocker-report.ts'
import type { VerifyReport } from '../../core/verify/report.ts'
import type { PageTransport } from '../../renderer/client.ts'
import { helloNub, installedKexts, loadedKexts } from './demo-kexts.ts'
import { demoSnapshot, encoded } from './demo-registry.ts'

export interface DemoOptions {
  /** How a connection to the second target ends; the first always connects. */
  readonly connectFailure?: Failure
  readonly captureFailure?: Failure
  readonly isConnectedAtStart?: boolean
  readonly isPartial?: boolean
  /** PCI devices in the registry: more make it larger. */
  readonly pciCount?: number
  /** How long a step of work takes. */
  readonly stepMs?: number
  /** What was done before the page was opened, newest first. */
  readonly history?: readonly ActionRecord[]
  /** What a plan stops at, and what is known before it runs. */
  readonly planned?: Partial<Pick<ActionPlan, 'stops' | 'preflight' | 'expected' | 'warnings'>>
  /** What is in the way of every unload; nothing, unless it is told. */
  readonly blockers?: BlockerReport
  readonly builds?: BuildComparison
}

export interface DemoTransport extends PageTransport {
  readonly emit: (event: EventEnvelope) => void
}

const targets: readonly SavedTarget[] = [
  {
    id: 'demo',
    label: 'Demo guest',
    host: '127.0.0.1',
    port: 50022,
    user: 'demo',
    method: 'password',
    keyPath: null,
    hasSecret: true,
    isReadOnly: false,
    isVirtualMachine: true,
    isBuiltIn: true,
    note: 'A small Darwin 17 that comes with Kextant. One click connects.',
  },
  {
    id: 'vm',
    label: 'darwinOS VM',
    host: '192.168.64.5',
    port: 22,
    user: 'root',
    method: 'password',
    keyPath: null,
    hasSecret: false,
    isReadOnly: false,
    isVirtualMachine: true,
    isBuiltIn: false,
    note: null,
  },
  {
    id: 'lab',
    label: 'Lab Mac mini',
    host: 'lab-mini.local',
    port: 2222,
    user: 'driverdev',
    method: 'key',
    keyPath: '~/.ssh/id_ed25519',
    hasSecret: false,
    isReadOnly: true,
    isVirtualMachine: false,
    isBuiltIn: false,
    note: null,
  },
]

const kernelLog = [
  'Darwin Kernel Version 17.7.0: Thu Jun 21 22:53:14 PDT 2018; root:xnu-4570.71.2~1/RELEASE_X86_64',
  'vm_page_bootstrap: 987323 free pages and 53061 wired pages',
  'kext submap [0xffffff7f80a00000 - 0xffffff8000000000]',
  'zone leak detection enabled',
  'AppleACPICPU: ProcessorId=1 LocalApicId=0 Enabled',
  'IOPMrootDomain: idle sleep timer created',
  'Waiting on <dict ID="0"><key>IOProviderClass</key><string>IOResources</string></dict>',
  'en0: link up at 1000 Mbps',
]

const guest = (target: SavedTarget): ConnectedGuest => ({
  target,
  address: `${target.host}:${target.port}`,
  hostKeyFingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrhJMZpOvKc7sJVhPzLkGg0s',
  identity: {
    kernelVersion: kernelLog[0]!,
    darwinRelease: '17.7.0',
    darwinMajor: 17,
    osName: 'Mac OS X',
    osVersion: '10.13.6',
    osBuild: '17G65',
    machine: 'x86_64',
    bootSessionUuid: '2C0B4B61-8A6B-4F0E-8D0C-7A6F3D9B1E55',
    bootTime: 1_700_000_000,
    hostName: 'demo',
    kernelKind: 'RELEASE',
  },
  tools: { ioreg: '/usr/sbin/ioreg', kextstat: '/usr/sbin/kextstat', kextload: '/sbin/kextload' },
  root: 'sudo',
})

const sampleBundle: LocalBundle = {
  path: '/samples/HelloNub.kext',
  name: 'HelloNub.kext',
  kext: { ...helloNub, path: '/samples/HelloNub.kext' },
  files: [
    { path: 'Contents', size: 0, mode: 0o755, kind: 'folder' },
    { path: 'Contents/Info.plist', size: 1324, mode: 0o644, kind: 'file' },
    { path: 'Contents/MacOS/HelloNub', size: 18_432, mode: 0o755, kind: 'file' },
  ],
  totalBytes: 19_756,
  note: 'Starts on IOResources, sets a property and registers. The one that behaves well.',
}

/** Answers every request of the contract from generated data, in the page's own process. */
export function createDemoTransport(options: DemoOptions = {}): DemoTransport {
  const { pciCount = 14, stepMs = 60 } = options
  const listeners = new Set<(event: EventEnvelope) => void>()
  const running = new Map<string, AbortController>()
  const captures = new Map<string, { capture: Capture; bytes: Uint8Array }>()
  const plans = new Map<string, ActionPlan>()
  let saved: readonly SavedTarget[] = targets
  let history: readonly ActionRecord[] = options.history ?? []
  let latest: Capture | null = null
  let isLoaded = false
  let count = 0
  let connection: ConnectionState = { phase: 'disconnected', failure: null }

  const emit = (event: EventEnvelope) => {
    for (const listener of listeners) listener(fromJson(toJson(event)) as EventEnvelope)
  }
  const setConnection = (next: ConnectionState) => {
    connection = next
    emit({ name: 'connection.changed', payload: next })
    return next
  }
  const pause = (signal: AbortSignal, ms = stepMs) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, ms)
      signal.addEventListener('abort', () => {
        clearTimeout(timer)
        reject(new FailureError({ kind: 'cancelled' }))
      })
    })
  const fail = (failure: Failure): never => {
    throw new FailureError(failure)
  }

  const makeCapture = (source: Capture['source']): Capture => {
    const snapshot = demoSnapshot(isLoaded, pciCount)
    const snapshotId = `demo-${++count}`
    const capture: Capture = {
      snapshotId,
      source,
      format: 'ioreg-text',
      ...describeFormat('ioreg-text', snapshot),
      takenAt: new Date().toISOString(),
      durationMs: 842,
      identity: guest(targets[0]!).identity,
      planes: snapshot.planes.map(p => ({
        plane: p.plane,
        nodes: p.length,
        entries: new Set(p.entry).size,
      })),
      serviceCount: 40,
      kexts: loadedKexts(isLoaded),
      installed: installedKexts,
      classCounts: [['IOService', 90]],
      kernelLog: isLoaded ? [...kernelLog, 'HelloNub: start', 'HelloNub: registered'] : kernelLog,
      missing: options.isPartial
        ? [{ part: 'class counts', reason: 'The guest has no ioclasscount.' }]
        : [],
      problems: snapshot.problems,
      commands: [{ command: 'ioreg -l -w0', exitCode: 0, durationMs: 300, bytes: 60_000 }],
    }
    captures.set(snapshotId, { capture, bytes: encoded(snapshot) })
    latest = capture
    return capture
  }
  const fromGuest = () => makeCapture({ kind: 'guest', targetId: 'demo', label: 'Demo guest' })

  const handlers: Handlers = {
    'host.info': async () => ({
      host: 'web',
      version: '0.1.0',
      mayChangeGuest: true,
      platform: 'linux',
      homeFolder: '/home/dev',
    }),
    'host.folder': async ({ path }) => {
      const here = path ?? '/home/dev'
      const folder = here === '/home/dev'
      return {
        path: here,
        parent: here === '/' ? null : here.slice(0, here.lastIndexOf('/')) || '/',
        items: [
          { name: 'build', path: `${here}/build`, kind: 'folder' as const },
          { name: 'HelloNub.kext', path: `${here}/HelloNub.kext`, kind: 'kext' as const },
          { name: 'registry.txt', path: `${here}/registry.txt`, kind: 'file' as const },
        ].slice(folder ? 0 : 1),
      }
    },
    'targets.list': async () => saved,
    'targets.save': async input => {
      const { id, ...fields } = input
      const target: SavedTarget = {
        ...fields,
        id: id ?? `t${++count}`,
        hasSecret: false,
        isBuiltIn: false,
        note: null,
      }
      saved = [...saved.filter(known => known.id !== target.id), target]
      return target
    },
    'targets.remove': async ({ id }) => {
      saved = saved.filter(target => target.id !== id)
      return null
    },
    'guest.connection': async () => connection,
    'guest.connect': async ({ targetId, trustFingerprint }, signal) => {
      const target = saved.find(known => known.id === targetId) ?? targets[0]!
      setConnection({ phase: 'connecting', target, step: 'Comparing the host key' })
      try {
        await pause(signal)
        const failure = target.isBuiltIn ? undefined : options.connectFailure
        if (failure && !(failure.kind === 'host-key-unknown' && trustFingerprint)) fail(failure)
      } catch (error) {
        setConnection({ phase: 'disconnected', failure: null })
        throw error
      }
      return setConnection({ phase: 'connected', guest: guest(target) })
    },
    'guest.disconnect': async () => setConnection({ phase: 'disconnected', failure: null }),
    'guest.forgetHostKey': async () => null,
    'capture.take': async (_, signal) => {
      const steps = ['IOService plane', 'IODeviceTree plane', 'Kexts', 'Kernel log']
      for (const [done, step] of steps.entries()) {
        emit({ name: 'capture.progress', payload: { step, done, total: steps.length, bytes: 0 } })
        await pause(signal)
      }
      if (options.captureFailure) fail(options.captureFailure)
      return fromGuest()
    },
    'capture.open': async ({ path }, signal) => {
      await pause(signal)
      if (!path.endsWith('.txt')) {
        fail({ kind: 'not-a-dump', source: path, looksLike: 'an Info.plist' })
      }
      return makeCapture({ kind: 'file', path, label: path.split('/').at(-1)! })
    },
    'capture.save': async ({ path, overwrite }) => {
      if (!overwrite && /taken/.test(path)) return fail({ kind: 'file-exists', path })
      return { path, bytes: 1_234_567 }
    },
    'capture.get': async ({ snapshotId }) =>
      captures.get(snapshotId)?.capture ?? fail({ kind: 'unknown-snapshot', snapshotId }),
    'capture.latest': async () => latest,
    'bundles.samples': async () => [sampleBundle],
    'bundle.inspect': async ({ path }) =>
      path.endsWith('.kext')
        ? { ...sampleBundle, path }
        : fail({ kind: 'not-a-bundle', path, detail: 'it has no Info.plist' }),
    'bundle.personalities': async ({ path }) =>
      path.endsWith('.kext')
        ? [{ ...sampleBundle.kext, path }]
        : fail({ kind: 'not-a-bundle', path, detail: 'it has no Info.plist' }),
    'draft.plan': async () =>
      fail({ kind: 'bad-request', request: 'draft.plan', detail: 'nothing is drafted here' }),
    'draft.write': async () =>
      fail({ kind: 'bad-request', request: 'draft.write', detail: 'nothing is drafted here' }),
    'personality.save': async ({ path, overwrite }) => {
      if (!overwrite && /taken/.test(path)) return fail({ kind: 'file-exists', path })
      return { path, bytes: 1234 }
    },
    'bundle.lint': async ({ path, against }) => ({
      path,
      subject: 'bundle',
      bundleIdentifier: sampleBundle.kext.bundleIdentifier,
      version: sampleBundle.kext.version,
      against,
      executable: null,
      plugIns: [],
      findings: [],
      omitted: 0,
      counts: { error: 0, warning: 0, note: 0 },
    }),
    'action.plan': async request => {
      const plan = { ...planFor(request, `p${++count}`), ...options.planned }
      plans.set(plan.planId, plan)
      return plan
    },
    'action.run': async ({ planId, accepted }, signal) => {
      const plan = plans.get(planId) ?? fail({ kind: 'unknown-plan', planId })
      const open = plan.stops.filter(({ id }) => !accepted.includes(id))
      if (open.length > 0) fail({ kind: 'not-accepted', stops: open.map(({ id }) => id) })
      plans.delete(planId)
      let record = startOf(plan, `a${++count}`)
      const change = (next: ActionRecord) => {
        record = next
        history = [record, ...history.filter(known => known.id !== record.id)]
        emit({ name: 'action.changed', payload: record })
      }
      change(record)
      for (const index of record.steps.keys()) {
        change(withStep(record, index, { status: 'running' }))
        await pause(signal, stepMs * 4)
        const output = [
          { stream: 'stdout' as const, text: `${plan.steps[index]!.command}: done\n` },
        ]
        change(withStep(record, index, { status: 'done', output, exitCode: 0, durationMs: 240 }))
      }
      isLoaded = plan.request.kind !== 'unload'
      const capture = fromGuest()
      change({
        ...record,
        status: 'done',
        conclusion: 'holds',
        endedAt: new Date().toISOString(),
        report: demoReport(isLoaded),
        snapshotAfter: capture.snapshotId,
      })
      emit({ name: 'capture.taken', payload: { snapshotId: capture.snapshotId } })
      return record
    },
    'action.cancel': async () => null,
    'action.look': async ({ planId }) => {
      const plan = plans.get(planId) ?? fail({ kind: 'unknown-plan', planId })
      if (plan.changesGuest) {
        fail({ kind: 'bad-request', request: 'action.look', detail: 'this plan changes the guest' })
      }
      const record: ActionRecord = {
        ...startOf(plan, `a${++count}`),
        status: 'done',
        conclusion: 'holds',
        endedAt: new Date().toISOString(),
        report: demoReport(isLoaded),
      }
      history = [record, ...history]
      return record
    },
    'action.history': async () => history.map(summaryOf),
    'action.record': async ({ actionId }) =>
      history.find(({ id }) => id === actionId) ?? fail({ kind: 'unknown-action', actionId }),
    'action.search': async ({ text }) =>
      history
        .filter(record => JSON.stringify(record).toLowerCase().includes(text.toLowerCase()))
        .map(({ id }) => id),
    'action.export': async ({ path, overwrite }) => {
      if (!overwrite && /taken/.test(path)) return fail({ kind: 'file-exists', path })
      return { path, bytes: 4321 }
    },
    'unload.explain': async ({ bundleIdentifier }) =>
      options.blockers ?? nothingInTheWay(bundleIdentifier),
    'builds.compare': async ({ bundleIdentifier }) =>
      options.builds ?? {
        bundleIdentifier,
        host: null,
        file: null,
        loaded: null,
        verdict: 'unknown',
        sentence: 'None of the three builds is known.',
        advice: '',
      },
    'expectations.record': async ({ bundleIdentifier }) => ({
      text: `bundle: ${bundleIdentifier}\n`,
      suggestedPath: '/home/dev/kextant.yaml',
    }),
    'expectations.save': async ({ path, text }) => ({ path, bytes: text.length }),
    'project.get': async () => null,
    'project.open': async ({ path }) =>
      fail({ kind: 'not-a-project', path, detail: 'nothing is built here' }),
    'project.close': async () => null,
    'project.build': async () => fail(noProject),
    'project.cancelBuild': async () => null,
    'project.lastBuild': async () => null,
    'project.source': async () => fail(noProject),
    'project.edit': async () => fail(noProject),
  }

  if (options.isConnectedAtStart) {
    connection = { phase: 'connected', guest: guest(targets[0]!) }
    fromGuest()
  }
  const transport: DemoTransport = {
    emit,
    openFile: (file, signal) => ask(transport, 'capture.open', { path: file.name }, { signal }),
    request: async (name, params, requestId) => {
      const mine = new AbortController()
      running.set(requestId, mine)
      const caller = {
        mayChangeGuest: true,
        reportBug: (error: unknown) => console.error(error),
      }
      const reply = await answer(handlers, caller, name, params, mine.signal)
      running.delete(requestId)
      return fromJson(toJson(reply)) as Reply<unknown>
    },
    cancel: requestId => running.get(requestId)?.abort(),
    snapshot: async snapshotId =>
      captures.get(snapshotId)?.bytes ?? fail({ kind: 'unknown-snapshot', snapshotId }),
    subscribe: listener => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  return transport
}

const noProject: Failure = { kind: 'busy', detail: 'No project is open.' }

function nothingInTheWay(bundleIdentifier: string): BlockerReport {
  return {
    bundleIdentifier,
    when: 'before',
    verdict: 'free',
    headline: 'Nothing is in the way.',
    explanation: '',
    dependents: [],
    dependencies: [],
    instances: [],
    classes: [],
    advice: [],
    missing: [],
    omittedCount: 0,
  }
}

function planFor(request: ActionPlan['request'], planId: string): ActionPlan {
  const step = (
    phase: PlannedStep['phase'],
    command: string,
    explanation: string,
    runsAsRoot: boolean,
  ): PlannedStep => ({ phase, command, explanation, runsAsRoot, changesGuest: true })
  const target = '/Library/Extensions/HelloNub.kext'
  const isUnload = request.kind === 'unload'
  const look: PlannedStep = {
    phase: 'verify',
    command: 'ioreg, kextstat, dmesg',
    explanation: 'Looks at what is there.',
    runsAsRoot: false,
    changesGuest: false,
  }
  return {
    planId,
    request,
    title: titleFor(request),
    steps: isUnload
      ? [
          step(
            'unload',
            `sudo -n kextunload -b ${request.bundleIdentifier}`,
            'Stops and unloads it.',
            true,
          ),
        ]
      : request.kind === 'verify'
        ? [look]
        : [
            step('push', 'sftp put HelloNub.kext (3 files, 19,756 bytes)', 'Sends it.', false),
            step('push', `sudo -n chown -R root:wheel ${target}`, 'Makes root its owner.', true),
            step('load', `sudo -n kextload ${target}`, 'Loads it and starts matching.', true),
            look,
          ],
    warnings:
      isUnload || request.kind === 'verify'
        ? []
        : ['A kext runs in the kernel: a fault in it stops the guest.'],
    stops: [],
    preflight: null,
    expected: isUnload ? [] : ['HelloNub is loaded'],
    expectedFrom: null,
    needsSudoPassword: false,
    changesGuest: request.kind !== 'verify',
  }
}

function titleFor(request: ActionPlan['request']): string {
  switch (request.kind) {
    case 'unload':
      return `Unload ${request.bundleIdentifier}`
    case 'verify':
      return `Verify ${request.bundleIdentifier}`
    case 'reload':
      return `Reload ${request.bundleIdentifier}`
    case 'leak-hunt':
      return `Hunt leaks of ${request.bundleIdentifier}`
    case 'terminate-class':
      return `Terminate ${request.className}`
    case 'push':
    case 'preflight':
    case 'loop':
    case 'load':
      return 'Push and load HelloNub.kext'
  }
}

function startOf(plan: ActionPlan, id: string): ActionRecord {
  return {
    ...newRecord({
      id,
      request: plan.request,
      title: plan.title,
      targetId: 'demo',
      targetLabel: 'Demo guest',
      subject: { bundleIdentifier: 'io.darwinos.contrib.HelloNub', guestPath: null },
      boot: null,
      startedAt: new Date().toISOString(),
      steps: plan.steps.map(waitingStep),
      accepted: plan.stops.map(({ id: stop }) => stop),
    }),
    preflight: plan.preflight,
  }
}

function withStep(record: ActionRecord, at: number, change: Partial<StepRecord>): ActionRecord {
  return {
    ...record,
    steps: record.steps.map((step, index) => (index === at ? { ...step, ...change } : step)),
  }
}

function demoReport(isLoaded: boolean): VerifyReport {
  const brief = {
    id: '0x100000402',
    name: 'org_kextant_HelloNub',
    className: 'org_kextant_HelloNub',
    path: 'IOService:/iMac19,1/IOResources/org_kextant_HelloNub',
  }
  const provider = {
    id: '0x100000118',
    name: 'IOResources',
    className: 'IOResources',
    path: 'IOService:/iMac19,1/IOResources',
  }
  const uuid = loadedKexts(true).at(-1)!.uuid
  return {
    kind: isLoaded ? 'load' : 'unload',
    verdict: 'good',
    headline: isLoaded
      ? 'HelloNub is loaded, and its service is registered.'
      : 'HelloNub is unloaded and left nothing behind.',
    kext: {
      bundleIdentifier: helloNub.bundleIdentifier,
      isLoaded,
      version: isLoaded ? '1.0.0' : null,
      uuid: isLoaded ? uuid : null,
      bundleVersion: '1.0.0',
      isSameVersion: isLoaded ? true : null,
      wasLoadedBefore: false,
      isAutoUnloaded: false,
    },
    checks: [
      { status: 'pass', title: isLoaded ? 'The kext is loaded' : 'The kext is gone', detail: '' },
      { status: 'pass', title: 'Instances are as expected', detail: 'HelloNub: 1' },
    ],
    personalities: isLoaded
      ? [
          {
            personality: 'HelloNub',
            ioClass: 'org_kextant_HelloNub',
            providerClass: 'IOResources',
            matchCategory: 'IODefaultMatchCategory',
            instances: [
              {
                ...brief,
                provider,
                stateWords: ['registered', 'matched', 'active'],
                busyCount: 0,
                registration: 'registered',
                explanation: 'registerService() took effect.',
              },
            ],
            registration: 'registered',
            whyNone: null,
          },
        ]
      : [],
    added: isLoaded ? [brief] : [],
    removed: isLoaded ? [] : [brief],
    classCounts: [
      {
        className: 'org_kextant_HelloNub',
        before: isLoaded ? 0 : 1,
        after: isLoaded ? 1 : 0,
        live: isLoaded ? 1 : 0,
        excess: 0,
      },
    ],
    newLogLines: isLoaded ? ['HelloNub: start', 'HelloNub: registered'] : ['HelloNub: stop'],
    newLogLinesMayLack: false,
    settled: { isSettled: true, waitedMs: 240 },
  }
}
