/** Milliseconds that this thread has worked. */
export function busyMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** The longest that this thread is busy between two turns of its loop while some work goes on, in its own time. */
export async function longestTurn(work: Promise<unknown>): Promise<number> {
  let isOver = false
  const over = work.finally(() => (isOver = true))
  let longest = 0
  for (let before = busyMs(); !isOver;) {
    await new Promise(resolve => setImmediate(resolve))
    const now = busyMs()
    longest = Math.max(longest, now - before)
    before = now
  }
  await over
  return longest
}
