import { expect, test } from 'vitest'
import type { BuildMessage, BuildRun } from '../../../core/project/project.ts'
import {
  buildSentence,
  messageCounts,
  nextMessage,
  pathFrom,
  placeParts,
  placeText,
} from '../../../renderer/views/project/build-words.ts'
import { ageText } from '../../../renderer/views/shell/times.ts'

const said = (severity: BuildMessage['severity'], change: Partial<BuildMessage> = {}) => ({
  severity,
  file: '/tree/drivers/contrib/my-kext/my_kext.cpp',
  line: 12,
  column: 7,
  text: 'expected ;',
  outputLine: 0,
  ...change,
})
const run = (change: Partial<BuildRun>): BuildRun => ({
  id: 'b',
  root: '/tree',
  command: ['make'],
  status: 'done',
  startedAt: '2026-01-01T10:00:00.000Z',
  durationMs: 10,
  exitCode: 0,
  output: '',
  isCut: false,
  messages: [],
  ...change,
})

test('a place is told from the root on, with as much as is known of it', () => {
  expect(placeText('/tree', said('error'))).toBe('drivers/contrib/my-kext/my_kext.cpp:12:7')
  expect(placeText('/tree', said('error', { column: null }))).toBe(
    'drivers/contrib/my-kext/my_kext.cpp:12',
  )
  expect(placeText('/tree', said('error', { line: null, column: null }))).toBe(
    'drivers/contrib/my-kext/my_kext.cpp',
  )
  expect(placeText('/tree', said('error', { file: '', line: null, column: null }))).toBe('')
})

test('a path of elsewhere stays whole, and so does one that only begins like the root', () => {
  expect(pathFrom('/tree', '/usr/include/a.h')).toBe('/usr/include/a.h')
  expect(pathFrom('/tree', '/trees/a.h')).toBe('/trees/a.h')
  expect(pathFrom('/', '/a.h')).toBe('a.h')
  expect(pathFrom('C:\\tree', 'C:\\tree\\a.cpp')).toBe('a.cpp')
})

test('in a narrow list the file comes first and its folder after it', () => {
  expect(placeParts('/tree', said('error'))).toEqual({
    name: 'my_kext.cpp:12:7',
    folder: 'drivers/contrib/my-kext',
  })
  expect(placeParts('/tree', said('error', { file: '/tree/Makefile' }))).toEqual({
    name: 'Makefile:12:7',
    folder: '',
  })
})

test('the end of a build is told with what it complained of', () => {
  const messages = [said('error'), said('note'), said('warning'), said('error')]
  expect(messageCounts(run({ messages }))).toBe('2 errors, 1 warning')
  expect(buildSentence(run({ status: 'failed', messages }))).toBe(
    'The build failed, with 2 errors, 1 warning.',
  )
  expect(buildSentence(run({ messages: [said('note')] }))).toBe('The build is done.')
  expect(buildSentence(run({ status: 'cancelled' }))).toBe('The build was cancelled.')
})

test('the next message goes round, and past notes', () => {
  const messages = [said('note'), said('error'), said('note'), said('warning')]
  expect(nextMessage(messages, null, 1)).toBe(1)
  expect(nextMessage(messages, 1, 1)).toBe(3)
  expect(nextMessage(messages, 3, 1)).toBe(1)
  expect(nextMessage(messages, null, -1)).toBe(3)
  expect(nextMessage(messages, 1, -1)).toBe(3)
  expect(nextMessage([said('note'), said('note')], 0, 1)).toBe(1)
  expect(nextMessage([], null, 1)).toBeNull()
})

test('ages are told as people do, and a clock that is a little ahead is now', () => {
  const at = '2026-01-10T12:00:00.000Z'
  const later = (seconds: number) => ageText(at, Date.parse(at) + seconds * 1000)
  expect([-5, 10, 50, 61, 3599, 3600, 86_399, 86_400, 200_000].map(later)).toEqual([
    'just now',
    'just now',
    '1 min ago',
    '1 min ago',
    '59 min ago',
    '1 h ago',
    '23 h ago',
    '1 day ago',
    '2 days ago',
  ])
  // Of what is older the date says more.
  expect(later(40 * 86_400)).toBe('10 Jan 2026')
  expect(ageText('never', 0)).toBe('')
})
