import type { Moment, SessionSummary } from '../../../core/contract/types.ts'
import { causeWords } from '../../../core/timeline/cause-words.ts'
import type { JsonValue } from '../../../core/write/value-json.ts'
import { printableInLine } from '../../app/printable.ts'
import type { Look } from '../look.ts'

const endings: Readonly<Record<SessionSummary['ended'], string>> = {
  properly: '',
  unexpectedly: 'ended unexpectedly',
  running: 'running',
}

/** The sessions as a table, newest first, numbered as they can be named. */
export function* sessionLines(sessions: readonly SessionSummary[], look: Look): Generator<string> {
  const rows = sessions.map((session, i) => [
    String(i + 1),
    localTime(session.startedAt),
    String(session.snapshots),
    megabytes(session.bytes),
    session.sessionId,
    session.newerFormat === null
      ? [endings[session.ended], session.labels.map(printableInLine).join(', ')]
          .filter(part => part !== '')
          .join(': ')
      : `kept by a newer Kextant (form ${session.newerFormat})`,
  ])
  yield* tableLines(['#', 'Began', 'Snapshots', 'Size', 'Session', 'Of'], rows, [0, 2, 3], look)
}

/** The looks of a session as a table, oldest first, numbered as they can be named. */
export function* momentLines(moments: readonly Moment[], look: Look): Generator<string> {
  const rows = moments.map(({ addedAt, counts, cause, source, guest }, i) => [
    String(i + 1),
    localTime(addedAt),
    String(counts.entries),
    String(counts.services),
    counts.kexts === null ? '-' : String(counts.kexts),
    causeWords(cause, printableInLine),
    printableInLine([source.label, guest].filter(Boolean).join(', ')),
  ])
  const titles = ['#', 'Time', 'Entries', 'Services', 'Kexts', 'What led to it', 'Of']
  yield* tableLines(titles, rows, [0, 2, 3, 4], look)
}

export function sessionsJson(sessions: readonly SessionSummary[]): JsonValue {
  return sessions.map(
    ({ sessionId, startedAt, lastAt, snapshots, bytes, ended, labels, newerFormat }) => ({
      session: sessionId,
      startedAt,
      lastAt,
      snapshots,
      bytes,
      ended,
      of: [...labels],
      newerFormat,
    }),
  )
}

export function momentsJson(moments: readonly Moment[]): JsonValue {
  return moments.map(({ addedAt, takenAt, counts, cause, source, guest, boot, bytes }, i) => ({
    number: i + 1,
    addedAt,
    takenAt,
    of: source.label,
    guest,
    boot,
    entries: counts.entries,
    services: counts.services,
    kexts: counts.kexts,
    cause: cause.kind,
    action: cause.kind === 'action' ? cause.title : null,
    bytes,
  }))
}

function* tableLines(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  numbers: readonly number[],
  { paint }: Look,
): Generator<string> {
  const widths = titles.map((title, column) =>
    rows.reduce((width, row) => Math.max(width, row[column]!.length), title.length),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        numbers.includes(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd()
  yield paint('bold', line(titles))
  for (const row of rows) yield line(row)
}

/** `2026-11-25 14:02:03`, of this machine's zone. */
function localTime(iso: string): string {
  const date = new Date(iso)
  const two = (number: number) => String(number).padStart(2, '0')
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
