import { answer } from '../../core/contract/answer.ts'
import type { Params, RequestName, Result } from '../../core/contract/requests.ts'
import { unwrap } from '../../core/contract/schema.ts'
import type { App } from '../app/create-app.ts'
import { reportBug } from '../service/host-log.ts'

/** Asks the service as a window does: by the same door, which checks everything. Throws the failure. */
export type Ask = <N extends RequestName>(name: N, params: Params<N>) => Promise<Result<N>>

export function askOf(app: Pick<App, 'handlers'>, signal: AbortSignal): Ask {
  const caller = { mayChangeGuest: true, reportBug }
  return async <N extends RequestName>(name: N, params: Params<N>) =>
    unwrap(await answer(app.handlers, caller, name, params, signal)) as Result<N>
}
