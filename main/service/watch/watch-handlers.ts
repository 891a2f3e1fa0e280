import type { Handlers } from '../../../core/contract/requests.ts'
import { notWatching } from '../../../core/watch/watch-status.ts'
import type { Connection } from '../connection.ts'
import type { EventSource } from '../events.ts'
import type { GuestCaptures } from '../guest-captures.ts'
import type { Parser } from '../parse-client.ts'
import type { Watcher } from './watcher.ts'

type WatchHandlers = Pick<Handlers, Extract<keyof Handlers, `watch.${string}`>>

export interface WatchHandlersOptions {
  readonly connection: Connection
  readonly captures: GuestCaptures
  readonly parser: Parser
  readonly events: EventSource
  readonly isActing: () => boolean
  /** Calls the listener when an action begins or ends. */
  readonly onActing: (listener: () => void) => void
}

/** Answers what is asked about watching; what does it is loaded when a guest is watched first. */
export function createWatchHandlers(options: WatchHandlersOptions): {
  readonly handlers: WatchHandlers
  stop(): Promise<void>
} {
  const { events } = options
  let watcher: Watcher | undefined
  let loading: Promise<Watcher> | undefined
  const load = async () => {
    const { createWatcher } = await import('./watcher.ts')
    const made = createWatcher({
      ...options,
      changed: status => events.emit('watch.changed', status),
    })
    events.subscribe(event => {
      if (event.name === 'connection.changed') made.connectionChanged(event.payload)
    })
    options.onActing(() => made.actingChanged())
    watcher = made
    return made
  }

  return {
    handlers: {
      'watch.get': async () => watcher?.status() ?? notWatching,
      'watch.start': async ({ intervalMs, planes = [], budgetPercent }) => {
        // Says that there is no guest before anything is loaded.
        options.connection.guest()
        return (await (loading ??= load())).start({ intervalMs, planes, budgetPercent })
      },
      'watch.stop': async () => (await watcher?.stop()) ?? notWatching,
      'watch.pause': async () => (await watcher?.pause()) ?? notWatching,
      'watch.resume': async () => watcher?.resume() ?? notWatching,
    },
    async stop() {
      await (await loading)?.stop()
    },
  }
}
