import { expect, test } from 'vitest'
import type { Moment, SavedTarget, SessionSummary } from '../../../core/contract/types.ts'
import { pairGroups, type PairInput } from '../../../renderer/views/changes/pair-choices.ts'

const moment = (snapshotId: string, change: Partial<Moment> = {}): Moment => ({
  sessionId: 'own',
  snapshotId,
  takenAt: '2026-01-01T10:00:00',
  addedAt: '2026-01-01T10:00:00',
  source: { kind: 'guest', targetId: 't', label: 'Machine' },
  boot: null,
  guest: 'darwinOS 10.13.6',
  counts: { entries: 12, services: 3, kexts: null },
  cause: { kind: 'user' },
  bytes: null,
  held: 'memory',
  ...change,
})
const session = (sessionId: string, change: Partial<SessionSummary> = {}): SessionSummary => ({
  sessionId,
  startedAt: '2026-01-02T10:00:00',
  lastAt: '2026-01-02T11:00:00',
  snapshots: 2,
  bytes: 1,
  ended: 'properly',
  labels: ['Other'],
  isOpen: false,
  newerFormat: null,
  ...change,
})
const target = (id: string, label: string): SavedTarget =>
  ({ id, label, user: 'author', host: '10.0.0.1', isBuiltIn: false }) as SavedTarget

const input: PairInput = {
  moments: [
    moment('old', { sessionId: 'opened', addedAt: '2026-01-02T10:00:00' }),
    moment('one'),
    moment('lost', { held: 'dropped' }),
    moment('two', { addedAt: '2026-01-01T10:05:00', cause: { kind: 'watch' } }),
  ],
  ownSession: 'own',
  sessions: [
    session('opened', { isOpen: true }),
    session('kept'),
    session('new', { newerFormat: 2 }),
  ],
  recentFiles: [{ path: '/dumps/a\u001b.txt', what: 'text of ioreg', openedAt: '' }],
  targets: [target('t', 'Machine'), target('u', 'Laptop')],
  connection: {
    phase: 'connected',
    guest: { target: target('t', 'Machine') },
  } as PairInput['connection'],
  before: 'one',
  after: 'two',
}
const drawn = (text: string) =>
  pairGroups(text, input).flatMap(({ title, rows, more }) => [
    title,
    ...rows.map(row => `  ${row.title} | ${row.aside}${row.mark === null ? '' : ` [${row.mark}]`}`),
    ...(more > 0 ? [`  ${more} more`] : []),
  ])

test('all that can be compared with stands under its heading, the newest first', () => {
  expect(drawn('')).toEqual([
    'This session',
    '  10:05:00 Machine | watched, 12 entries, darwinOS 10.13.6 [after]',
    '  10:00:00 Machine | captured, 12 entries, darwinOS 10.13.6 [before]',
    'Files',
    '  Open a file… | or drop one on the window',
    '  a␛.txt | text of ioreg, /dumps/a␛.txt',
    'Guests',
    '  Capture Machine now | connected',
    '  Connect to Laptop and capture | author@10.0.0.1; leaves Machine',
    'Session of 2 Jan 2026, 10:00:00',
    '  2 Jan 2026, 10:00:00 Machine | captured, 12 entries, darwinOS 10.13.6',
    'Sessions kept on disk',
    '  Session of 2 Jan 2026, 10:00:00 | 2 snapshots of Other',
  ])
})

test('words narrow it down, in whatever part of a row and its heading they stand', () => {
  expect(drawn('guests laptop')).toEqual([
    'Guests',
    '  Connect to Laptop and capture | author@10.0.0.1; leaves Machine',
  ])
  expect(drawn('this session WATCHED')).toHaveLength(2)
  expect(drawn('nothing like it')).toEqual([])
})

test('a long list is cut, and says by how much', () => {
  const moments = Array.from({ length: 75 }, (_, i) => moment(`m${i}`))
  const [own] = pairGroups('', { ...input, moments })
  expect([own!.rows.length, own!.more]).toEqual([60, 15])
})
