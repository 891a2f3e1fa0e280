import { z } from 'zod'
import { FailureError, type Reply } from '../failure.ts'

// zod compiles its checks with `new Function` where it may; the page's policy forbids that, and trying is
// reported as a violation.
z.config({ jitless: true })

/**
 * One row of the contract: what a request takes, what it returns, and whether it changes the guest. The
 * flag is why the window asks for consent, the command line wants `--yes`, and the web host says no
 * unless it was started to allow it.
 */
export interface RequestRow<P, R> {
  readonly params: z.ZodType<P>
  readonly changesGuest: boolean
  /** Only a type: no value is ever here. */
  readonly result?: R
}

interface Taking<P> {
  returns<R>(options?: { changesGuest: true }): RequestRow<P, R>
}

export function takes<S extends z.ZodType>(schema: S): Taking<z.output<S>> {
  return {
    returns: options => ({
      params: schema as z.ZodType<z.output<S>>,
      changesGuest: options?.changesGuest ?? false,
    }),
  }
}

export const nothing = z.object({}).strict()

/** Turns what came over a boundary into parameters, or refuses it with a sentence. */
export function checkParams<P>(request: string, row: RequestRow<P, unknown>, params: unknown): P {
  const result = row.params.safeParse(params ?? {})
  if (result.success) return result.data
  const detail = result.error.issues
    .map(issue => `${issue.path.join('.') || 'parameters'}: ${issue.message}`)
    .join('; ')
  throw new FailureError({ kind: 'bad-request', request, detail })
}

export function unwrap<T>(reply: Reply<T>): T {
  if (reply.ok) return reply.value
  throw new FailureError(reply.failure)
}
