import { expect, test } from 'vitest'
import {
  blanksTo,
  buildLines,
  longestLine,
  markedLines,
  widestLine,
} from '../../../renderer/views/project/build-lines.ts'
import { failedBuild } from '../../helpers/project-transport.ts'

test('each line of the output knows the message that it is', () => {
  const lines = buildLines(failedBuild())
  expect(lines.filter(({ message }) => message !== null).map(({ text }) => text)).toEqual([
    "my_kext.cpp:12:47: error: expected ';' after expression",
    "my_kext.cpp:13:9: warning: unused variable 'unused' [-Wunused-variable]",
    'my_kext.hpp:9:10: note: previous declaration is here',
    'make[1]: *** [../../kext.mk:41: my_kext.o] Error 1',
  ])
  expect(lines.at(-1)!.text).toBe('make: *** [Makefile:12: kexts] Error 2')
})

test('no output has no lines, and line ends of other systems are none of the text', () => {
  const run = failedBuild()
  expect(buildLines({ ...run, output: '' })).toEqual([])
  expect(
    buildLines({ ...run, output: 'a\r\n\r\nb', messages: [] }).map(({ text }) => text),
  ).toEqual(['a', '', 'b'])
})

test('the widest line counts tabs as they are drawn, and never more than is drawn', () => {
  const line = (text: string) => ({ text, message: null })
  expect(widestLine([line('abc'), line('\tab')])).toBe(10)
  expect(widestLine([line('x'.repeat(90_000))])).toBe(longestLine)
})

test('a source line has what was said of it below, the message that was asked for first', () => {
  const { messages } = failedBuild()
  const [error, warning] = messages
  const excerpt = { firstLine: 11, lines: ['}', 'IOLog()', 'int unused;'], line: 13 }
  const marked = markedLines(excerpt, messages, warning!)
  expect(marked.map(({ number, isAsked }) => `${number}${isAsked ? ' asked' : ''}`)).toEqual([
    '11',
    '12',
    '13 asked',
  ])
  expect(marked.map(line => line.messages)).toEqual([[], [error], [warning]])
})

test('a caret stands below its column, behind the tabs of the line', () => {
  expect(blanksTo('\tint x', 6)).toBe('\t    ')
  expect(blanksTo('ab', 9)).toBe('  ')
  expect(blanksTo('ab', 0)).toBe('')
})
