import { whenIdle } from '../registry/when-idle.ts'

export interface SlowRun {
  /** Work in one go. */
  readonly sliceMs?: number
  /** Work in all: what takes longer is given up. */
  readonly budgetMs?: number
  readonly signal: AbortSignal
}

/**
 * Carries out steps when the page has nothing else to do; the first slice at once, so that what is quick is there in
 * the same frame. Null when it was given up: cancelled, or over its budget.
 */
export function runSlowly<T>(
  steps: Generator<unknown, T>,
  { sliceMs = 8, budgetMs = 5000, signal }: SlowRun,
): Promise<T | null> {
  return new Promise((resolve, reject) => {
    let spent = 0
    const slice = () => {
      if (signal.aborted) {
        resolve(null)
        return
      }
      const begun = performance.now()
      try {
        for (;;) {
          const step = steps.next()
          if (step.done === true) {
            resolve(step.value)
            return
          }
          if (performance.now() - begun >= sliceMs) break
        }
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)))
        return
      }
      spent += performance.now() - begun
      if (spent >= budgetMs) resolve(null)
      else whenIdle(slice)
    }
    slice()
  })
}
