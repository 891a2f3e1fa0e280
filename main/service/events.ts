import type { EventEnvelope, EventName, Events } from '../../core/contract/requests.ts'
import { reportBug } from './host-log.ts'

/** What the service says unasked, handed to every host that listens. */
export interface EventSource {
  emit<N extends EventName>(name: N, payload: Events[N]): void
  subscribe(listener: (event: EventEnvelope) => void): () => void
}

export function createEventSource(): EventSource {
  const listeners = new Set<(event: EventEnvelope) => void>()
  return {
    emit(name, payload) {
      const event = { name, payload } as EventEnvelope
      for (const listener of listeners) {
        try {
          listener(event)
        } catch (error) {
          // A window that has just gone must not fail the work that told it.
          reportBug(error, `a listener of ${name}`)
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
