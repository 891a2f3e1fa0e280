import type { FromSearch, ToSearch } from './messages.ts'
import { createSearchEngine } from './search-engine.ts'

// The page's search worker: messages in, messages out. What it does is in search-engine.ts.

interface WorkerScope {
  postMessage(message: FromSearch, transfer: ArrayBuffer[]): void
  onmessage: ((event: MessageEvent<ToSearch>) => void) | null
}

const scope = self as unknown as WorkerScope
// A timer would wait four milliseconds each time; a message to oneself lets those through that came before.
const channel = new MessageChannel()
const waiting: (() => void)[] = []
channel.port2.onmessage = () => waiting.shift()?.()

const receive = createSearchEngine({
  now: () => performance.now(),
  post: (message, transfer = []) => scope.postMessage(message, transfer),
  pause: () =>
    new Promise(resolve => {
      waiting.push(resolve)
      channel.port1.postMessage(null)
    }),
})
// Else the page would never hear of it.
addEventListener('unhandledrejection', event => {
  throw event.reason
})
scope.onmessage = event => receive(event.data)
