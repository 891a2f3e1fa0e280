import { randomUUID } from 'node:crypto'
import type { ActionPlan, ActionRequest } from '../../core/contract/types.ts'
import { describeExpectations } from '../../core/expectations/expectation-titles.ts'
import { FailureError } from '../../core/failure.ts'
import type { GuestSession } from '../guest/session.ts'
import type { Connection } from './connection.ts'
import type { GuestCaptures } from './guest-captures.ts'
import { wasLoadedIn } from './history/was-loaded.ts'
import type { HistoryStore } from './history/store.ts'
import type { Recipe } from './recipe/step.ts'
import { refuseReadOnly } from './targets.ts'

/** Plans that were shown and not run; the oldest are dropped. */
const mostPlans = 20

/** A plan, and what it would be carried out with. */
export interface PlannedAction {
  readonly plan: ActionPlan
  readonly recipe: Recipe
  readonly session: GuestSession
  /** As the target was marked when the plan was shown. */
  readonly isVirtualMachine: boolean
}

export interface ActionPlans {
  make(request: ActionRequest, signal: AbortSignal): Promise<ActionPlan>
  /** @throws FailureError unknown-plan */
  find(planId: string): PlannedAction
  /** A plan is for one time. */
  drop(planId: string): void
}

export function createActionPlans(options: {
  readonly connection: Connection
  readonly captures: GuestCaptures
  readonly history: HistoryStore
}): ActionPlans {
  const { connection, captures, history } = options
  const plans = new Map<string, PlannedAction>()

  return {
    async make(request, signal) {
      const guest = connection.guest()
      const session = connection.session()
      // Looking is all right everywhere.
      if (request.kind !== 'verify') refuseReadOnly(guest.target, 'action.plan')
      const taken = captures.latestOf(guest) ?? (await captures.afresh(session, signal))
      const { buildRecipe } = await import('./recipe/build-recipe.ts')
      const [recipe, wantsPassword] = await Promise.all([
        buildRecipe(request, {
          session,
          guest,
          taken,
          signal,
          wasLoaded: id => wasLoadedIn(history, guest, id),
        }),
        request.kind === 'verify' ? false : needsSudoPassword(session),
      ])
      const { expectations } = recipe
      const steps = recipe.steps.map(step => step.planned)
      const plan: ActionPlan = {
        planId: randomUUID(),
        request,
        title: recipe.title,
        steps,
        warnings: recipe.warnings,
        stops: recipe.stops,
        preflight: recipe.state.found.preflight,
        expected: expectations ? describeExpectations(expectations) : [],
        expectedFrom: expectations?.source ?? null,
        changesGuest: steps.some(({ changesGuest }) => changesGuest),
        needsSudoPassword: wantsPassword && steps.some(({ runsAsRoot }) => runsAsRoot),
      }
      const { isVirtualMachine } = guest.target
      plans.set(plan.planId, { plan, recipe, session, isVirtualMachine })
      for (const id of plans.keys()) {
        if (plans.size <= mostPlans) break
        plans.delete(id)
      }
      return plan
    },
    find(planId) {
      const planned = plans.get(planId)
      if (!planned) throw new FailureError({ kind: 'unknown-plan', planId })
      return planned
    },
    drop: planId => void plans.delete(planId),
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
