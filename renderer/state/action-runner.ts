import { useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ActionRequest } from '../../core/contract/types.ts'
import type { StopId } from '../../core/preflight/preflight-report.ts'
import {
  closedFlow,
  flowAfter,
  noChoice,
  type ActionFlow,
  type BundleChoice,
  type FlowEvent,
} from './action-flow.ts'
import { useActions, useApp } from './app-context.tsx'
import type { SheetRequest } from './app-state.ts'
import type { AppActions } from './create-app.ts'
import { failureOf } from './store.ts'

interface RunnerState {
  readonly flow: ActionFlow
  readonly choice: BundleChoice
}

export interface Consent {
  readonly accepted: readonly StopId[]
  readonly sudoPassword: string | null
}

/** What the panel can ask for. None of these throws: what came of it is in the flow. */
export interface ActionCommands {
  /** null is the home folder. */
  readonly browse: (path: string | null) => Promise<void>
  readonly listSamples: () => Promise<void>
  readonly inspect: (path: string) => Promise<void>
  readonly plan: (request: ActionRequest) => Promise<void>
  readonly run: (consent: Consent) => Promise<void>
  readonly cancel: () => void
  readonly back: () => void
  readonly close: () => void
}

export interface ActionRunner {
  readonly store: StoreApi<RunnerState>
  readonly commands: ActionCommands
  /** Starts what the panel was opened for, unless an action is under way: that one is shown then. */
  readonly begin: (request: SheetRequest) => void
  readonly take: (event: FlowEvent) => void
  /** Actions of the history: none of them is one that begins later. */
  readonly hear: (actionIds: Iterable<string>) => void
}

type HostActions = Pick<
  AppActions,
  | 'listFolder'
  | 'listSamples'
  | 'inspectBundle'
  | 'plan'
  | 'run'
  | 'look'
  | 'showSnapshot'
  | 'closeSheet'
>

/**
 * Carries one action through its phases. It outlives the panel: closing that neither stops what runs in
 * the guest nor loses the way to cancel it.
 */
export function createActionRunner(actions: HostActions): ActionRunner {
  const store = createStore<RunnerState>()(() => ({ flow: closedFlow, choice: noChoice }))
  /** Every record heard of so far. */
  const heard = new Set<string>()
  const take = (event: FlowEvent) => {
    if (event.type === 'recordChanged') heard.add(event.record.id)
    store.setState(({ flow }) => ({ flow: flowAfter(flow, event) }))
  }
  const choose = (part: Partial<BundleChoice>) =>
    store.setState(({ choice }) => ({ choice: { ...choice, ...part } }))
  let running: AbortController | null = null

  const commands: ActionCommands = {
    browse: async path => {
      const { folder } = store.getState().choice
      if (folder.phase !== 'ready') choose({ folder: { phase: 'loading' } })
      try {
        choose({ folder: { phase: 'ready', value: await actions.listFolder(path) } })
      } catch (error) {
        choose({ folder: { phase: 'failed', failure: failureOf(error) } })
      }
    },
    listSamples: async () => {
      choose({ samples: { phase: 'loading' } })
      try {
        choose({ samples: { phase: 'ready', value: await actions.listSamples() } })
      } catch (error) {
        choose({ samples: { phase: 'failed', failure: failureOf(error) } })
      }
    },
    inspect: async path => {
      take({ type: 'inspecting', path })
      try {
        take({ type: 'inspected', path, bundle: await actions.inspectBundle(path) })
      } catch (error) {
        take({ type: 'inspectFailed', path, failure: failureOf(error) })
      }
    },
    plan: async request => {
      take({ type: 'planning', request })
      try {
        take({ type: 'planned', request, plan: await actions.plan(request) })
      } catch (error) {
        take({ type: 'planFailed', request, failure: failureOf(error) })
      }
    },
    run: async consent => {
      const { flow } = store.getState()
      if (flow.phase !== 'plan') return
      const { planId, changesGuest } = flow.plan
      const mine = new AbortController()
      running = mine
      take({ type: 'consented', planId, earlier: new Set(heard) })
      try {
        const record = changesGuest
          ? await actions.run(planId, consent, mine.signal)
          : await actions.look(planId, consent.sudoPassword, mine.signal)
        take({ type: 'ran', planId, record })
        if (record.snapshotAfter !== null) await actions.showSnapshot(record.snapshotAfter)
      } catch (error) {
        take({ type: 'runFailed', planId, failure: failureOf(error) })
      } finally {
        if (running === mine) running = null
      }
    },
    cancel: () => {
      take({ type: 'cancelAsked' })
      running?.abort()
    },
    back: () => take({ type: 'wentBack' }),
    close: () => {
      if (store.getState().flow.phase !== 'running') take({ type: 'closed' })
      actions.closeSheet()
    },
  }

  const begin = (request: SheetRequest) => {
    const { flow, choice } = store.getState()
    if (flow.phase === 'running') return
    take({ type: 'closed' })
    switch (request.kind) {
      case 'load':
        take({ type: 'opened' })
        if (choice.samples.phase !== 'ready') void commands.listSamples()
        if (request.bundlePath !== null) void commands.inspect(request.bundlePath)
        return
      case 'plan':
        void commands.plan(request.request)
    }
  }
  const hear = (actionIds: Iterable<string>) => {
    for (const id of actionIds) heard.add(id)
  }
  return { store, commands, begin, take, hear }
}

const runners = new WeakMap<AppActions, ActionRunner>()

function useRunner(): ActionRunner {
  const actions = useActions()
  return useMemo(() => {
    const known = runners.get(actions) ?? createActionRunner(actions)
    runners.set(actions, known)
    return known
  }, [actions])
}

/** The window's one runner, begun with what the panel was opened for. */
export function useActionRunner(
  request: SheetRequest,
): RunnerState & { readonly commands: ActionCommands } {
  const runner = useRunner()
  const state = useStore(runner.store)
  const history = useApp(app => app.history)
  const records = useApp(app => app.records)
  useEffect(() => runner.begin(request), [runner, request])
  useEffect(() => {
    for (const record of records.values()) runner.take({ type: 'recordChanged', record })
  }, [runner, records, state.flow.phase])
  useEffect(() => runner.hear(history.map(({ id }) => id)), [runner, history])
  return { ...state, commands: runner.commands }
}

/** How to cancel the action with this record, whichever page started it. */
export function useCancelOf(recordId: string | undefined): {
  readonly cancel: () => void
  readonly isCancelling: boolean
} {
  const runner = useRunner()
  const { cancelAction } = useActions()
  const { flow } = useStore(runner.store)
  const [asked, setAsked] = useState<string | null>(null)
  if (flow.phase === 'running' && flow.record !== null && flow.record.id === recordId) {
    return { cancel: runner.commands.cancel, isCancelling: flow.isCancelling }
  }
  return {
    isCancelling: asked !== null && asked === recordId,
    cancel: () => {
      if (recordId === undefined) return
      setAsked(recordId)
      void cancelAction(recordId)
    },
  }
}
