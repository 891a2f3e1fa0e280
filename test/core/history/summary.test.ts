import { expect, test } from 'vitest'
import type { ActionRecord } from '../../../core/contract/types.ts'
import { summaryOf } from '../../../core/history/summary.ts'
import { smallRecord, smallStep } from '../../helpers/small-record.ts'

const headline = (changes: Partial<ActionRecord>) => summaryOf(smallRecord(changes)).headline
const expected = (title: string, status: 'pass' | 'fail' | 'unknown', seen = '') => ({
  title,
  status,
  seen,
  when: 'after-load' as const,
  line: null,
})
const source = { kind: 'derived', from: 'Info.plist' } as const
const outcome = (text: string, isPending = false) => ({
  kind: 'unknown' as const,
  succeeded: false,
  isPending,
  pending: [],
  headline: text,
  explanation: '',
  advice: [],
  evidence: [],
})

test('a summary leaves out what is large', () => {
  const record = smallRecord({ steps: [smallStep('kextload')] })
  expect(Object.keys(summaryOf(record)).sort()).toEqual([
    'conclusion',
    'endedAt',
    'hasRemark',
    'headline',
    'id',
    'request',
    'startedAt',
    'status',
    'targetId',
    'targetLabel',
    'title',
  ])
})

test.each<[string, Partial<ActionRecord>, string]>([
  [
    'what runs',
    {
      status: 'running',
      conclusion: null,
      steps: [smallStep('sudo kextload /a', { status: 'running' })],
    },
    'Under way: sudo kextload /a',
  ],
  ['what was cancelled', { status: 'cancelled', conclusion: 'cancelled' }, 'Cancelled.'],
  [
    'what broke off with the connection',
    { status: 'unknown', conclusion: 'connection' },
    'The connection broke off; what came of it is not known until the guest is captured again.',
  ],
  [
    'what broke off with Kextant',
    { status: 'unknown', conclusion: 'interrupted' },
    'Kextant ended while it ran; what came of it is not known until the guest is captured again.',
  ],
  [
    'what was looked after since',
    {
      status: 'failed',
      conclusion: 'interrupted',
      resolution: { at: '2026-01-02T03:05:00.000Z', sentence: 'The guest is in the same boot.' },
    },
    'The guest is in the same boot.',
  ],
  [
    'a refusal',
    {
      status: 'failed',
      conclusion: 'refused',
      steps: [smallStep('kextload', { outcome: outcome('It is not signed') })],
    },
    'It is not signed',
  ],
  [
    'what waits for the user',
    {
      conclusion: 'waits-for-user',
      steps: [smallStep('kmutil', { outcome: outcome('It waits for approval', true) })],
    },
    'It waits for approval',
  ],
  [
    'a failure',
    {
      status: 'failed',
      conclusion: 'failed',
      steps: [smallStep('kextload', { failure: { kind: 'sudo-password-needed' } })],
    },
    'This needs root in the guest, and sudo there asks for a password.',
  ],
  [
    'expectations that do not hold',
    {
      status: 'failed',
      conclusion: 'does-not-hold',
      expectations: {
        source,
        waitedMs: 5,
        results: [
          expected('it is loaded', 'pass'),
          expected('one service of class A', 'fail', 'none'),
          expected('a line', 'fail'),
        ],
      },
    },
    'Does not hold: one service of class A (none), and 1 more.',
  ],
  [
    'expectations that hold, as far as can be told',
    {
      expectations: {
        source,
        waitedMs: 5,
        results: [expected('it is loaded', 'pass'), expected('its UUID', 'unknown')],
      },
    },
    '1 expectations hold, 1 cannot be told.',
  ],
  ['a push', {}, 'MyKext.kext is on The guest. Nothing was loaded.'],
  [
    'a verification without a report',
    {
      request: {
        kind: 'verify',
        bundleIdentifier: 'a.b',
        bundlePath: null,
        expectationsPath: null,
        timeoutMs: null,
      },
    },
    'Done.',
  ],
])('%s is told in one sentence', (_what, changes, sentence) => {
  expect(headline(changes)).toBe(sentence)
})
