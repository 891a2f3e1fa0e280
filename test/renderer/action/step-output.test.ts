import { expect, test } from 'vitest'
import { tailOf, visibleLines } from '../../../renderer/views/action/step-output.ts'

const out = (text: string) => ({ stream: 'stdout', text }) as const
const err = (text: string) => ({ stream: 'stderr', text }) as const

test('chunks of one stream that follow each other become one, in their order', () => {
  expect(tailOf([out('a'), out('b\n'), err('c'), out('d')]).chunks).toEqual([
    out('ab\n'),
    err('c'),
    out('d'),
  ])
})

test('of a long output the end stays, and the cut is counted', () => {
  expect(tailOf([out('12345'), err('678'), out('90')], 6)).toEqual({
    chunks: [out('5'), err('678'), out('90')],
    cutCharacters: 4,
  })
})

test('a note stands on a line of its own', () => {
  const note = { stream: 'note', text: 'waiting' } as const
  expect(tailOf([note, out('x')]).chunks).toEqual([{ stream: 'note', text: 'waiting\n' }, out('x')])
})

test('lines and tabs of an output stay, what would move the terminal is shown', () => {
  expect(visibleLines('a\tb\r\n\u001b[2Jc\n')).toBe('a\tb\n␛[2Jc\n')
})
