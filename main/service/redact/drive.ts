import { FailureError } from '../../../core/failure.ts'

/** Hears how far a piece of work has come, 0 to 1. */
export type Tell = (done: number) => void

/** Runs steps to their end, hears in between whether the work is wanted still, and tells how far it has come. */
export async function drive<T>(
  steps: Generator<number, T>,
  signal: AbortSignal,
  tell?: Tell,
): Promise<T> {
  let until = performance.now() + sliceMs
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    if (performance.now() < until) continue
    tell?.(step.value)
    await breathe(signal)
    until = performance.now() + sliceMs
  }
}

/** Lets messages in, such as that nobody wants the work any more. */
export async function breathe(signal: AbortSignal): Promise<void> {
  await new Promise(resolve => setImmediate(resolve))
  if (signal.aborted) throw new FailureError({ kind: 'cancelled' })
}

/** What is told by a part of the work, as the share it is of the whole. */
export function within(tell: Tell, from: number, to: number): Tell {
  return done => tell(from + (to - from) * done)
}

const sliceMs = 12
