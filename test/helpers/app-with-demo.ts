import { join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'
import type {
  EventEnvelope,
  Params,
  RequestName,
  Result,
  TargetInput,
} from '../../core/contract/requests.ts'
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
  readonly service: Service
  readonly guest: DemoGuest
  readonly events: readonly EventEnvelope[]
  /** Asks as a host does: through the one door that checks everything. Throws the failure. */
  ask<N extends RequestName>(name: N, params: Params<N>, signal?: AbortSignal): Promise<Result<N>>
  /** Saves the guest as a target, connects to it, and returns the target's id. */
  connect(changes?: Partial<TargetInput>): Promise<string>
  capture(): Promise<Capture>
  /** Plans, consents, runs. */
  act(request: ActionRequest): Promise<ActionRecord>
}

export interface DemoOptions {
  readonly ioregHasArchive?: boolean
  readonly rebootMs?: number
  /** Beside the machine's own, or in their place. */
  readonly programs?: Programs
  readonly password?: string
  /** Put around each program. */
  readonly wrap?: (program: Program) => Program
}

/** The app's own service and the demo guest, over a real socket. */
export async function startAppWithDemo({
  programs = new Map(),
  wrap = program => program,
  password = 'kernel',
  ...options
}: DemoOptions = {}): Promise<AppWithDemo> {
  const guest = await startDemoGuest({
    password,
    createMachine: files => {
      const machine = createDemoMachine(files, { rebootMs: 1500, ...options })
      const all = [...machine.programs, ...programs]
      return {
        ...machine,
        programs: new Map(all.map(([path, program]) => [path, wrap(program)])),
      }
    },
  })
  const service = createService({
    host: 'cli',
    version: '0.0.0',
    mayChangeGuest: true,
    settingsFolder: temporaryFolder(),
    samplesFolder,
    parseWorker: new URL('../../main/service/parse-worker.ts', import.meta.url),
    builtInTargets: [],
  })
  const events: EventEnvelope[] = []
  service.subscribe(event => events.push(event))
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
    service,
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
    async act(request) {
      const plan = await ask('action.plan', request)
      return ask('action.run', { planId: plan.planId, consent: true, sudoPassword: null })
    },
  }
}
