import { expect, test } from 'vitest'
import { firstNewLine, logRows, matchesIn } from '../../../renderer/views/log/log-model.ts'

const log = ['boot', 'MyKext: start', 'MyKext: registered', 'IOUSB: idle', 'MyKext: start']

test('new lines begin where the last action wrote its first one', () => {
  expect(firstNewLine(log, ['MyKext: registered', 'IOUSB: idle'])).toBe(2)
})

test('lines that repeat are looked for from the end', () => {
  expect(firstNewLine(log, ['MyKext: start'])).toBe(4)
})

test('lines that the ring buffer has lost mark nothing', () => {
  expect(firstNewLine(log, ['gone', 'MyKext: start'])).toBeNull()
  expect(firstNewLine(log, [])).toBeNull()
  expect(firstNewLine([], ['MyKext: start'])).toBeNull()
})

test('a filtered log keeps the line numbers and marks of the whole', () => {
  expect(logRows(log, 'mykext', 2)).toEqual([
    { number: 2, text: 'MyKext: start', isNew: false },
    { number: 3, text: 'MyKext: registered', isNew: true },
    { number: 5, text: 'MyKext: start', isNew: true },
  ])
})

test('an empty filter shows every line', () => {
  expect(logRows(log, '', null)).toHaveLength(5)
})

test('the filter is plain text, whatever signs it holds', () => {
  expect(logRows(['[1.5] a.b', '[115] axb'], '1.5', null).map(row => row.number)).toEqual([1])
})

test('every place of the filter in a line is marked, in any case', () => {
  expect(matchesIn('Ab ab AB', 'ab')).toEqual([
    [0, 2],
    [3, 5],
    [6, 8],
  ])
  expect(matchesIn('aaa', 'aa')).toEqual([[0, 2]])
  expect(matchesIn('text', '')).toEqual([])
})

test('a letter whose lower case is longer does not shift the marks', () => {
  expect(matchesIn('İstanbul ab', 'ab')).toEqual([])
})
