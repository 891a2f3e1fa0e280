import type { BuiltKext } from '../../../core/project/project.ts'
import type { BundleLook } from './look-at-builds.ts'

/** How long nothing of a bundle may change before it counts as written. */
export const settleMs = 600

export interface Offers {
  /**
   * The builds that may be offered: those that are whole and that nobody writes any more. Of one that is being
   * written again, the build that was there before.
   *
   * @param isQuiet whoever builds here has just ended: nothing is waited for
   * @returns also after how many milliseconds to look again; null: nothing is under way
   */
  take(
    looks: readonly BundleLook[],
    now: number,
    isQuiet: boolean,
  ): Promise<{ readonly builds: readonly BuiltKext[]; readonly lookAgainMs: number | null }>
}

interface Seen {
  /** As it was at the last look, and since when it has been so. */
  readonly fingerprint: string
  readonly since: number
  readonly offered: { readonly fingerprint: string; readonly build: BuiltKext | null } | null
}

export function createOffers(
  read: (look: BundleLook) => Promise<BuiltKext | null>,
  patienceMs = settleMs,
): Offers {
  let seen = new Map<string, Seen>()
  return {
    async take(looks, now, isQuiet) {
      const next = new Map<string, Seen>()
      let lookAgainMs: number | null = null
      for (const look of looks) {
        const before = seen.get(look.path)
        const { fingerprint } = look
        const since = before?.fingerprint === fingerprint ? before.since : now
        let offered = before?.offered ?? null
        if (offered?.fingerprint !== fingerprint) {
          // What was last touched long ago need not be watched for a while. A clock that is ahead proves nothing.
          const age = Math.max(now - since, now - look.touchedAt)
          if (isQuiet || age >= patienceMs) {
            offered = { fingerprint, build: await read(look) }
          } else {
            lookAgainMs = Math.min(lookAgainMs ?? patienceMs, patienceMs - Math.max(age, 0))
          }
        }
        next.set(look.path, { fingerprint, since, offered })
      }
      seen = next
      const builds = [...next.values()].flatMap(({ offered }) => offered?.build ?? [])
      return { builds, lookAgainMs }
    },
  }
}
