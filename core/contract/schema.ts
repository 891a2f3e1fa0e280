import { z } from 'zod'
import { FailureError, type Reply } from '../failure.ts'

// zod compiles its checks with `new Function` where it may; the page's policy forbids that, and trying is
// reported as a violation.
z.config({ jitless: true })

/** What a request does beyond looking and writing files of the user's. */
export interface RequestFlags {
  /** Why the window asks for consent and the command line wants `--yes`. */
  readonly changesGuest: boolean
  /** It starts a program of the computer that Kextant runs on: a build, an editor. */
  readonly runsProgram: boolean
}

/**
 * One row of the contract: what a request takes, what it returns, and what it does. A host that was started
 * read-only says no to each that has a flag.
 */
export interface RequestRow<P, R> extends RequestFlags {
  readonly params: z.ZodType<P>
  /** Only a type: no value is ever here. */
  readonly result?: R
}

interface Taking<P> {
  returns<R>(flags?: Partial<RequestFlags>): RequestRow<P, R>
}

export function takes<S extends z.ZodType>(schema: S): Taking<z.output<S>> {
  return {
    returns: ({ changesGuest = false, runsProgram = false } = {}) => ({
      params: schema as z.ZodType<z.output<S>>,
      changesGuest,
      runsProgram,
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

/** A table of requests. */
export type RequestRows = Readonly<
  Record<string, RequestRow<never, unknown> | RequestRow<unknown, unknown>>
>
