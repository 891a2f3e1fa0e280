import { FailureError } from '../../core/failure.ts'

/**
 * Work that several callers may want at once and that is done once for all of them. A caller that gives up
 * leaves; the work itself is called off when nobody is left who wants it.
 */
export interface SharedWork<About, T> {
  /** Joins the work under way for this `about`, or begins it. */
  join(about: About, signal: AbortSignal): Promise<T>
  /** As `join`, but never joins work that had begun before: it ends first. */
  afresh(about: About, signal: AbortSignal): Promise<T>
  /** Resolves when the work under way has ended, however it did; null when there is none. */
  underWay(): Promise<void> | null
}

interface UnderWay<About, T> {
  readonly about: About
  readonly result: Promise<T>
  readonly controller: AbortController
  waiting: number
}

export function shareWork<About, T>(
  begin: (about: About, signal: AbortSignal) => Promise<T>,
): SharedWork<About, T> {
  let current: UnderWay<About, T> | undefined

  function start(about: About): UnderWay<About, T> {
    const controller = new AbortController()
    const begun: UnderWay<About, T> = {
      about,
      controller,
      waiting: 0,
      result: begin(about, controller.signal).finally(() => {
        if (current === begun) current = undefined
      }),
    }
    // Who waits looks at the result; with nobody left it has no one to look at it.
    begun.result.catch(() => undefined)
    return begun
  }

  async function join(about: About, signal: AbortSignal): Promise<T> {
    if (signal.aborted) throw new FailureError({ kind: 'cancelled' })
    if (current?.about !== about || current.controller.signal.aborted) current = start(about)
    return await waitFor(current, signal)
  }

  return {
    join,
    underWay: () =>
      current
        ? current.result.then(
            () => undefined,
            () => undefined,
          )
        : null,
    async afresh(about, signal) {
      while (current?.about === about && !signal.aborted) {
        await waitFor(current, signal).catch(() => undefined)
      }
      return await join(about, signal)
    },
  }
}

async function waitFor<T>(work: UnderWay<unknown, T>, signal: AbortSignal): Promise<T> {
  work.waiting++
  let leave: (() => void) | undefined
  const left = new Promise<never>((_resolve, reject) => {
    leave = () => reject(new FailureError({ kind: 'cancelled' }))
    signal.addEventListener('abort', leave, { once: true })
  })
  try {
    return await Promise.race([work.result, left])
  } finally {
    if (leave) signal.removeEventListener('abort', leave)
    work.waiting--
    if (work.waiting === 0) work.controller.abort()
  }
}
