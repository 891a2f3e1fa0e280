import { randomUUID } from 'node:crypto'
import type {
  ActionPlan,
  ActionRecord,
  ActionRequest,
  ConnectedGuest,
} from '../../core/contract/types.ts'
import { FailureError, type Failure } from '../../core/failure.ts'
import { createActionLog, type RunningAction } from './action-log.ts'
import type { TakenCapture } from './capture-guest.ts'
import type { Connection } from './connection.ts'
import { buildRecipe, type Recipe, type RecipeContext } from './recipe.ts'
import { refuseReadOnly } from './targets.ts'

export interface ActionsOptions {
  readonly connection: Connection
  readonly capture: (signal: AbortSignal) => Promise<TakenCapture>
  readonly latestCapture: () => TakenCapture | null
  readonly changed: (record: ActionRecord) => void
}

export interface Actions {
  plan(request: ActionRequest): Promise<ActionPlan>
  run(planId: string, sudoPassword: string | null, signal: AbortSignal): Promise<ActionRecord>
  history(): readonly ActionRecord[]
  cancelAll(): void
}

/** Plans that were shown and not run; the oldest are dropped. */
const mostPlans = 20
/** A guest that panicked is back after its boot. */
const rebootLimitMs = 120_000

/** What changes the guest: shown first, consented to, run step by step, kept with its output. */
export function createActions(options: ActionsOptions): Actions {
  const { connection } = options
  const plans = new Map<string, { readonly plan: ActionPlan; readonly recipe: Recipe }>()
  const log = createActionLog(options.changed)
  const stopAll = new AbortController()
  let isRunning = false

  async function carryOut(
    recipe: Recipe,
    plan: ActionPlan,
    signal: AbortSignal,
  ): Promise<ActionRecord> {
    const action = log.start(plan, connection.guest().target.label)
    const context: RecipeContext = {
      session: () => connection.session(),
      capture: () => options.capture(signal),
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
      const failure: Failure = signal.aborted ? { kind: 'cancelled' } : failureOf(error)
      action.end({ status: 'failed', failure })
      if (failure.kind === 'cancelled') {
        return action.finish({ status: 'cancelled', report: null, snapshotAfter: null })
      }
      if (failure.kind === 'connection-lost') return await afterLoss(action, plan, signal)
      return action.finish({ status: 'failed', report: null, snapshotAfter: null })
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
    signal: AbortSignal,
  ): Promise<ActionRecord> {
    const state = connection.state()
    const before = state.phase === 'lost' ? bootOf(state.guest) : null
    action.output('note', 'The connection broke off. Waiting for the guest to come back …')
    const isBack = await connection.waitUntilBack(rebootLimitMs, signal)
    const about = { address: state.phase === 'lost' ? state.guest.address : '', during: plan.title }
    if (!isBack) {
      action.end({ status: 'failed', failure: { kind: 'guest-gone', ...about } })
      return action.finish({ status: 'failed', report: null, snapshotAfter: null })
    }
    const after = bootOf(connection.guest())
    if (before !== null && after !== null && before !== after) {
      action.output('note', `The guest is back as another boot (${after}).`)
      action.end({ status: 'failed', failure: { kind: 'guest-rebooted', ...about } })
    } else {
      action.output(
        'note',
        'The guest is back, and it is the same boot: only the connection was lost.',
      )
    }
    const taken = await options.capture(signal).catch(() => null)
    const snapshotAfter = taken?.capture.snapshotId ?? null
    return action.finish({ status: 'failed', report: null, snapshotAfter })
  }

  return {
    history: () => log.list(),
    cancelAll: () => stopAll.abort(),
    async plan(request) {
      const guest = connection.guest()
      refuseReadOnly(guest.target, 'action.plan')
      const recipe = await buildRecipe(request, {
        session: connection.session(),
        installed: options.latestCapture()?.capture.installed ?? [],
        kexts: options.latestCapture()?.capture.kexts ?? [],
      })
      const plan: ActionPlan = {
        planId: randomUUID(),
        request,
        title: recipe.title,
        steps: recipe.steps.map(step => step.planned),
        warnings: recipe.warnings,
        needsSudoPassword: await needsSudoPassword(connection),
      }
      plans.set(plan.planId, { plan, recipe })
      for (const id of plans.keys()) {
        if (plans.size <= mostPlans) break
        plans.delete(id)
      }
      return plan
    },
    async run(planId, sudoPassword, signal) {
      const planned = plans.get(planId)
      if (!planned) throw new FailureError({ kind: 'unknown-plan', planId })
      if (isRunning) {
        const detail = 'Another action is under way; wait for it, or cancel it.'
        throw new FailureError({ kind: 'busy', detail })
      }
      refuseReadOnly(connection.guest().target, 'action.run')
      if (sudoPassword !== null) connection.session().setSudoPassword(sudoPassword)
      // A plan is for one time: what it rests on has changed after it.
      plans.delete(planId)
      isRunning = true
      try {
        const either = AbortSignal.any([signal, stopAll.signal])
        return await carryOut(planned.recipe, planned.plan, either)
      } finally {
        isRunning = false
      }
    },
  }
}

/** Asks sudo with `-n`, which never prompts: the window must know before it shows the consent. */
async function needsSudoPassword(connection: Connection): Promise<boolean> {
  try {
    await connection.session().run({
      name: 'sudo',
      argv: ['/usr/bin/true'],
      asRoot: true,
      okExitCodes: 'any',
      timeoutMs: 15_000,
    })
    return false
  } catch (error) {
    const failure = failureOf(error)
    return failure.kind === 'sudo-password-needed' || failure.kind === 'sudo-refused'
  }
}

/** Differs after every boot; a kernel without boot sessions is told apart by its boot time. */
function bootOf({ identity }: ConnectedGuest): string | null {
  return identity.bootSessionUuid ?? identity.bootTime?.toString() ?? null
}

function failureOf(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure
  throw error
}
