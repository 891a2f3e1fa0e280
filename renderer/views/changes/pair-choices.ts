import type {
  ConnectionState,
  Moment,
  SavedTarget,
  SessionSummary,
} from '../../../core/contract/types.ts'
import type { RecentFile } from '../../../core/contract/preferences.ts'
import type { PairChoice } from '../../state/compare-actions.ts'
import { nameIn } from '../../widgets/host-path.ts'
import { visibleText } from '../../widgets/visible-text.ts'
import { countText } from '../action/quantities.ts'
import { clockTime, dayAndTime } from '../shell/times.ts'
import { momentCause } from './moment-words.ts'

/** One line of the chooser. */
export interface PairRow {
  readonly key: string
  readonly icon: 'moment' | 'file' | 'guest' | 'session' | 'open'
  readonly title: string
  readonly aside: string
  /** What it does: puts a capture there, asks for a file, or shows what is in a session. */
  readonly does:
    | { readonly kind: 'put'; readonly choice: PairChoice }
    | { readonly kind: 'browse' }
    | { readonly kind: 'session'; readonly sessionId: string }
  /** Which side it stands on already, in a word. */
  readonly mark: string | null
}

export interface PairGroup {
  readonly title: string
  readonly rows: readonly PairRow[]
  /** How many more there are, which a longer text would bring. */
  readonly more: number
}

export interface PairInput {
  /** Of all sessions that are open, oldest first. */
  readonly moments: readonly Moment[]
  readonly ownSession: string | null
  readonly sessions: readonly SessionSummary[]
  readonly recentFiles: readonly RecentFile[]
  readonly targets: readonly SavedTarget[]
  readonly connection: ConnectionState
  readonly before: string | null
  readonly after: string | null
}

/** Of one heading; the text narrows it down. */
const mostShown = 60

/** What can be put on a side of a comparison, under headings; of each row all words of `text` have to be in it. */
export function pairGroups(text: string, input: PairInput): readonly PairGroup[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const fits = ({ title, aside }: PairRow, group: string) => {
    const all = `${title} ${aside} ${group}`.toLowerCase()
    return words.every(word => all.includes(word))
  }
  return allGroups(input)
    .map(({ title, rows }) => {
      const fitting = rows.filter(row => fits(row, title))
      const shown = fitting.slice(0, mostShown)
      return { title, rows: shown, more: fitting.length - shown.length }
    })
    .filter(({ rows }) => rows.length > 0)
}

function allGroups(input: PairInput): readonly { title: string; rows: readonly PairRow[] }[] {
  const { moments, ownSession, sessions, recentFiles, targets, connection } = input
  const live = moments.filter(({ held }) => held !== 'dropped').toReversed()
  const own = live.filter(({ sessionId }) => sessionId === ownSession)
  const opened = sessions.filter(({ isOpen }) => isOpen)
  const closed = sessions.filter(({ isOpen, newerFormat }) => !isOpen && newerFormat === null)
  return [
    { title: 'This session', rows: own.map(moment => momentRow(moment, input)) },
    {
      title: 'Files',
      rows: [browseRow, ...recentFiles.map(fileRow)],
    },
    { title: 'Guests', rows: guestRows(targets, connection) },
    ...opened.map(({ sessionId, startedAt }) => ({
      title: `Session of ${dayAndTime(startedAt)}`,
      rows: live
        .filter(moment => moment.sessionId === sessionId)
        .map(moment => momentRow(moment, input)),
    })),
    { title: 'Sessions kept on disk', rows: closed.map(sessionRow) },
  ]
}

function momentRow(moment: Moment, { before, after, ownSession }: PairInput): PairRow {
  const { snapshotId, addedAt, source, counts, guest } = moment
  const isToday = moment.sessionId === ownSession
  return {
    key: snapshotId,
    icon: moment.cause.kind === 'file' ? 'file' : 'moment',
    title: `${isToday ? clockTime(addedAt) : dayAndTime(addedAt)} ${visibleText(source.label)}`,
    aside: [
      momentCause(moment),
      countText(counts.entries, 'entry', 'entries'),
      visibleText(guest ?? ''),
    ]
      .filter(Boolean)
      .join(', '),
    does: { kind: 'put', choice: { kind: 'moment', snapshotId } },
    mark: snapshotId === before ? 'before' : snapshotId === after ? 'after' : null,
  }
}

const browseRow: PairRow = {
  key: 'browse',
  icon: 'open',
  title: 'Open a file…',
  aside: 'or drop one on the window',
  does: { kind: 'browse' },
  mark: null,
}

function fileRow({ path, what }: RecentFile): PairRow {
  return {
    key: `file:${path}`,
    icon: 'file',
    title: visibleText(nameIn(path)),
    aside: visibleText(what === '' ? path : `${what}, ${path}`),
    does: { kind: 'put', choice: { kind: 'file', path } },
    mark: null,
  }
}

function guestRows(targets: readonly SavedTarget[], connection: ConnectionState): PairRow[] {
  const connected = connection.phase === 'connected' ? connection.guest.target : null
  const now: PairRow[] = connected
    ? [
        {
          key: 'now',
          icon: 'guest',
          title: `Capture ${visibleText(connected.label)} now`,
          aside: 'connected',
          does: { kind: 'put', choice: { kind: 'now' } },
          mark: null,
        },
      ]
    : []
  const leaves = connected ? `; leaves ${visibleText(connected.label)}` : ''
  const others = targets
    .filter(({ id }) => id !== connected?.id)
    .map(({ id, label, user, host, isBuiltIn }): PairRow => ({
      key: `guest:${id}`,
      icon: 'guest',
      title: `Connect to ${visibleText(label)} and capture`,
      aside: `${isBuiltIn ? 'built in' : visibleText(`${user}@${host}`)}${leaves}`,
      does: { kind: 'put', choice: { kind: 'guest', targetId: id } },
      mark: null,
    }))
  return [...now, ...others]
}

function sessionRow({ sessionId, startedAt, snapshots, labels }: SessionSummary): PairRow {
  return {
    key: `session:${sessionId}`,
    icon: 'session',
    title: `Session of ${dayAndTime(startedAt)}`,
    aside: `${countText(snapshots, 'snapshot')} of ${visibleText(labels.join(', '))}`,
    does: { kind: 'session', sessionId },
    mark: null,
  }
}
