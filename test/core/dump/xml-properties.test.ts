import { expect, test } from 'vitest'
import { scanXmlProperties } from '../../../core/dump/xml-properties.ts'
import { StringInterner } from '../../../core/registry/string-interner.ts'

/** The values that are found, and where the list is damaged. */
function scan(inside: string): { readonly values: readonly string[]; readonly damage: string } {
  const list = `<plist version="1.0"><dict>${inside}</dict></plist>`
  const bytes = new TextEncoder().encode(list)
  const values: string[] = []
  const strings = new StringInterner()
  const fault = scanXmlProperties(bytes, 0, bytes.length, strings, (_key, _type, start, end) => {
    values.push(list.slice(start, end))
  })
  return { values, damage: fault < 0 ? '' : list.slice(fault, fault + 12) }
}

test('a value whose closing tag is another’s is where the damage begins', () => {
  const whole = '<key>a</key><integer>1</integer>'
  const broken = '<key>b</key><integer>2</inXeger><key>c</key><dict>'
  expect(scan(whole)).toEqual({ values: ['<integer>1</integer>'], damage: '' })
  // Up to the next `</integer>` it would hold half a dictionary.
  expect(scan(whole + broken + whole + '</dict>')).toEqual({
    values: ['<integer>1</integer>'],
    damage: '<integer>2</',
  })
})

test('a comment or a CDATA section inside a value belongs to it', () => {
  for (const value of [
    '<string>a<!-- </string> -->b</string>',
    '<string><![CDATA[<x>]]></string>',
  ]) {
    expect(scan(`<key>a</key>${value}`)).toEqual({ values: [value], damage: '' })
  }
})

test('damage deep inside a value is damage of the value', () => {
  const whole = '<key>a</key><integer>1</integer>'
  const broken = [
    '<integer>2</inXeger>',
    '<integer>2<key>',
    '<string>',
    '<strin',
    '<string<true/>',
    '<string>x</string',
    '</string>',
    '<dict></array>',
    '<array></dict>',
    '<array><key>k</key></array>',
    '<oddity>2</oddity>',
    '<dict><key>k<true/></dict>',
  ]
  for (const piece of broken) {
    const value = `<dict><key>d</key><array>${piece}</array></dict>`
    const found = scan(`${whole}<key>b</key>${value}${whole}`)
    expect(found, piece).toEqual({ values: ['<integer>1</integer>'], damage: value.slice(0, 12) })
  }
})

test('what is sound is taken, however deep', () => {
  for (const piece of [
    '<string>a<!-- </string> -->b</string><!-- </array> --><string/>',
    '<dict><key>k</key><data>AA==</data><key/><true></true></dict>',
    '<string ><![CDATA[</array>]]></string ><?note </array>?>',
    '<array>'.repeat(5000) + '</array>'.repeat(5000),
  ]) {
    const value = `<array><dict/>${piece}</array>`
    expect(scan(`<key>a</key>${value}`)).toEqual({ values: [value], damage: '' })
  }
})
