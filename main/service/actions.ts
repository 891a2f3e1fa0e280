import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type {
  ActionPlan,
  ActionRecord,
  ActionRequest,
  Capture,
  ConnectedGuest,
} from '../../core/contract/types.ts'
import { FailureError, type Failure } from '../../core/failure.ts'
import { newRecord, waitingStep } from '../../core/history/new-record.ts'
import type { StopId } from '../../core/preflight/preflight-report.ts'
import type { GuestSession } from '../guest/session.ts'
import type { TakenCapture } from './capture-guest.ts'
import { createActionPlans, type PlannedAction } from './action-plans.ts'
import type { Connection } from './connection.ts'
import type { GuestCaptures } from './guest-captures.ts'
import { bootOf } from './guest-boot.ts'
import { resolved } from './history/resolve.ts'
import type { HistoryStore } from './history/store.ts'
import { afterLoss } from './recipe/after-loss.ts'
import { conclude } from './recipe/conclude.ts'
import { runRecipe } from './recipe/run-recipe.ts'
import { createRunningRecord, type RunningRecord } from './recipe/running-record.ts'
import type { Recipe } from './recipe/step.ts'
import { whatChanged } from './recipe/what-changed.ts'
import { refuseReadOnly } from './targets.ts'

export interface ActionsOptions {
  readonly connection: Connection
  readonly captures: GuestCaptures
  readonly history: HistoryStore
  readonly changed: (record: ActionRecord) => void
}

export interface RunOptions {
  /** The stops that the user accepted. */
  readonly accepted: readonly StopId[]
  readonly sudoPassword: string | null
  /** Refuses a plan that changes the guest. */
  readonly onlyLooks: boolean
}

export interface Actions {
  plan(request: ActionRequest, signal: AbortSignal): Promise<ActionPlan>
  run(planId: string, options: RunOptions, signal: AbortSignal): Promise<ActionRecord>
  /** From any page: the one that started it may be gone. An action that is over stays as it is. */
  cancel(actionId: string): void
  /** A capture of a guest was taken: what broke off in it before can be told now. */
  lookAfter(targetId: string, capture: Capture): Promise<void>
  /** Cancels what runs and waits until the guest is left tidy. */
  stop(): Promise<void>
}

const stopLimitMs = 3000

/** Recipes for the guest: shown first, consented to, run step by step, kept with all they said. */
export function createActions(options: ActionsOptions): Actions {
  const { connection, captures, history } = options
  const plans = createActionPlans(options)
  const stopAll = new AbortController()
  let running: Promise<ActionRecord> | undefined
  let current: { readonly id: string; readonly stop: AbortController } | undefined

  function start(
    { plan, recipe }: PlannedAction,
    guest: ConnectedGuest,
    accepted: readonly StopId[],
  ): RunningRecord {
    const first: ActionRecord = {
      ...newRecord({
        id: randomUUID(),
        request: plan.request,
        title: plan.title,
        targetId: guest.target.id,
        targetLabel: guest.target.label,
        subject: recipe.subject,
        boot: bootOf(guest.identity),
        startedAt: new Date().toISOString(),
        steps: plan.steps.map(waitingStep),
        accepted,
      }),
      ...recipe.state.found,
    }
    return createRunningRecord(first, (record, isUrgent) => {
      history.put(record, isUrgent)
      options.changed(record)
    })
  }

  async function carryOut(
    planned: PlannedAction,
    accepted: readonly StopId[],
    stop: AbortController,
  ): Promise<ActionRecord> {
    const { plan, recipe, session } = planned
    const { signal } = stop
    const guest = connection.guest()
    const action = start(planned, guest, accepted)
    current = { id: action.record().id, stop }
    try {
      const context = {
        session,
        guest,
        signal,
        capture: () => captures.afresh(session, signal),
        peek: () => captures.peek(session, signal),
        keep: (taken: TakenCapture) => captures.keep(taken),
      }
      // Whatever ends this process from now on, the next one finds that there was an action.
      await history.written()
      await runRecipe(recipe, action, context, async () => {
        // It may have been marked since the action began.
        if (connection.session() === session) {
          refuseReadOnly(connection.guest().target, 'action.run')
        }
        await history.written()
      })
      await tidy(recipe, action, session)
      return action.finish({ ...recipe.state.found, ...conclude(action.record()) })
    } catch (error) {
      // A timer that was stopped throws an error of its own; the record has to end all the same.
      const failure: Failure = signal.aborted
        ? { kind: 'cancelled' }
        : error instanceof FailureError
          ? error.failure
          : { kind: 'internal', detail: error instanceof Error ? error.message : String(error) }
      action.end({ status: 'failed', failure })
      await tidy(recipe, action, session)
      if (plan.changesGuest) {
        action.output('note', whatChanged(recipe, action.record(), failure, session.isOpen))
      }
      const { found } = recipe.state
      if (failure.kind === 'cancelled') {
        return action.finish({ ...found, status: 'cancelled', conclusion: 'cancelled' })
      }
      if (failure.kind === 'connection-lost') {
        return await afterLoss(action, {
          connection,
          guest,
          signal,
          capture: () => captures.afresh(connection.session(), signal),
          written: () => history.written(),
        })
      }
      const record = action.finish({ ...found, status: 'failed', conclusion: 'failed' })
      // A bug: the record is whole, and whoever asked is told.
      if (failure.kind === 'internal') throw error
      return record
    } finally {
      await history.written()
    }
  }

  /** What was brought along and not put in its place goes again; that it could not, is no other end. */
  async function tidy(recipe: Recipe, action: RunningRecord, session: GuestSession): Promise<void> {
    try {
      await recipe.tidy(session)
    } catch (error) {
      if (!(error instanceof FailureError)) throw error
      action.output('note', `It could not be tidied up: ${error.message}`)
    }
  }

  return {
    cancel(actionId) {
      if (current?.id === actionId) current.stop.abort()
    },
    async lookAfter(targetId, capture) {
      for (const record of await history.unresolved(targetId)) {
        if (record.startedAt > capture.takenAt) continue
        const known = resolved(record, capture)
        history.put(known, true)
        options.changed(known)
      }
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
      await history.written()
    },
    plan: (request, signal) => plans.make(request, signal),
    async run(planId, { accepted, sudoPassword, onlyLooks }, signal) {
      const planned = plans.find(planId)
      if (running) {
        const detail = 'Another action is under way; wait for it, or cancel it.'
        throw new FailureError({ kind: 'busy', detail })
      }
      const { plan } = planned
      if (onlyLooks && plan.changesGuest) {
        const detail = `“${plan.title}” changes the guest`
        throw new FailureError({ kind: 'not-allowed', request: 'action.look', detail })
      }
      const { target } = connection.guest()
      if (plan.changesGuest) refuseReadOnly(target, 'action.run')
      const open = plan.stops.filter(({ id }) => !accepted.includes(id))
      if (open.length > 0) {
        throw new FailureError({ kind: 'not-accepted', stops: open.map(({ id }) => id) })
      }
      // A plan is for one time, and for the connection that it was made for: after another one it may be
      // another guest, or another boot of this one.
      plans.drop(planId)
      const isOfNow =
        planned.session === connection.session() &&
        planned.isVirtualMachine === target.isVirtualMachine
      if (!isOfNow) throw new FailureError({ kind: 'unknown-plan', planId })
      const stop = new AbortController()
      const either = AbortSignal.any([signal, stopAll.signal])
      const cancel = () => stop.abort()
      either.addEventListener('abort', cancel, { once: true })
      if (either.aborted) cancel()
      running = (async () => {
        await planned.recipe.check()
        if (stop.signal.aborted) throw new FailureError({ kind: 'cancelled' })
        if (sudoPassword !== null) planned.session.setSudoPassword(sudoPassword)
        const known = plan.stops.map(({ id }) => id)
        return carryOut(planned, known, stop)
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
