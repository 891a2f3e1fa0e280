import { expect, test } from 'vitest'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import { checkPersonality, keysToOffer } from '../../../renderer/matching/personality-check.ts'
import { readDictionaryXml } from '../../../renderer/matching/personality-xml.ts'

const text = (value: string): PropertyValue => ({ kind: 'string', text: value })
const whole = [
  ['CFBundleIdentifier', text('org.mine')],
  ['IOClass', text('Mine')],
  ['IOProviderClass', text('IOPCIDevice')],
  ['IOPCIMatch', text('0x12348086')],
] as const
const remarksOn = (...entries: readonly (readonly [string, PropertyValue])[]) =>
  checkPersonality({ kind: 'dictionary', entries }, 'org.mine')
const briefly = (...entries: readonly (readonly [string, PropertyValue])[]) =>
  remarksOn(...entries).map(({ severity, key }) => `${severity} ${key}`)

test('a personality with all it needs is right', () => {
  expect(briefly(...whole)).toEqual([])
})

test('what is missing is told first', () => {
  expect(briefly(['IONameMatch', { kind: 'integer', value: 1n }])).toEqual([
    'error IOClass',
    'error IOProviderClass',
    'warning CFBundleIdentifier',
    'warning IONameMatch',
  ])
})

test('a key that is a slip of a known one is told with the likely one', () => {
  const [remark] = remarksOn(...whole.slice(0, 3), ['IOPCIMach', text('0x12348086')])
  expect(remark).toMatchObject({
    severity: 'warning',
    key: 'IOPCIMach',
    advice: 'Write IOPCIMatch.',
  })
  expect(remark!.sentence).toMatch(/^It has the key “IOPCIMach”/)
})

test('a mistake deep inside belongs to the key of the personality that it lies under', () => {
  const inner: PropertyValue = {
    kind: 'dictionary',
    entries: [['IOProviderClass', { kind: 'boolean', value: true }]],
  }
  expect(briefly(...whole, ['IOParentMatch', inner])).toEqual(['warning IOParentMatch'])
})

test('keys are offered for the family of the provider', () => {
  const offered = keysToOffer({ kind: 'dictionary', entries: [...whole] })
  expect(offered).toContain('IOPCIClassMatch')
  expect(offered).toContain('IOPropertyMatch')
  expect(offered).not.toContain('idVendor')
  expect(keysToOffer({ kind: 'dictionary', entries: [] })).toContain('idVendor')
})

test('a mistake in the XML has its line and column, and its place in the text', () => {
  const typed = '<dict>\n\t<key>IOClass</key>\n\t<string>Mine\n</dict>\n'
  const reading = readDictionaryXml(typed)
  expect(reading).toMatchObject({
    ok: false,
    sentence: expect.stringMatching(/line \d+, column \d+/) as string,
  })
  if (!reading.ok) expect(reading.offset).toBeGreaterThan(typed.indexOf('<string>'))
})

test('what is no dictionary is no personality', () => {
  expect(readDictionaryXml('<array/>')).toMatchObject({ ok: false })
})
