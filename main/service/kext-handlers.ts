import type { Handlers } from '../../core/contract/requests.ts'
import type { Capture } from '../../core/contract/types.ts'
import type { Connection } from './connection.ts'
import type { EventSource } from './events.ts'
import type { GuestCaptures } from './guest-captures.ts'

type KextHandlers = Pick<
  Handlers,
  | Extract<keyof Handlers, `action.${string}` | `expectations.${string}`>
  | 'unload.explain'
  | 'builds.compare'
>

export interface KextHandlersOptions {
  readonly connection: Connection
  readonly captures: GuestCaptures
  /** Where the records of actions are kept. */
  readonly historyFolder: string
  readonly events: EventSource
}

/**
 * Answers what is done with kexts of a guest, and what is asked about them. What does it is loaded when a guest is
 * captured, or the history is asked for: a command that reads a file starts without it.
 */
export function createKextHandlers({
  connection,
  captures,
  historyFolder,
  events,
}: KextHandlersOptions): {
  readonly handlers: KextHandlers
  /** A capture of a guest was taken: what broke off in it before can be told now. */
  lookAfter(targetId: string, capture: Capture): Promise<void>
  /** An action is under way. */
  isActing(): boolean
  /** Calls the listener when an action begins or ends. */
  onActing(listener: () => void): void
  /** Cancels what runs and waits until the guest is left tidy. */
  stop(): Promise<void>
} {
  const load = async () => {
    const [{ createActions }, { createHistoryStore }] = await Promise.all([
      import('./actions.ts'),
      import('./history/store.ts'),
    ])
    const history = createHistoryStore(historyFolder)
    const changed = (record: Parameters<typeof history.put>[0]) =>
      events.emit('action.changed', record)
    return { history, actions: createActions({ connection, captures, history, changed }) }
  }
  let started: ReturnType<typeof load> | undefined
  const parts = () => (started ??= load())
  const answers = () => import('./kext-answers.ts')
  let actingCount = 0
  const actingListeners = new Set<() => void>()
  const acting = async <T>(work: () => Promise<T>): Promise<T> => {
    const count = (step: 1 | -1) => {
      actingCount += step
      for (const listener of actingListeners) listener()
    }
    count(1)
    try {
      return await work()
    } finally {
      count(-1)
    }
  }

  return {
    handlers: {
      'action.plan': async (request, signal) => (await parts()).actions.plan(request, signal),
      'action.run': ({ planId, accepted, sudoPassword }, signal) =>
        acting(async () =>
          (await parts()).actions.run(planId, { accepted, sudoPassword, onlyLooks: false }, signal),
        ),
      'action.look': ({ planId, sudoPassword }, signal) =>
        acting(async () =>
          (await parts()).actions.run(
            planId,
            { accepted: [], sudoPassword, onlyLooks: true },
            signal,
          ),
        ),
      'action.cancel': async ({ actionId }) => {
        ;(await started)?.actions.cancel(actionId)
        return null
      },
      'action.history': async () => (await parts()).history.list(),
      'action.record': async ({ actionId }) => (await parts()).history.find(actionId),
      'action.search': async ({ text }) => (await parts()).history.search(text),
      'action.export': async ({ actionIds, ...how }, signal) => {
        const { history } = await parts()
        const records = await Promise.all(actionIds.map(id => history.find(id)))
        return (await import('./history/export.ts')).exportRecords(records, how, signal)
      },
      'unload.explain': async ({ bundleIdentifier }, signal) => {
        const taken = await captures.newest(signal)
        return (await answers()).explainUnload(
          bundleIdentifier,
          taken,
          connection.session(),
          signal,
        )
      },
      'builds.compare': async (params, signal) => {
        const taken = await captures.newest(signal)
        return (await answers()).compareBuildsOf(params, taken, connection.session(), signal)
      },
      'expectations.record': async (params, signal) => {
        const [{ recordFor }, { history }] = await Promise.all([answers(), parts()])
        const taken = await captures.newest(signal)
        return recordFor(params, taken, history, connection.session(), signal)
      },
      'expectations.save': async (params, signal) =>
        (await answers()).saveExpectations(params, signal),
    },
    isActing: () => actingCount > 0,
    onActing: listener => void actingListeners.add(listener),
    async lookAfter(targetId, capture) {
      await (await parts()).actions.lookAfter(targetId, capture)
    },
    async stop() {
      await (await started)?.actions.stop()
    },
  }
}
