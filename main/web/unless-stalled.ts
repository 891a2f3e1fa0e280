import { FailureError } from '../../core/failure.ts'

/**
 * What arrives of a file, until nothing arrives for so long. While the reader holds the sender up, no time is
 * counted. A body that stalled is not read to its end: that may never come.
 */
export async function* unlessStalled(
  body: AsyncIterableIterator<Buffer>,
  path: string,
  stallMs: number,
): AsyncGenerator<Buffer> {
  let timer: NodeJS.Timeout | undefined
  let isWaiting = false
  try {
    for (;;) {
      isWaiting = true
      const stalled = new Promise<never>((_, reject) => {
        const detail = `nothing more of it came for ${stallMs / 1000} s`
        const failure = new FailureError({ kind: 'file-unreadable', path, detail })
        timer = setTimeout(() => reject(failure), stallMs)
      })
      const next = await Promise.race([body.next(), stalled])
      isWaiting = false
      clearTimeout(timer)
      if (next.done === true) return
      yield next.value
    }
  } finally {
    clearTimeout(timer)
    if (!isWaiting) await body.return?.()
  }
}
