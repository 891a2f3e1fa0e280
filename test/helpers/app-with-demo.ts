import { join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'
import type { TargetInput } from '../../core/contract/guest-requests.ts'
import type { EventEnvelope, Params, RequestName, Result } from '../../core/contract/requests.ts'
import { answer } from '../../core/contract/answer.ts'
import { unwrap } from '../../core/contract/schema.ts'
import type { ActionRecord, ActionRequest, Capture } from '../../core/contract/types.ts'
import { startDemoGuest, type DemoGuest } from '../../main/demo/demo-guest.ts'
import type { Program, Programs } from '../../main/demo/program.ts'
import { createDemoMachine } from '../../main/demo/machine/demo-machine.ts'
import { createService, type Service } from '../../main/service/service.ts'
import { temporaryFolder } from './temporary-folder.ts'

export const projectFolder = resolve(import.meta.dirname, '../..')
export const samplesFolder = join(projectFolder, 'assets', 'kexts')

export interface AppWithDemo {
  /** The one that runs now. */
  readonly service: Service
  readonly settingsFolder: string
  readonly guest: DemoGuest
  readonly events: readonly EventEnvelope[]
  /** Asks as a host does: through the one door that checks everything. Throws the failure. */
  ask<N extends RequestName>(name: N, params: Params<N>, signal?: AbortSignal): Promise<Result<N>>
  /** Saves the guest as a target, connects to it, and returns the target's id. */
  connect(changes?: Partial<TargetInput>): Promise<string>
  capture(): Promise<Capture>
  /** Plans, consents, accepts what the plan stops at, runs. */
  act(request: ActionRequest, signal?: AbortSignal): Promise<ActionRecord>
  /** Ends Kextant and starts it again, with the same settings and the same guest. */
  restart(): Promise<void>
}

export interface DemoOptions {
  readonly ioregHasArchive?: boolean
  readonly rebootMs?: number
  readonly autounloadIntervalMs?: number
  /** Beside the machine's own, or in their place. */
  readonly programs?: Programs
  /** Changes what the guest has before it starts. */
  readonly change?: (programs: Map<string, Program>) => void
  readonly password?: string
  readonly settingsFolder?: string
  /** Put around each program. */
  readonly wrap?: (program: Program) => Program
}

/** The app's own service and the demo guest, over a real socket. */
export async function startAppWithDemo({
  programs = new Map(),
  wrap = program => program,
  change = () => undefined,
  password = 'kernel',
  settingsFolder = temporaryFolder(),
  ...options
}: DemoOptions = {}): Promise<AppWithDemo> {
  const guest = await startDemoGuest({
    password,
    createMachine: files => {
      const machine = createDemoMachine(files, { rebootMs: 1500, ...options })
      const all = new Map([...machine.programs, ...programs])
      change(all)
      return {
        ...machine,
        programs: new Map([...all].map(([path, program]) => [path, wrap(program)])),
      }
    },
  })
  const events: EventEnvelope[] = []
  const start = (): Service => {
    const started = createService({
      host: 'cli',
      version: '0.0.0',
      mayChangeGuest: true,
      settingsFolder,
      samplesFolder,
      parseWorker: new URL('../../main/service/parse-worker.ts', import.meta.url),
      builtInTargets: [],
    })
    started.subscribe(event => events.push(event))
    return started
  }
  let service = start()
  onTestFinished(async () => {
    await service.stop()
    await guest.stop()
  })
  const bugs: unknown[] = []
  const caller = { mayChangeGuest: true, reportBug: (error: unknown) => bugs.push(error) }

  const ask = async <N extends RequestName>(
    name: N,
    params: Params<N>,
    signal = new AbortController().signal,
  ): Promise<Result<N>> => {
    const reply = await answer(service.handlers, caller, name, params, signal)
    // A bug is not a failure to be expected by a test: show it with its stack.
    if (bugs.length > 0) throw bugs[0]
    return unwrap(reply) as Result<N>
  }

  return {
    get service() {
      return service
    },
    settingsFolder,
    guest,
    events,
    ask,
    async connect(changes = {}) {
      const target = await ask('targets.save', {
        id: null,
        label: 'The guest',
        host: guest.host,
        port: guest.port,
        user: guest.user,
        method: 'password',
        keyPath: null,
        isReadOnly: false,
        isVirtualMachine: true,
        ...changes,
      })
      await ask('guest.connect', {
        targetId: target.id,
        secret: guest.password,
        trustFingerprint: guest.hostKeyFingerprint,
      })
      return target.id
    },
    capture: () => ask('capture.take', {}),
    async restart() {
      await service.stop()
      service = start()
    },
    async act(request, signal) {
      const plan = await ask('action.plan', request, signal)
      const run = {
        planId: plan.planId,
        consent: true as const,
        accepted: plan.stops.map(stop => stop.id),
        sudoPassword: plan.needsSudoPassword ? guest.password : null,
      }
      return ask('action.run', run, signal)
    },
  }
}

const usual = { expectationsPath: null, timeoutMs: null }

/** The loop of a bundle, with nothing said beyond it. */
export function loopOf(
  bundlePath: string,
  endsWith: 'loaded' | 'unloaded' = 'loaded',
): Extract<ActionRequest, { kind: 'loop' }> {
  return { kind: 'loop', bundlePath, endsWith, ...usual }
}

export function loadOf(
  guestPath: string,
  bundleIdentifier: string,
): Extract<ActionRequest, { guestPath: string }> {
  return { kind: 'load', guestPath, bundleIdentifier, ...usual }
}

export function unloadOf(
  bundleIdentifier: string,
  dependents: 'refuse' | 'unload-first' = 'refuse',
): Extract<ActionRequest, { kind: 'unload' }> {
  return { kind: 'unload', bundleIdentifier, dependents, timeoutMs: null }
}

export function verifyOf(
  bundleIdentifier: string,
  bundlePath: string | null = null,
): Extract<ActionRequest, { kind: 'verify' }> {
  return { kind: 'verify', bundleIdentifier, bundlePath, ...usual }
}
