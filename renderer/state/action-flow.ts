import type {
  ActionPlan,
  ActionRecord,
  ActionRequest,
  FolderListing,
  LocalBundle,
} from '../../core/contract/types.ts'
import type { Failure } from '../../core/failure.ts'

/**
 * The way of one action, from choosing a bundle to its report:
 *
 *   closed → choosing → bundle → planning → plan → running → finished
 *                         ↑__________________|  (back)
 *
 * What is done to a kext that the guest has already begins at `planning` and has no bundle. From `finished` it may
 * go on with another plan: again, or with what the result advises.
 */
export type ActionFlow =
  | { readonly phase: 'closed' }
  | {
      readonly phase: 'choosing'
      /** Path of the bundle being read. */
      readonly inspecting: string | null
      readonly failure: Failure | null
    }
  | { readonly phase: 'bundle'; readonly bundle: LocalBundle; readonly failure: Failure | null }
  | {
      readonly phase: 'planning'
      readonly request: ActionRequest
      readonly bundle: LocalBundle | null
      /** Only where there is no bundle to go back to. */
      readonly failure: Failure | null
    }
  | {
      readonly phase: 'plan'
      readonly plan: ActionPlan
      readonly bundle: LocalBundle | null
      readonly failure: Failure | null
    }
  | {
      readonly phase: 'running'
      readonly plan: ActionPlan
      readonly bundle: LocalBundle | null
      /** null until the host says for the first time how far it is. */
      readonly record: ActionRecord | null
      /** Records that were there before the consent: none of them is this one. */
      readonly earlier: ReadonlySet<string>
      readonly isCancelling: boolean
    }
  | {
      readonly phase: 'finished'
      readonly record: ActionRecord
      readonly bundle: LocalBundle | null
    }

export type FlowEvent =
  | { readonly type: 'opened' }
  | { readonly type: 'closed' }
  | { readonly type: 'wentBack' }
  | { readonly type: 'inspecting'; readonly path: string }
  | { readonly type: 'inspected'; readonly path: string; readonly bundle: LocalBundle }
  | { readonly type: 'inspectFailed'; readonly path: string; readonly failure: Failure }
  | { readonly type: 'planning'; readonly request: ActionRequest }
  | { readonly type: 'planned'; readonly request: ActionRequest; readonly plan: ActionPlan }
  | { readonly type: 'planFailed'; readonly request: ActionRequest; readonly failure: Failure }
  | {
      readonly type: 'consented'
      readonly planId: string
      readonly earlier?: ReadonlySet<string>
    }
  | { readonly type: 'recordChanged'; readonly record: ActionRecord }
  | { readonly type: 'cancelAsked' }
  | { readonly type: 'ran'; readonly planId: string; readonly record: ActionRecord }
  | { readonly type: 'runFailed'; readonly planId: string; readonly failure: Failure }

export const closedFlow: ActionFlow = { phase: 'closed' }

/** The flow after an event. An answer to a question that is no longer asked changes nothing. */
export function flowAfter(flow: ActionFlow, event: FlowEvent): ActionFlow {
  switch (event.type) {
    case 'opened':
      return flow.phase === 'closed' ? { phase: 'choosing', inspecting: null, failure: null } : flow
    case 'closed':
      return closedFlow
    case 'wentBack':
      return before(flow)
    case 'inspecting':
      return { phase: 'choosing', inspecting: event.path, failure: null }
    case 'inspected':
      return isInspecting(flow, event.path)
        ? { phase: 'bundle', bundle: event.bundle, failure: null }
        : flow
    case 'inspectFailed':
      return isInspecting(flow, event.path)
        ? { phase: 'choosing', inspecting: null, failure: event.failure }
        : flow
    case 'planning': {
      const { request } = event
      return { phase: 'planning', request, bundle: bundleFor(flow, request), failure: null }
    }
    case 'planned':
      return isPlanning(flow, event.request)
        ? { phase: 'plan', plan: event.plan, bundle: flow.bundle, failure: null }
        : flow
    case 'planFailed': {
      if (!isPlanning(flow, event.request)) return flow
      const { failure } = event
      return flow.bundle ? { phase: 'bundle', bundle: flow.bundle, failure } : { ...flow, failure }
    }
    case 'consented':
      return flow.phase === 'plan' && flow.plan.planId === event.planId
        ? {
            ...flow,
            phase: 'running',
            record: null,
            earlier: event.earlier ?? new Set(),
            isCancelling: false,
          }
        : flow
    case 'recordChanged':
      return withRecord(flow, event.record)
    case 'cancelAsked':
      return flow.phase === 'running' ? { ...flow, isCancelling: true } : flow
    case 'ran':
      return isRunning(flow, event.planId)
        ? { phase: 'finished', record: event.record, bundle: flow.bundle }
        : flow
    case 'runFailed':
      return isRunning(flow, event.planId) ? afterFailure(flow, event.failure) : flow
  }
}

function before(flow: ActionFlow): ActionFlow {
  switch (flow.phase) {
    case 'bundle':
      return { phase: 'choosing', inspecting: null, failure: null }
    case 'planning':
    case 'plan':
      return flow.bundle
        ? { phase: 'bundle', bundle: flow.bundle, failure: null }
        : { phase: 'choosing', inspecting: null, failure: null }
    case 'closed':
    case 'choosing':
    case 'running':
    case 'finished':
      return flow
  }
}

/**
 * What the host says unasked goes into the running action. Records carry no plan's name, so the first
 * one is known by being new, of the same request and under way; from then on by its ID.
 */
function withRecord(flow: ActionFlow, record: ActionRecord): ActionFlow {
  if (flow.phase === 'finished') {
    return flow.record.id === record.id ? { ...flow, record } : flow
  }
  if (flow.phase !== 'running') return flow
  const isOurs = flow.record
    ? flow.record.id === record.id
    : !flow.earlier.has(record.id) &&
      isSameRequest(flow.plan.request, record.request) &&
      record.status === 'running'
  return isOurs ? { ...flow, record } : flow
}

function afterFailure(
  flow: Extract<ActionFlow, { phase: 'running' }>,
  failure: Failure,
): ActionFlow {
  const { plan, bundle, record } = flow
  // Nothing ran: the plan is still there to be tried again, with the reason above it.
  if (!record) return { phase: 'plan', plan, bundle, failure }
  const isCancelled = failure.kind === 'cancelled'
  const isGone = failure.kind === 'connection-lost' || failure.kind === 'guest-gone'
  const conclusion = isCancelled ? 'cancelled' : isGone ? 'connection' : 'failed'
  const steps = record.steps.map(step => {
    if (step.status === 'running') return { ...step, status: 'failed' as const, failure }
    return step.status === 'waiting' ? { ...step, status: 'skipped' as const } : step
  })
  const status = isCancelled ? ('cancelled' as const) : ('failed' as const)
  return { phase: 'finished', record: { ...record, steps, status, conclusion }, bundle }
}

function isInspecting(flow: ActionFlow, path: string): boolean {
  return flow.phase === 'choosing' && flow.inspecting === path
}

function isPlanning(
  flow: ActionFlow,
  request: ActionRequest,
): flow is Extract<ActionFlow, { phase: 'planning' }> {
  return flow.phase === 'planning' && flow.request === request
}

function isRunning(
  flow: ActionFlow,
  planId: string,
): flow is Extract<ActionFlow, { phase: 'running' }> {
  return flow.phase === 'running' && flow.plan.planId === planId
}

/** The bundle that was chosen, as long as the plan is about it: going back leads to it. */
function bundleFor(flow: ActionFlow, request: ActionRequest): LocalBundle | null {
  const bundle =
    flow.phase === 'closed' || flow.phase === 'choosing' || flow.phase === 'running'
      ? null
      : flow.bundle
  return bundle && 'bundlePath' in request && request.bundlePath === bundle.path ? bundle : null
}

function isSameRequest(a: ActionRequest, b: ActionRequest): boolean {
  return subjectOf(a) === subjectOf(b) && a.kind === b.kind
}

function subjectOf(request: ActionRequest): string {
  switch (request.kind) {
    case 'push':
    case 'preflight':
    case 'loop':
      return request.bundlePath
    case 'terminate-class':
      return request.className
    case 'verify':
      return request.bundleIdentifier
    case 'load':
    case 'reload':
    case 'leak-hunt':
      return `${request.guestPath}\n${request.bundleIdentifier}`
    case 'unload':
      return request.bundleIdentifier
  }
}

/** Something asked of the host: not asked yet, on its way, here, or refused. */
export type Loadable<T> =
  | { readonly phase: 'idle' | 'loading' }
  | { readonly phase: 'ready'; readonly value: T }
  | { readonly phase: 'failed'; readonly failure: Failure }

/** What the chooser offers. Kept beside the flow, so that going back finds the same folder. */
export interface BundleChoice {
  readonly samples: Loadable<readonly LocalBundle[]>
  readonly folder: Loadable<FolderListing>
}

export const noChoice: BundleChoice = { samples: { phase: 'idle' }, folder: { phase: 'idle' } }
