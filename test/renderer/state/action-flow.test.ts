import { expect, test } from 'vitest'
import type {
  ActionPlan,
  ActionRecord,
  ActionRequest,
  ConnectionState,
  HostInfo,
  LocalBundle,
} from '../../../core/contract/types.ts'
import type { Failure } from '../../../core/failure.ts'
import {
  closedFlow,
  flowAfter,
  type ActionFlow,
  type FlowEvent,
} from '../../../renderer/state/action-flow.ts'
import { consentLabel, whyNoAction, whyNoLook } from '../../../renderer/state/action-words.ts'
import { plan as samplePlan, recordOf, stepOf } from '../action/sample-action.ts'

const bundle = { path: '/home/me/MyKext.kext', name: 'MyKext.kext' } as LocalBundle
const request: ActionRequest = {
  kind: 'loop',
  bundlePath: bundle.path,
  endsWith: 'loaded',
  expectationsPath: null,
  timeoutMs: null,
}
const unload: ActionRequest = {
  kind: 'unload',
  bundleIdentifier: 'org.darwinos.MyKext',
  dependents: 'refuse',
  timeoutMs: null,
}
const plan: ActionPlan = {
  ...samplePlan,
  planId: 'p1',
  request,
  steps: samplePlan.steps.slice(0, 2),
  needsSudoPassword: false,
}
const record: ActionRecord = recordOf('a1', plan.title, {
  request,
  endedAt: null,
  status: 'running',
  conclusion: null,
  report: null,
  snapshotAfter: null,
  steps: [
    stepOf(plan.steps[0]!, { status: 'running', exitCode: null, durationMs: null }),
    stepOf(plan.steps[1]!, { status: 'waiting', exitCode: null, durationMs: null }),
  ],
})
const done: ActionRecord = { ...record, status: 'done', endedAt: '2026-01-01T00:00:05Z' }
const refused: Failure = { kind: 'sudo-refused', detail: 'wrong password' }

const toBundle: readonly FlowEvent[] = [
  { type: 'opened' },
  { type: 'inspecting', path: bundle.path },
  { type: 'inspected', path: bundle.path, bundle },
]
const toPlan: readonly FlowEvent[] = [
  ...toBundle,
  { type: 'planning', request },
  { type: 'planned', request, plan },
]
const toRunning: readonly FlowEvent[] = [...toPlan, { type: 'consented', planId: 'p1' }]

test('a load goes from a bundle over its plan and consent to the report', () => {
  const phases = phasesOf([
    ...toRunning,
    { type: 'recordChanged', record },
    { type: 'ran', planId: 'p1', record: done },
  ])
  expect(phases).toEqual([
    ...['choosing', 'choosing', 'bundle', 'planning', 'plan', 'running', 'running', 'finished'],
  ])
})

test('an unload begins with its plan and asks for no bundle', () => {
  const flow = after([{ type: 'planning', request: unload }])
  expect(flow).toMatchObject({ phase: 'planning', bundle: null })
})

test('nothing runs without consent to exactly the plan that is shown', () => {
  const flow = after([...toPlan, { type: 'consented', planId: 'older' }])
  expect(flow.phase).toBe('plan')
})

test('the plan of a request that was left behind is not shown', () => {
  const other: ActionRequest = { kind: 'push', bundlePath: bundle.path }
  const flow = after([
    ...toBundle,
    { type: 'planning', request },
    { type: 'planning', request: other },
    { type: 'planned', request, plan },
  ])
  expect(flow).toMatchObject({ phase: 'planning', request: other })
})

test('a bundle that cannot be read leaves the chooser open, with the reason', () => {
  const failure: Failure = { kind: 'not-a-bundle', path: '/tmp', detail: 'no Info.plist' }
  expect(
    after([
      { type: 'opened' },
      { type: 'inspecting', path: '/tmp' },
      { type: 'inspectFailed', path: '/tmp', failure },
    ]),
  ).toEqual({ phase: 'choosing', inspecting: null, failure })
})

test('a refused plan goes back to the bundle, or stays where there is none', () => {
  const failed: FlowEvent = { type: 'planFailed', request, failure: refused }
  expect(after([...toBundle, { type: 'planning', request }, failed])).toEqual({
    phase: 'bundle',
    bundle,
    failure: refused,
  })
  expect(after([{ type: 'planning', request }, failed])).toMatchObject({
    phase: 'planning',
    failure: refused,
  })
})

test('a run that never began gives its plan back with the reason', () => {
  expect(after([...toRunning, { type: 'runFailed', planId: 'p1', failure: refused }])).toEqual({
    phase: 'plan',
    plan,
    bundle,
    failure: refused,
  })
})

test('a run that breaks off keeps what it showed, and says where it stopped', () => {
  const flow = after([
    ...toRunning,
    { type: 'recordChanged', record },
    { type: 'cancelAsked' },
    { type: 'runFailed', planId: 'p1', failure: { kind: 'cancelled' } },
  ])
  expect(flow).toMatchObject({
    phase: 'finished',
    record: {
      status: 'cancelled',
      conclusion: 'cancelled',
      steps: [{ status: 'failed', failure: { kind: 'cancelled' } }, { status: 'skipped' }],
    },
  })
})

test('records of other actions do not show up in this one', () => {
  const other = { ...record, request: unload }
  const running = after(toRunning)
  expect(flowAfter(running, { type: 'recordChanged', record: other })).toBe(running)
  const begun = flowAfter(running, { type: 'recordChanged', record })
  const later = { ...record, id: 'a2' }
  expect(flowAfter(begun, { type: 'recordChanged', record: later })).toBe(begun)
})

test('a record that was there before the consent is not taken for this one', () => {
  const stuck: ActionRecord = { ...record, id: 'a0' }
  const flow = after([
    ...toPlan,
    { type: 'consented', planId: 'p1', earlier: new Set(['a0']) },
    { type: 'recordChanged', record: stuck },
  ])
  expect(flow).toMatchObject({ phase: 'running', record: null })
  expect(flowAfter(flow, { type: 'recordChanged', record })).toMatchObject({ record: { id: 'a1' } })
})

test('going back leads to the bundle, then to the choice, and never out of a running action', () => {
  const back: FlowEvent = { type: 'wentBack' }
  expect(phasesOf([...toPlan, back, back]).slice(-2)).toEqual(['bundle', 'choosing'])
  expect(after([...toRunning, back]).phase).toBe('running')
})

test('what a result advises is planned next, and going back from there does not lead to the bundle', () => {
  const flow = after([
    ...toRunning,
    { type: 'ran', planId: 'p1', record: done },
    { type: 'planning', request: unload },
  ])
  expect(flow).toMatchObject({ phase: 'planning', request: unload, bundle: null })
  const again = after([
    ...toRunning,
    { type: 'ran', planId: 'p1', record: done },
    { type: 'planning', request: { ...request } },
  ])
  expect(again).toMatchObject({ phase: 'planning', bundle })
})

test('the button names what happens and where', () => {
  expect(consentLabel(request, 'Demo guest')).toBe('Push and load MyKext.kext on Demo guest')
  expect(consentLabel({ kind: 'push', bundlePath: 'C:\\k\\A.kext\\' }, 'vm')).toBe(
    'Push A.kext to vm',
  )
  expect(consentLabel(unload, 'vm')).toBe('Unload org.darwinos.MyKext from vm')
  expect(consentLabel({ ...request, endsWith: 'unloaded' }, 'vm')).toBe(
    'Push, load and unload MyKext.kext on vm',
  )
})

test('a read-only target, a lost guest and a careful host each say why nothing can be changed', () => {
  const host = { mayChangeGuest: true } as HostInfo
  const connected = (isReadOnly: boolean) =>
    ({
      phase: 'connected',
      guest: { target: { label: 'vm', isReadOnly }, root: 'sudo' },
    }) as ConnectionState
  expect(whyNoAction(connected(false), host)).toBeNull()
  expect(whyNoAction(connected(true), host)).toContain('read-only')
  expect(whyNoAction(connected(false), { ...host, mayChangeGuest: false })).toContain('right')
  expect(whyNoAction({ phase: 'disconnected', failure: null }, host)).toContain('Connect')
  // What changes nothing is allowed there too.
  expect(whyNoLook(connected(true))).toBeNull()
  expect(whyNoLook({ phase: 'disconnected', failure: null })).toContain('Connect')
})

function after(events: readonly FlowEvent[]): ActionFlow {
  return events.reduce(flowAfter, closedFlow)
}

function phasesOf(events: readonly FlowEvent[]): string[] {
  let flow: ActionFlow = closedFlow
  return events.map(event => (flow = flowAfter(flow, event)).phase)
}
