import { demoTimeline } from './demo-timeline.ts'
import { defaultPreferences } from '../../core/contract/preferences.ts'
import type { EventEnvelope, Handlers } from '../../core/contract/requests.ts'
import { answer } from '../../core/contract/answer.ts'
import { fromJson, toJson } from '../../core/contract/json-codec.ts'
import { ask } from '../../core/contract/transport.ts'
import type {
  ActionPlan,
  ActionRecord,
  Capture,
  ConnectionState,
  SavedTarget,
  WatchStatus,
} from '../../core/contract/types.ts'
import { notWatching } from '../../core/watch/watch-status.ts'
import { describeFormat } from '../../core/dump/describe-format.ts'
import { FailureError, type Failure, type Reply } from '../../core/failure.ts'
import { summaryOf } from '../../core/history/summary.ts'
import type { BuildComparison } from '../../core/kext/compare-builds.ts'
import type { BlockerReport } from '../../core/unload/blocker-report.ts'
import type { PageTransport } from '../../renderer/client.ts'
import { installedKexts, loadedKexts } from './demo-kexts.ts'
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

import { guest, kernelLog, sampleBundle, targets } from './demo-connection.ts'
import { demoReport, nothingInTheWay, planFor, startOf, withStep } from './demo-action.ts'

const noProject: Failure = { kind: 'busy', detail: 'No project is open.' }

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

  const timeline = demoTimeline(told => emit({ name: 'timeline.changed', payload: told }))
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
    timeline.add(capture)
    return capture
  }
  const fromGuest = () => makeCapture({ kind: 'guest', targetId: 'demo', label: 'Demo guest' })

  let preferences = defaultPreferences
  const timelineHandlers = timeline.handlers
  let watch = notWatching
  const setWatch = (change: Partial<WatchStatus>) => {
    watch = { ...watch, ...change }
    emit({ name: 'watch.changed', payload: watch })
    return watch
  }
  const handlers: Handlers = {
    ...timelineHandlers,
    'preferences.get': async () => preferences,
    'preferences.save': async change => {
      preferences = { ...preferences, [change.section]: change.value }
      emit({ name: 'preferences.changed', payload: change })
      return preferences
    },
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
    'redaction.preview': async () => ({ values: [], notLookedInto: [], isCut: false }),
    'redaction.save': async ({ path }) => ({ path, bytes: 1_234_567 }),
    'report.save': async ({ path }) => ({ path, bytes: 1_234_567 }),
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
    'picture.save': async ({ path, bytes, overwrite }) => {
      if (!overwrite && /taken/.test(path)) return fail({ kind: 'file-exists', path })
      return { path, bytes: bytes.length }
    },
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
    'watch.get': async () => watch,
    'watch.start': async ({ intervalMs, planes = [], budgetPercent }) =>
      setWatch({
        ...notWatching,
        phase: 'running',
        targetId: 'demo',
        options: { intervalMs, planes, budgetPercent },
        intervalMs: intervalMs ?? 1000,
        share: 0.013,
      }),
    'watch.stop': async () => setWatch({ phase: 'stopped', reason: 'asked' }),
    'watch.pause': async () => setWatch({ phase: 'paused', reason: 'asked' }),
    'watch.resume': async () => setWatch({ phase: 'running', reason: null }),
    'host.notify': async () => ({ isShown: false }),
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
