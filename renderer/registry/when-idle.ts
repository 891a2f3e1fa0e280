/**
 * Does something when the page has nothing else to do, and at the latest after so many milliseconds: a window in the
 * background is never idle.
 */
export function whenIdle(work: () => void, timeoutMs = 200): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(work, { timeout: timeoutMs })
  else setTimeout(work, 0)
}
