import { vi } from 'vitest'
import type { CompareWorker } from '../../renderer/compare/create-comparer.ts'
import type { FromCompare, ToCompare } from '../../renderer/compare/messages.ts'

let fromWorker: (message: FromCompare) => void = () => undefined
const scope: { onmessage?: (event: { data: ToCompare }) => void; postMessage: unknown } = {
  postMessage: (message: FromCompare, options: { transfer: ArrayBuffer[] }) => {
    const sent = structuredClone(message, options)
    setTimeout(() => fromWorker(sent))
  },
}

/**
 * The page's worker that compares, its own code in this thread: messages are cloned, and buffers transferred, as
 * between two. It stays until `vi.unstubAllGlobals()`.
 *
 * @returns what starts one; one at a time
 */
export async function compareWorkerHere(
  asked: (kind: ToCompare['kind'] | 'terminated') => void = () => undefined,
): Promise<() => CompareWorker> {
  vi.stubGlobal('self', scope)
  await import('../../renderer/compare/compare-worker.ts')
  return () => {
    const worker: CompareWorker = {
      postMessage: (message, transfer) => {
        asked(message.kind)
        scope.onmessage!({ data: structuredClone(message, { transfer }) })
      },
      terminate: () => asked('terminated'),
      onmessage: null,
      onerror: null,
    }
    fromWorker = data => worker.onmessage!({ data } as MessageEvent<FromCompare>)
    return worker
  }
}
