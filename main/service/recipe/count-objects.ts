import { readAllocations } from '../../../core/guest-facts/read-allocations.ts'
import { readClassCounts } from '../../../core/guest-facts/read-class-counts.ts'
import { FailureError } from '../../../core/failure.ts'
import type { LeakCycle } from '../../../core/leaks/leak-report.ts'
import { textOf } from '../../guest/command.ts'
import { ioalloccount } from '../../guest/commands/ioalloccount.ts'
import { ioclasscount } from '../../guest/commands/ioclasscount.ts'
import type { GuestSession } from '../../guest/session.ts'

export interface ObjectCounts {
  /** Null where the guest has no `ioclasscount`. */
  readonly classes: ReadonlyMap<string, number> | null
  readonly allocations: LeakCycle['allocations']
}

export async function countObjects(
  session: GuestSession,
  signal: AbortSignal,
): Promise<ObjectCounts> {
  const classes = ioclasscount(session, [], signal).then(
    result => readClassCounts(textOf(result), 'ioclasscount').counts,
    (error: unknown) => {
      if (error instanceof FailureError && isWithout(error)) return null
      throw error
    },
  )
  const [counted, allocated] = await Promise.all([classes, ioalloccount(session, signal)])
  const allocations = allocated && readAllocations(textOf(allocated))
  return { classes: counted, allocations: allocations?.length ? allocations : null }
}

/** The tool is not there, or says nothing that can be read: there are no counts, and the action goes on. */
function isWithout({ failure: { kind } }: FailureError): boolean {
  return (
    kind === 'command-missing' ||
    kind === 'command-failed' ||
    kind === 'command-timed-out' ||
    kind === 'dump-too-large' ||
    kind === 'not-a-dump'
  )
}
