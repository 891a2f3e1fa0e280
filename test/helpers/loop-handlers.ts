import type { EventEnvelope, Handlers } from '../../core/contract/requests.ts'
import type { ActionPlan, ActionRecord } from '../../core/contract/types.ts'
import { FailureError, type Failure } from '../../core/failure.ts'
import type { Stop } from '../../core/preflight/preflight-report.ts'
import { smallRecord } from './small-record.ts'

/** Plans and runs of which a test says how they go; a run ends when the test lets it. */
export interface LoopHandlers {
  readonly handlers: Pick<Handlers, 'action.plan' | 'action.run'>
  /** Of the plans from now on. */
  stops: readonly Stop[]
  needsSudoPassword: boolean
  /** What planning, or running, fails with from now on. */
  planFailure: Failure | null
  runFailure: Failure | null
  /** Paths and versions are the test's own: what was asked to be run, in order. */
  readonly ran: readonly string[]
  /** How many run at this moment, and the most that ever did. */
  readonly running: number
  readonly mostRunning: number
  end(): void
}

export function loopHandlers(emit: (event: EventEnvelope) => void): LoopHandlers {
  const plans = new Map<string, ActionPlan>()
  const ran: string[] = []
  const waiting: (() => void)[] = []
  let count = 0
  let mostRunning = 0
  const fail = (failure: Failure): never => {
    throw new FailureError(failure)
  }
  const self: LoopHandlers = {
    stops: [],
    needsSudoPassword: false,
    planFailure: null,
    runFailure: null,
    ran,
    get running() {
      return waiting.length
    },
    get mostRunning() {
      return mostRunning
    },
    end: () => waiting.shift()?.(),
    handlers: {
      'action.plan': async request => {
        if (self.planFailure) fail(self.planFailure)
        const plan: ActionPlan = {
          planId: `p${++count}`,
          request,
          title: 'Push and load MyKext.kext',
          steps: [],
          warnings: [],
          stops: self.stops,
          preflight: null,
          expected: [],
          expectedFrom: null,
          needsSudoPassword: self.needsSudoPassword,
          changesGuest: true,
        }
        plans.set(plan.planId, plan)
        return plan
      },
      'action.run': async ({ planId }) => {
        if (self.runFailure) fail(self.runFailure)
        const { request, title } = plans.get(planId) ?? fail({ kind: 'unknown-plan', planId })
        ran.push(request.kind === 'loop' ? request.bundlePath : request.kind)
        const begun = smallRecord({
          id: `a${++count}`,
          request,
          title,
          targetId: 'demo',
          targetLabel: 'Demo guest',
          startedAt: new Date().toISOString(),
          endedAt: null,
          status: 'running',
          conclusion: null,
        })
        emit({ name: 'action.changed', payload: begun })
        await new Promise<void>(done => {
          waiting.push(done)
          mostRunning = Math.max(mostRunning, waiting.length)
        })
        const ended: ActionRecord = {
          ...begun,
          status: 'done',
          conclusion: 'holds',
          endedAt: new Date().toISOString(),
        }
        emit({ name: 'action.changed', payload: ended })
        return ended
      },
    },
  }
  return self
}
