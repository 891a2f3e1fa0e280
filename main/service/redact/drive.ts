import { FailureError } from '../../../core/failure.ts'

/** Runs steps to their end, and lets the host breathe every few milliseconds. */
export async function drive<T>(steps: Generator<undefined, T>, signal: AbortSignal): Promise<T> {
  let until = performance.now() + sliceMs
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    if (performance.now() < until) continue
    await new Promise(resolve => setImmediate(resolve))
    if (signal.aborted) throw new FailureError({ kind: 'cancelled' })
    until = performance.now() + sliceMs
  }
}

const sliceMs = 12
