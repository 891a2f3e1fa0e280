/** As much as is used here of what the browser tells in an idle moment. */
export interface IdleTime {
  readonly timeRemaining: () => number
}

/**
 * Does something when the page has nothing else to do, and at the latest after so many milliseconds: a window in the
 * background is never idle.
 *
 * @param timeoutMs Infinity for what nobody waits for
 * @returns takes it back
 */
export function whenIdle(work: (time: IdleTime) => void, timeoutMs = 200): () => void {
  if (typeof requestIdleCallback === 'function') {
    const handle = requestIdleCallback(work, timeoutMs < Infinity ? { timeout: timeoutMs } : {})
    return () => cancelIdleCallback(handle)
  }
  const handle = setTimeout(() => work({ timeRemaining: () => 8 }), 0)
  return () => clearTimeout(handle)
}

/** Lets the page do what waits. */
export function nextTask(): Promise<void> {
  return new Promise(done => setTimeout(done, 0))
}
