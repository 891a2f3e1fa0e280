import type { Capture, Moment, SessionSummary } from '../../core/contract/types.ts'
import { FailureError } from '../../core/failure.ts'
import type { App } from '../app/create-app.ts'

// What windows have kept of what they captured, named in a terminal.

/** `session:last/3`, `session:20261125140203117-5f0c9a1e/last`; with `session:` the look may be left out. */
export const sessionScheme = 'session:'

/** The sessions that are there, newest first. */
export function keptSessions(app: App, signal: AbortSignal): Promise<readonly SessionSummary[]> {
  return app.handlers['timeline.sessions']({}, signal)
}

/**
 * The session of that name: `last`, its number in the list (1 is the newest), its id or the beginning of it.
 * @throws FailureError `file-unreadable` where that is none, or several
 */
export async function findSession(
  app: App,
  name: string,
  signal: AbortSignal,
): Promise<SessionSummary> {
  const sessions = await keptSessions(app, signal)
  if (sessions.length === 0)
    throw notThere(name, 'no session is kept: windows keep them, commands do not')
  const isNumber = /^\d{1,4}$/.test(name)
  const found =
    name === 'last'
      ? sessions.slice(0, 1)
      : isNumber
        ? sessions.slice(Number(name) - 1, Number(name))
        : sessions.filter(({ sessionId }) => name !== '' && sessionId.startsWith(name))
  const [one] = found
  if (found.length === 1 && one) return one
  if (!one) throw notThere(name, 'there is no such session; “kextant timeline” lists them')
  const names = found.map(({ sessionId }) => sessionId).join(', ')
  throw notThere(name, `${found.length} sessions have names that begin so: ${names}`)
}

/** The looks of a session, oldest first; they are numbered from 1. */
export async function looksOf(
  app: App,
  { sessionId, newerFormat }: SessionSummary,
  signal: AbortSignal,
): Promise<readonly Moment[]> {
  if (newerFormat !== null) {
    const detail = `a newer Kextant has kept it (form ${newerFormat}): read it with that one`
    throw notThere(sessionId, detail)
  }
  const { moments } = await app.handlers['timeline.openSession']({ sessionId }, signal)
  return moments.filter(moment => moment.sessionId === sessionId)
}

/** The capture of `session:SESSION/N`; N is a number or `last`, and the last one where it is left out. */
export async function openKept(app: App, source: string, signal: AbortSignal): Promise<Capture> {
  const [name = '', number = 'last', ...more] = source.slice(sessionScheme.length).split('/')
  if (more.length > 0) throw notThere(name, 'behind it stands more than the number of a snapshot')
  const session = await findSession(app, name, signal)
  const looks = await looksOf(app, session, signal)
  const look = number === 'last' ? looks.at(-1) : /^\d+$/.test(number) && looks[Number(number) - 1]
  if (!look) {
    const range = looks.length === 1 ? 'one snapshot' : `snapshots 1 to ${looks.length}`
    throw notThere(session.sessionId, `it has ${range}, and no “${number}”`)
  }
  return app.handlers['capture.get']({ snapshotId: look.snapshotId }, signal)
}

/** As of a file that is not there: a session is a SOURCE. */
function notThere(session: string, detail: string): FailureError {
  return new FailureError({ kind: 'file-unreadable', path: `session:${session}`, detail })
}
