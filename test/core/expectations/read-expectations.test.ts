import { describe, expect, test } from 'vitest'
import { describeExpectations } from '../../../core/expectations/expectation-titles.ts'
import {
  checkExpectations,
  readExpectations,
} from '../../../core/expectations/read-expectations.ts'
import { FailureError } from '../../../core/failure.ts'
import { Random } from '../../helpers/random.ts'
import { cpuMs } from './cpu-time.ts'
import { goldenFiles } from './golden-files.ts'

/** What is wrong with a text, as `line:column: what`. */
function mistakesOf(text: string): readonly string[] {
  const reading = checkExpectations(text, 'kextant.yaml')
  return reading.ok
    ? []
    : reading.mistakes.map(({ line, column, detail }) => `${line}:${column}: ${detail}`)
}

const withService = (lines: string): string =>
  `kext: com.example.MyKext\nservices:\n  - class: MyKext\n${lines.replace(/^/gm, '    ')}\n`

describe('golden files', () => {
  test.each(goldenFiles('good'))('$name is read as its text says', ({ name, text, golden }) => {
    const expectations = readExpectations(text, name)
    expect(`${describeExpectations(expectations).join('\n')}\n`).toBe(golden)
  })

  test.each(goldenFiles('bad'))(
    'all that is wrong with $name is told with its place',
    ({ name, text, golden }) => {
      expect(`${mistakesOf(text).join('\n')}\n`).toBe(golden)
      const [, line, column, detail] = /^(\d+):(\d+): (.*)$/m.exec(golden)!
      expect(() => readExpectations(text, name)).toThrow(
        new FailureError({
          kind: 'expectations-invalid',
          path: name,
          line: Number(line),
          column: Number(column),
          detail: detail!,
        }),
      )
    },
  )
})

test('the first mistake is thrown with file, line and what was expected there', () => {
  const thrown = (() => {
    try {
      return readExpectations('kext: com.example.MyKext\nwithin: 10\n', '/src/kextant.yaml')
    } catch (error) {
      return error
    }
  })()
  expect(thrown).toMatchObject({
    failure: {
      kind: 'expectations-invalid',
      path: '/src/kextant.yaml',
      line: 2,
      column: 9,
      detail: 'expected a time with its unit, such as 500 ms, 10 s or 2 min, found “10”',
    },
  })
  expect((thrown as Error).message).toContain('/src/kextant.yaml:2:9:')
})

test('every expectation knows its line', () => {
  const { kext, services, log, classesBackToBaseline } = readExpectations(
    `# comment
kext:
  identifier: com.example.MyKext
  version: 1.0
services:
  - class: MyKext
    properties:
      Model: Mac
log:
  - started
unload:
  classes:
    - MyKext
`,
    'kextant.yaml',
  )
  expect(kext).toMatchObject({ line: 3, versionLine: 4, uuidLine: null })
  expect(services[0]).toMatchObject({ line: 6, properties: [{ line: 8 }] })
  expect(log[0]).toMatchObject({ line: 10 })
  expect(classesBackToBaseline[0]).toMatchObject({ line: 13 })
})

test('a version is what stands there, not a number', () => {
  const { kext } = readExpectations('kext: { identifier: a.b, version: 1.10 }', 'kextant.yaml')
  expect(kext?.version).toBe('1.10')
})

test('integers keep their 64 bits', () => {
  const text = withService(`properties:
  a: 9007199254740993
  b: 0xFFFFFFFFFFFFFFFF
  c: -0x8000000000000000`)
  const { services } = readExpectations(text, 'kextant.yaml')
  expect(services[0]!.properties.map(({ test }) => test)).toEqual([
    { kind: 'equals', value: { kind: 'integer', value: 9007199254740993n } },
    { kind: 'equals', value: { kind: 'integer', value: 2n ** 64n - 1n } },
    { kind: 'equals', value: { kind: 'integer', value: -(2n ** 63n) } },
  ])
})

test.each([
  ['state: registered !busy', ['registered', '!busy']],
  ['state: !registered !busy', ['!registered', '!busy']],
  ['state: !busy', ['!busy']],
  ["state: '!busy, registered'", ['!busy', 'registered']],
  ['state: [!busy, registered]', ['!busy', 'registered']],
  ['state:\n  - registered\n  - !matched\n  - !inactive', ['registered', '!matched', '!inactive']],
])('words of a state may begin with “!” anywhere: %j', (text, words) => {
  const { services } = readExpectations(withService(text), 'kextant.yaml')
  expect(services[0]!.state).toEqual(words)
})

test.each([
  ['none', 0, 0],
  ['0', 0, 0],
  ['3', 3, 3],
  ['at least 2', 2, null],
  ['at most 4', 0, 4],
  ['2 to 4', 2, 4],
])('a count of %s is %s to %s', (text, atLeast, atMost) => {
  const { services } = readExpectations(withService(`count: ${text}`), 'kextant.yaml')
  expect(services[0]!.count).toEqual({ atLeast, atMost })
})

test('a file that is too long is refused as a whole', () => {
  const comment = '#'.padEnd(64, '.')
  const lines = (count: number) => `kext: com.example.MyKext\n${`${comment}\n`.repeat(count)}`
  expect(mistakesOf(lines(2000))).toEqual([])
  expect(mistakesOf(lines(2100))).toEqual([
    '1:1: the file is longer than 128 KiB, which is its limit',
  ])
})

test('what nests without end, or is huge, is refused at once', () => {
  const hostile = [
    '['.repeat(100_000),
    '- '.repeat(60_000),
    '{a: '.repeat(30_000),
    `kext: ${'x'.repeat(1_000_000)}`,
    'a: &a [*a, *a]\n',
    `log:\n${"  - 'x'\n".repeat(10_000)}`,
    `${'k'.repeat(120_000)}: 1\n`,
  ]
  for (const text of hostile) {
    const startedAt = cpuMs()
    const mistakes = mistakesOf(text)
    expect(mistakes.length).toBeGreaterThan(0)
    expect(mistakes.length).toBeLessThanOrEqual(100)
    expect(cpuMs() - startedAt).toBeLessThan(5000)
  }
})

test('whatever stands in a file, it is read or refused with places inside of it', () => {
  const whole = goldenFiles('good').find(({ name }) => name === 'whole.yaml')!.text
  const random = new Random(7)
  const pieces = [
    '\t',
    ':',
    '- ',
    '"',
    "'",
    '[',
    '{',
    '}',
    '!',
    '&a ',
    '*a',
    '#',
    '\n',
    '---\n',
    '|',
    '\0',
    '?',
  ]
  for (let i = 0; i < 400; i++) {
    let text = whole
    for (let n = 1 + random.below(3); n > 0; n--) {
      const at = random.below(text.length)
      const cut = random.below(4)
      const piece = random.next() < 0.7 ? pieces[random.below(pieces.length)]! : ''
      text = text.slice(0, at) + piece + text.slice(at + cut)
    }
    const reading = checkExpectations(text, 'kextant.yaml')
    if (reading.ok) {
      describeExpectations(reading.expectations)
      continue
    }
    expect(reading.mistakes, text).not.toEqual([])
    const lines = text.split(/\r\n|\n/)
    for (const { line, column } of reading.mistakes) {
      expect(line).toBeGreaterThanOrEqual(1)
      expect(line).toBeLessThanOrEqual(lines.length)
      expect(column).toBeGreaterThanOrEqual(1)
      expect(column).toBeLessThanOrEqual(lines[line - 1]!.length + 2)
    }
  }
})
