import { expect, test } from 'vitest'
import { PatternSet, type BytePattern } from '../../../core/redact/byte-patterns.ts'
import { HexRuns } from '../../../core/redact/redact-hex.ts'
import { redactXmlTexts } from '../../../core/redact/redact-xml.ts'
import { dataTag, type Redaction } from '../../../core/redact/redaction.ts'
import { Random } from '../../helpers/random.ts'

// What is replaced in one pass over a part is what is replaced in each of its pieces alone, on seeded input.

const bytesOf = (value: string) => new Uint8Array(Buffer.from(value, 'latin1'))
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

function randomRedaction(random: Random): Redaction {
  const patterns = patternsOf(random)
  const open = bytesOf('<data')
  const tag: BytePattern = { find: open, put: open, isWord: false, secret: dataTag }
  const inText = new PatternSet(patterns)
  return {
    inText,
    inXml: new PatternSet([tag, ...patterns]),
    inData: inText,
    integers: new Map(),
    integerWords: new Set(),
    wholes: new Map(),
    digest: () => new Uint8Array(32),
    counts: new Uint32Array(patterns.length),
  }
}

function patternsOf(random: Random): BytePattern[] {
  return Array.from({ length: 6 }, (_, secret) => {
    const find = bytesOf(letters(random, 4 + random.below(6)))
    return { find, put: find.map(() => 0x23), isWord: random.chance(0.3), secret }
  })
}

const letters = (random: Random, length: number) =>
  Array.from({ length }, () => random.pick([...'aab c'])).join('')

/** Alone, as a text of its own. */
function alone(text: string, { inText }: Redaction): string {
  const bytes = bytesOf(text)
  inText.replace(bytes, 0, bytes.length, () => undefined)
  return textOf(bytes)
}

test('data of a text dump, in one run and in groups', () => {
  let count = 0
  for (let seed = 1; seed <= 300; seed++) {
    const random = new Random(seed)
    const redaction = randomRedaction(random)
    const parts = Array.from({ length: 20 }, () => {
      const hex = Buffer.from(letters(random, random.below(30)), 'latin1').toString('hex')
      const grouped = hex.replace(/.{8}(?=.)/g, '$& ')
      return random.pick([`<${hex}>`, `<${grouped}>`, `<${hex}0>`, `"${hex}"`, '<class x>', '\n'])
    })
    const text = parts.join('')
    const expected = text.replace(/<((?:[\da-f]{2} ?)+)>/g, (_all, digits: string) => {
      const data = Buffer.from(digits.replaceAll(' ', ''), 'hex').toString('latin1')
      const made = [...Buffer.from(alone(data, redaction), 'latin1').toString('hex')]
      return `<${digits.replace(/[\da-f]/g, () => made.shift()!)}>`
    })
    if (expected !== text) count++
    const bytes = bytesOf(text)
    new HexRuns(redaction).redact(bytes, 0, bytes.length)
    expect(textOf(bytes), `seed ${seed}`).toBe(expected)
  }
  expect(count).toBeGreaterThan(70)
})

test('texts and data of XML, and no tag', () => {
  let count = 0
  for (let seed = 1; seed <= 300; seed++) {
    const random = new Random(seed)
    const redaction = randomRedaction(random)
    const text = Array.from({ length: 20 }, () => {
      const words = letters(random, random.below(30))
      const base64 = Buffer.from(words, 'latin1').toString('base64')
      const wrapped = base64.replace(/.{8}(?=.)/g, '$&\n\t')
      return random.pick([
        `<string>${words}</string>`,
        `<data>\n\t${wrapped}\n\t</data>`,
        `<key>${words}</key>`,
        `<${words.replaceAll(' ', '') || 'a'}>${words}`,
        '<data/>',
      ])
    }).join('')
    const expected = text
      .split(/(<data>[^<]*<\/data>|<[^>]*>)/)
      .map((part, i) => {
        if (i % 2 === 0) return alone(part, redaction)
        const [, digits] = /^<data>([^<]*)/.exec(part) ?? []
        if (digits === undefined) return part
        const data = Buffer.from(digits, 'base64').toString('latin1')
        const made = [...Buffer.from(alone(data, redaction), 'latin1').toString('base64')]
        return `<data>${digits.replace(/\S/g, () => made.shift()!)}</data>`
      })
      .join('')
    if (expected !== text) count++
    const bytes = bytesOf(text)
    for (const _at of redactXmlTexts(bytes, redaction));
    expect(textOf(bytes), `seed ${seed}`).toBe(expected)
  }
  expect(count).toBeGreaterThan(70)
})
