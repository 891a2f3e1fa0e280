import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type {
  ActionPlan,
  ActionRecord,
  ActionRequest,
  ConnectedGuest,
  StepStatus,
} from '../../core/contract/types.ts'
import { FailureError, type Failure } from '../../core/failure.ts'
import type { GuestSession } from '../guest/session.ts'
import { createActionLog, type RunningAction } from './action-log.ts'
import type { TakenCapture } from './capture-guest.ts'
import type { Connection } from './connection.ts'
import type { Recipe, RecipeContext, RecipeStep } from './recipe.ts'
import { refuseReadOnly } from './targets.ts'

export interface ActionsOptions {
  readonly connection: Connection
  /** A capture through this session that begins now. */
  readonly capture: (session: GuestSession, signal: AbortSignal) => Promise<TakenCapture>
  /** The newest one of this boot of this guest. */
  readonly latestCapture: (guest: ConnectedGuest) => TakenCapture | null
  readonly changed: (record: ActionRecord) => void
}

export interface Actions {
  plan(request: ActionRequest): Promise<ActionPlan>
  run(planId: string, sudoPassword: string | null, signal: AbortSignal): Promise<ActionRecord>
  history(): readonly ActionRecord[]
  /** From any page: the one that started it may be gone. An action that is over stays as it is. */
  cancel(actionId: string): void
  /** Cancels what runs and waits until the guest is left tidy. */
  stop(): Promise<void>
}

/** Plans that were shown and not run; the oldest are dropped. */
const mostPlans = 20
/** A guest that panicked is back after its boot. */
const rebootLimitMs = 120_000
const stopLimitMs = 3000
const nothing = { report: null, snapshotAfter: null } as const

interface Planned {
  readonly plan: ActionPlan
  readonly recipe: Recipe
  readonly session: GuestSession
}

/** What changes the guest: shown first, consented to, run step by step, kept with its output. */
export function createActions(options: ActionsOptions): Actions {
  const { connection } = options
  const plans = new Map<string, Planned>()
  const log = createActionLog(options.changed)
  const stopAll = new AbortController()
  let running: Promise<ActionRecord> | undefined
  let current: { readonly id: string; readonly stop: AbortController } | undefined

  async function carryOut(planned: Planned, stop: AbortController): Promise<ActionRecord> {
    const { plan, recipe, session } = planned
    const { signal } = stop
    const guest = connection.guest()
    const action = log.start(plan, guest.target.label)
    current = { id: action.record().id, stop }
    const context: RecipeContext = {
      session,
      capture: () => options.capture(session, signal),
      signal,
      output: (stream, text) => action.output(stream, text),
    }
    try {
      for (const step of recipe.steps) {
        action.begin()
        const result = await step.run(context)
        const isFailed = result.outcome?.succeeded === false
        action.end({ ...result, status: isFailed ? 'failed' : 'done' })
        // A refused load is still followed by a look at what it left behind.
        if (isFailed && !recipe.goesOnAfterFailure(step)) break
      }
      return finish(action, recipe)
    } catch (error) {
      // A timer that was stopped throws an error of its own; the record has to end all the same.
      const failure: Failure = signal.aborted
        ? { kind: 'cancelled' }
        : error instanceof FailureError
          ? error.failure
          : { kind: 'internal', detail: error instanceof Error ? error.message : String(error) }
      action.end({ status: 'failed', failure })
      action.output('note', whatChanged(recipe, action.record(), failure, session.isOpen))
      if (failure.kind === 'cancelled') return action.finish({ status: 'cancelled', ...nothing })
      if (failure.kind === 'connection-lost') {
        return await afterLoss(action, plan, guest, signal).catch((reason: unknown) => {
          action.finish({ status: 'failed', ...nothing })
          throw reason
        })
      }
      const record = action.finish({ status: 'failed', ...nothing })
      // A bug: the record is whole, and whoever asked is told.
      if (failure.kind === 'internal') throw error
      return record
    }
  }

  function finish(action: RunningAction, recipe: Recipe): ActionRecord {
    const { report, snapshotAfter } = recipe.result()
    const isFailed = action.record().steps.some(step => step.status === 'failed')
    const status = isFailed || report?.verdict === 'bad' ? 'failed' : 'done'
    return action.finish({ status, report, snapshotAfter })
  }

  /** The connection broke off in the middle: did the guest go down, and is it back as another boot? */
  async function afterLoss(
    action: RunningAction,
    plan: ActionPlan,
    lost: ConnectedGuest,
    signal: AbortSignal,
  ): Promise<ActionRecord> {
    action.output('note', 'The connection broke off. Waiting for the guest to come back …')
    const isBack = await connection.waitUntilBack(lost.target.id, rebootLimitMs, signal)
    if (signal.aborted) {
      action.end({ status: 'failed', failure: { kind: 'cancelled' } })
      return action.finish({ status: 'cancelled', ...nothing })
    }
    const about = { address: lost.address, during: plan.title }
    if (!isBack) {
      action.end({ status: 'failed', failure: { kind: 'guest-gone', ...about } })
      return action.finish({ status: 'failed', ...nothing })
    }
    // What was captured before belongs to the boot before: there is nothing to compare across two boots.
    const [before, after] = [bootOf(lost), bootOf(connection.guest())]
    if (before !== null && after !== null && before !== after) {
      action.output('note', `The guest is back as another boot (${after}).`)
      action.end({ status: 'failed', failure: { kind: 'guest-rebooted', ...about } })
    } else if (before !== null && after !== null) {
      action.output(
        'note',
        'The guest is back, and it is the same boot: only the connection was lost.',
      )
    } else action.output('note', 'The guest is back; it does not tell whether it is the same boot.')
    const taken = await options.capture(connection.session(), signal).catch(() => null)
    const snapshotAfter = taken?.capture.snapshotId ?? null
    return action.finish({ status: 'failed', report: null, snapshotAfter })
  }

  return {
    history: () => log.list(),
    cancel(actionId) {
      if (current?.id === actionId) current.stop.abort()
    },
    async stop() {
      stopAll.abort()
      // Time to tidy up in the guest, while the connection is there; one that does not answer may not hold
      // up the end.
      const limit = new AbortController()
      await Promise.race([
        running?.catch(() => undefined),
        sleep(stopLimitMs, undefined, { signal: limit.signal }).catch(() => undefined),
      ])
      limit.abort()
    },
    async plan(request) {
      const guest = connection.guest()
      refuseReadOnly(guest.target, 'action.plan')
      const session = connection.session()
      const known = options.latestCapture(guest)?.capture
      const { buildRecipe } = await import('./recipe.ts')
      const recipe = await buildRecipe(request, {
        session,
        installed: known?.installed ?? [],
        kexts: known?.kexts ?? null,
      })
      const plan: ActionPlan = {
        planId: randomUUID(),
        request,
        title: recipe.title,
        steps: recipe.steps.map(step => step.planned),
        warnings: recipe.warnings,
        needsSudoPassword: await needsSudoPassword(session),
      }
      plans.set(plan.planId, { plan, recipe, session })
      for (const id of plans.keys()) {
        if (plans.size <= mostPlans) break
        plans.delete(id)
      }
      return plan
    },
    async run(planId, sudoPassword, signal) {
      const planned = plans.get(planId)
      if (!planned) throw new FailureError({ kind: 'unknown-plan', planId })
      if (running) {
        const detail = 'Another action is under way; wait for it, or cancel it.'
        throw new FailureError({ kind: 'busy', detail })
      }
      refuseReadOnly(connection.guest().target, 'action.run')
      // A plan is for one time, and for the connection that it was made for: after another one it may be
      // another guest, or another boot of this one.
      plans.delete(planId)
      if (planned.session !== connection.session()) {
        throw new FailureError({ kind: 'unknown-plan', planId })
      }
      const stop = new AbortController()
      const either = AbortSignal.any([signal, stopAll.signal])
      const cancel = () => stop.abort()
      either.addEventListener('abort', cancel, { once: true })
      if (either.aborted) cancel()
      running = (async () => {
        await planned.recipe.check()
        if (stop.signal.aborted) throw new FailureError({ kind: 'cancelled' })
        if (sudoPassword !== null) planned.session.setSudoPassword(sudoPassword)
        return carryOut(planned, stop)
      })()
      try {
        return await running
      } finally {
        either.removeEventListener('abort', cancel)
        running = current = undefined
      }
    },
  }
}

/** Asks sudo with `-n`, which never prompts: the window must know before it shows the consent. */
async function needsSudoPassword(session: GuestSession): Promise<boolean> {
  try {
    await session.run({
      name: 'sudo',
      argv: ['/usr/bin/true'],
      asRoot: true,
      okExitCodes: 'any',
      timeoutMs: 15_000,
    })
    return false
  } catch (error) {
    if (!(error instanceof FailureError)) throw error
    const { kind } = error.failure
    if (kind === 'connection-lost' || kind === 'not-connected') throw error
    return kind === 'sudo-password-needed' || kind === 'sudo-refused'
  }
}

/** Differs after every boot; a kernel without boot sessions is told apart by its boot time. */
function bootOf({ identity }: ConnectedGuest): string | null {
  return identity.bootSessionUuid ?? identity.bootTime?.toString() ?? null
}

/** For an action that ended early: what is different in the guest now, as far as Kextant can know. */
function whatChanged(
  recipe: Recipe,
  record: ActionRecord,
  failure: Failure,
  isConnected: boolean,
): string {
  const did = (effect: RecipeStep['effect'], status: StepStatus) =>
    recipe.steps.filter((step, at) => step.effect === effect && record.steps[at]?.status === status)
  const lines: string[] = []
  const done = did('lasting', 'done').map(step => step.planned.command)
  const isUncertain = uncertainEnds.has(failure.kind)
  const cut = isUncertain ? did('lasting', 'failed').map(step => step.planned.command) : []
  if (done.length > 0) lines.push(`In the guest this has changed: ${done.join('; ')}`)
  for (const command of cut) {
    lines.push(`This was under way and may have taken effect; capture again to see: ${command}`)
  }
  if (done.length + cut.length === 0) lines.push('Nothing in the guest has changed.')
  if (done.length === 0 && did('passing', 'done').length > 0) {
    const left = 'What had been sent may be left under /tmp, since the guest could not be reached.'
    lines.push(isConnected ? 'What had been sent was removed again.' : left)
  }
  return lines.join('\n')
}

/** After these nobody knows how far the tool had come; any other failure is its own word that it refused. */
const uncertainEnds: ReadonlySet<Failure['kind']> = new Set([
  'cancelled',
  'connection-lost',
  'not-connected',
  'command-timed-out',
  'internal',
])
