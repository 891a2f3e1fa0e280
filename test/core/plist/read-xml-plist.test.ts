import { expect, test } from 'vitest'
import { mistakePhrase, parseXmlPlist } from '../../../core/plist/read-xml-plist.ts'
import { textPlaceAt } from '../../../core/plist/text-place.ts'
import { Random } from '../../helpers/random.ts'

/** The text with `‸` where the mistake is, and what was expected there. */
function mistakeIn(text: string): string {
  const reading = parseXmlPlist(text)
  if (reading.ok) return 'none'
  const { offset, expected } = reading.mistake
  return `${text.slice(0, offset)}‸${text.slice(offset)} | ${expected}`
}

test('an editor is told where the first mistake is and what would be right', () => {
  expect(mistakeIn('<dict><key>a</key></dict>')).toBe('<dict><key>a</key>‸</dict> | a value')
  expect(mistakeIn('<integer>12a</integer>')).toBe('<integer>‸12a</integer> | an integer')
  expect(mistakeIn('<real>1,5</real>')).toBe('<real>‸1,5</real> | a number')
  expect(mistakeIn('<data>AAE</data')).toBe('<data>AAE‸</data | </data>')
  expect(mistakeIn('<data>A?</data>')).toBe('<data>‸A?</data> | base64')
  expect(mistakeIn('<string>x</key>')).toBe('<string>x‸</key> | </string>')
  expect(mistakeIn('<string>a & b</string>')).toContain('<string>a ‸& b</string> | one of &amp;')
  expect(mistakeIn('<string>&#xD800;</string>')).toContain('<string>‸&#xD800;')
  expect(mistakeIn('<dict></dict> more')).toBe('<dict></dict> ‸more | the end of the property list')
  expect(mistakeIn('')).toBe('‸ | a <plist>')
})

test('a place is a line and a column that count characters, whatever ends the lines', () => {
  const text = '<dict>\r\n\t<key>Ä🦓</key> <oops/>\n</dict>'
  const reading = parseXmlPlist(text)
  expect(reading.ok ? '' : mistakePhrase(reading.mistake)).toBe(
    'expected a value, not <oops> in line 2, column 16',
  )
  expect(textPlaceAt('a\rb\n', 99)).toEqual({ offset: 4, line: 3, column: 1 })
})

test('every value knows where it stands, its key included', () => {
  const text =
    '<plist><dict>\n<key>a</key>\n<array><true/> <string>x</string></array></dict></plist>'
  const reading = parseXmlPlist(text)
  if (!reading.ok || reading.value.kind !== 'dictionary') throw new Error('not read')
  const array = reading.value.entries[0]![1]
  const range = reading.ranges.get(array)!
  expect(text.slice(range.keyFrom, range.to)).toBe(
    '<key>a</key>\n<array><true/> <string>x</string></array>',
  )
  expect(text.slice(range.from, range.to)).toBe('<array><true/> <string>x</string></array>')
  const items = array.kind === 'array' ? array.items : []
  const texts = items.map(item => reading.ranges.get(item)!).map(r => text.slice(r.from, r.to))
  expect(texts).toEqual(['<true/>', '<string>x</string>'])
})

test('a key that stands twice is told, and the last value counts', () => {
  const reading = parseXmlPlist(
    '<dict><key>a</key><true/>\n<key>b</key><true/><key>a</key><false/></dict>',
  )
  expect(reading).toMatchObject({
    ok: true,
    value: {
      entries: [
        ['a', { value: false }],
        ['b', { value: true }],
      ],
    },
    repeatedKeys: [{ key: 'a', place: { line: 2, column: 20 } }],
  })
})

test('line ends become line feeds, and one that is written as a reference stays', () => {
  expect(parseXmlPlist('<string>a\r\nb&#13;c<![CDATA[\r]]></string>')).toMatchObject({
    value: { text: 'a\nb\rc\n' },
  })
})

test('any change of a text is read or has a mistake inside it', () => {
  const whole =
    '<dict><key>a &amp; b</key><array><integer>-5</integer><data>AAEC</data></array></dict>'
  const random = new Random(4)
  for (let round = 0; round < 3000; round++) {
    const at = random.below(whole.length)
    const put = random.pick(['', '<', '&', '>', 'x', '</dict>', '<key>', '\ud800', '<!--', '\0'])
    const text = whole.slice(0, at) + put + whole.slice(at + random.below(4))
    const reading = parseXmlPlist(text)
    if (reading.ok) continue
    expect(reading.mistake.offset).toBeGreaterThanOrEqual(0)
    expect(reading.mistake.offset).toBeLessThanOrEqual(text.length)
    expect(reading.mistake.line).toBe(1)
  }
})
