import { FailureError, type Reply } from '../failure.ts'
import { requests, type Handlers, type RequestName } from './requests.ts'
import { checkParams, type RequestRow } from './schema.ts'

export interface Caller {
  /** False for a host that was started read-only: requests that change the guest or run a program are refused. */
  readonly mayChangeGuest: boolean
  /** Told of bugs, with their stack; the caller gets a failure of kind `internal`. */
  readonly reportBug: (error: unknown, request: string) => void
}

/** The one door of every host: checks the name, the right and the parameters, and never throws. */
export async function answer(
  handlers: Handlers,
  caller: Caller,
  name: unknown,
  params: unknown,
  signal: AbortSignal,
): Promise<Reply<unknown>> {
  return answered(String(name), caller.reportBug, signal, async () => {
    if (typeof name !== 'string' || !Object.hasOwn(requests, name)) {
      const detail = 'there is no such request'
      throw new FailureError({ kind: 'bad-request', request: String(name), detail })
    }
    const request = name as RequestName
    const row = requests[request] as RequestRow<unknown, unknown>
    if ((row.changesGuest || row.runsProgram) && !caller.mayChangeGuest) {
      const what = row.runsProgram ? 'run a program' : 'change a guest'
      const detail = `this host was started without the right to ${what}`
      throw new FailureError({ kind: 'not-allowed', request, detail })
    }
    const checked = checkParams(request, row, params)
    const handler = handlers[request] as (p: unknown, s: AbortSignal) => Promise<unknown>
    return handler(checked, signal)
  })
}

/** What came of some work, as a reply: a failure as data, a bug as a failure of kind `internal`. Never throws. */
export async function answered<T>(
  name: string,
  reportBug: Caller['reportBug'],
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<Reply<T>> {
  try {
    return { ok: true, value: await work() }
  } catch (error) {
    if (error instanceof FailureError) return { ok: false, failure: error.failure }
    if (signal.aborted) return { ok: false, failure: { kind: 'cancelled' } }
    reportBug(error, name)
    const detail = error instanceof Error ? error.message : String(error)
    return { ok: false, failure: { kind: 'internal', detail } }
  }
}
