import { z } from 'zod'
import { nothing, takes, type RequestRows } from './schema.ts'
import type { WatchStatus } from './types.ts'

/** Looking at the guest again and again, and telling of it. */
export const watchRequests = {
  /** How the connected guest is watched: a page that was reloaded asks for it. */
  'watch.get': takes(nothing).returns<WatchStatus>(),
  /** Looks at the connected guest again and again; one that is watched already goes on with these options. */
  'watch.start': takes(
    z
      .object({
        /** From 0.5 s to 10 min; null: as often as the budget allows. */
        intervalMs: z.number().int().min(500).max(600_000).nullable(),
        /** Read by every look, beside IOService. */
        planes: z.array(z.string().min(1).max(255)).max(50).optional(),
        budgetPercent: z.number().min(0.1).max(50),
      })
      .strict(),
  ).returns<WatchStatus>(),
  'watch.stop': takes(nothing).returns<WatchStatus>(),
  /** When it has answered, no command of the watch runs in the guest. */
  'watch.pause': takes(nothing).returns<WatchStatus>(),
  'watch.resume': takes(nothing).returns<WatchStatus>(),
  /**
   * A notice outside the window, where the host can show one without asking anybody. A click on it leads to the window,
   * which hears of it by `notice.chosen`.
   */
  'host.notify': takes(
    z
      .object({
        title: z.string().max(200),
        body: z.string().max(1000),
        noticeId: z.number().int().nonnegative(),
      })
      .strict(),
  ).returns<{ readonly isShown: boolean }>(),
} as const satisfies RequestRows
