import { ask } from '../../core/contract/transport.ts'
import type { ActionPlan } from '../../core/contract/types.ts'
import { sentenceFor } from '../../core/failure.ts'
import { runningRecord, takeRecord } from './action-records.ts'
import type { AppState } from './app-state.ts'
import {
  isSame,
  nextStep,
  watchAfter,
  whyAutoEnds,
  type NewBuild,
  type WatchEvent,
} from './project-watch.ts'
import { failureOf, type ActionContext } from './store.ts'

/**
 * Carries out what the watch of the project decides: runs new builds one after the other while the user wants that,
 * and ends it when the guest is not the one any more for which it was wanted.
 */
export function followProject({ store, transport }: ActionContext): () => void {
  const take = (event: WatchEvent) =>
    store.setState(({ project }) => ({
      project: { ...project, watch: watchAfter(project.watch, event) },
    }))
  const isWanted = (build: NewBuild) => {
    const { watch } = store.getState().project
    return watch.mode === 'auto' && isSame(watch.current, build)
  }
  const hasNewer = (build: NewBuild) =>
    store.getState().project.watch.queue.some(({ folder }) => folder === build.folder)

  const run = async (build: NewBuild) => {
    take({ type: 'started', build })
    try {
      const plan = await ask(transport, 'action.plan', {
        kind: 'loop',
        bundlePath: build.path,
        endsWith: 'loaded',
        expectationsPath: build.expectationsPath,
        timeoutMs: null,
      })
      if (!isWanted(build)) return take({ type: 'notRun', build, why: 'Auto was switched off.' })
      if (hasNewer(build)) return take({ type: 'notRun', build, why: null })
      const why = whyAsks(plan)
      if (why !== null) return take({ type: 'notRun', build, why })
      const record = await ask(transport, 'action.run', {
        planId: plan.planId,
        consent: true,
        accepted: [],
        sudoPassword: null,
      })
      store.setState(state => takeRecord(state, record))
      take({ type: 'ran', build, actionId: record.id })
    } catch (error) {
      take({ type: 'notRun', build, why: sentenceFor(failureOf(error)) })
    }
  }

  const look = () => {
    const { project, connection, host, history } = store.getState()
    const why = whyAutoEnds(project.watch, connection, host)
    if (why !== null) return take({ type: 'autoEnded', why })
    const taken = offerUnderWay(store.getState())
    if (taken !== null) return take({ type: 'offerTaken', folder: taken })
    const next = nextStep(project.watch, {
      isActionRunning: history.some(({ status }) => status === 'running'),
      build: project.build,
    })
    if (next.kind === 'run') void run(next.build)
    else if (next.kind === 'offer') take({ type: 'notRun', build: next.build, why: next.why })
  }
  look()
  return store.subscribe(look)
}

/** The driver whose offered build is being pushed or loaded by hand. */
function offerUnderWay({ project, records }: AppState): string | null {
  const request = runningRecord({ records })?.request
  if (!request || !('bundlePath' in request)) return null
  const { offers } = project.watch
  return offers.find(({ build }) => build.path === request.bundlePath)?.build.folder ?? null
}

/** What in a plan only the user can answer. */
function whyAsks(plan: ActionPlan): string | null {
  if (plan.stops.length > 0) {
    return `Kextant asks first: ${plan.stops.map(({ title }) => title).join('; ')}.`
  }
  return plan.needsSudoPassword ? 'sudo in the guest wants a password.' : null
}
