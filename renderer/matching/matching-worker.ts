import { makeMatcher } from './make-matcher.ts'
import { createMatchingEngine } from './matching-engine.ts'
import type { FromMatching, ToMatching } from './messages.ts'

// The page's matching worker: messages in, messages out. What it does is in matching-engine.ts.

interface WorkerScope {
  postMessage(message: FromMatching): void
  onmessage: ((event: MessageEvent<ToMatching>) => void) | null
}

const scope = self as unknown as WorkerScope
// A message to oneself lets those through that came before, and waits for no timer.
const channel = new MessageChannel()
const waiting: (() => void)[] = []
channel.port2.onmessage = () => waiting.shift()?.()

const receive = createMatchingEngine(
  {
    now: () => performance.now(),
    post: message => scope.postMessage(message),
    pause: () =>
      new Promise(resolve => {
        waiting.push(resolve)
        channel.port1.postMessage(null)
      }),
  },
  makeMatcher,
)
// Else the page would never hear of it.
addEventListener('unhandledrejection', event => {
  throw event.reason
})
scope.onmessage = event => receive(event.data)
