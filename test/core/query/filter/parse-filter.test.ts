import { describe, expect, test } from 'vitest'
import { filterTokens, parseFilter } from '../../../../core/query/filter/parse-filter.ts'
import {
  filterForProperty,
  filterWith,
  filterWithout,
  printFilter,
} from '../../../../core/query/filter/write-filter.ts'
import type { PropertyValue } from '../../../../core/registry/property-value.ts'
import { Random } from '../../../helpers/random.ts'

/** The filter in its plainest words. */
function read(text: string): string {
  const parsed = parseFilter(text)
  return parsed.ok ? printFilter(parsed.filter) : `! ${parsed.problem.message}`
}

/** The text, carets below what is wrong with it, and why. */
function mistake(text: string): string[] {
  const parsed = parseFilter(text)
  if (parsed.ok) return ['nothing is wrong']
  const { span, message, expected } = parsed.problem
  const carets = ' '.repeat(span.start) + '^'.repeat(Math.max(1, span.end - span.start))
  return [text, carets, message, ...(expected.length > 0 ? [expected.join(' | ')] : [])]
}

describe('filters that read', () => {
  test.each([
    // Words, as in a plain search.
    ['', ''],
    ['   ', ''],
    ['xhc', 'xhc'],
    ['XHC1@14', 'XHC1@14'],
    ['pci8086,9d84', 'pci8086,9d84'],
    ['usb port', 'usb and port'],
    ['"usb port"', '"usb port"'],
    ['“usb port”', '"usb port"'],
    ['00:1c:42', '"00:1c:42"'],
    ['IOService:/PCI0', '"IOService:/PCI0"'],
    ['<84 9d>', '"<84 9d>"'],
    ['"and"', '"and"'],
    ['Not', 'Not'],
    ['contains', '"contains"'],
    ['busy', 'busy'],
    // Fields.
    ['class:IOPCIDevice', 'class:IOPCIDevice'],
    ['CLASS:IOPCIDevice', 'class:IOPCIDevice'],
    ['class: IOPCIDevice', 'class:IOPCIDevice'],
    ['class=IOPCIDevice', 'class=IOPCIDevice'],
    ['class == IOPCIDevice', 'class=IOPCIDevice'],
    ['class:IOUSB*Device', 'class:IOUSB*Device'],
    ['name:"a b"', 'name:"a b"'],
    ['value:a=b', 'value:a=b'],
    ['key:IOMACAddress', 'key:IOMACAddress'],
    ['any:8086', 'any:8086'],
    ['state:registered', 'state:registered'],
    ['state:!registered', 'state:!registered'],
    ['state:!BUSY', 'state:!busy'],
    ['state:active', 'state:!inactive'],
    ['kext:com.example.*', 'kext:com.example.*'],
    ['plane:IOUSB', 'plane:IOUSB'],
    ['under:IOService:/iMac/PCI0@0', 'under:IOService:/iMac/PCI0@0'],
    ['id:0x100000116', 'id:0x100000116'],
    // Comparisons.
    ['"vendor-id" == 0x8086', 'vendor-id == 32902'],
    ['vendor-id=0x8086', 'vendor-id == 32902'],
    ['vendor-id != -1', 'vendor-id != -1'],
    ['x<3', 'x < 3'],
    ['x >= 2.5', 'x >= 2.5'],
    ['x == 2.0', 'x == 2.0'],
    ['reg == <86 80 00 00>', 'reg == <86 80 00 00>'],
    ['reg == <8680>', 'reg == <86 80>'],
    ['reg == <>', 'reg == <>'],
    ['built-in == yes', 'built-in == yes'],
    ['built-in == TRUE', 'built-in == yes'],
    ['"Device Speed" == "2"', '"Device Speed" == "2"'],
    ['IOName == disk0', 'IOName == "disk0"'],
    ['IOName contains usb', 'IOName contains "usb"'],
    ['IOName CONTAINS 80', 'IOName contains "80"'],
    ['reg contains <86 80>', 'reg contains <86 80>'],
    ['IOName ~ /^disk/', 'IOName ~ /^disk/'],
    ['IOName ~ /a\\/b/i', 'IOName ~ /a\\/b/i'],
    ['IOName ~ "^disk 0"', 'IOName ~ /^disk 0/'],
    ['IOName ~ ^disk', 'IOName ~ /^disk/'],
    ['IOPowerManagement.CurrentPowerState < 2', 'IOPowerManagement.CurrentPowerState < 2'],
    ['"busy" == 3', '"busy" == 3'],
    ['busy > 0', 'busy > 0'],
    ['retain>=20', 'retain >= 20'],
    ['busytime > 5ms', 'busytime > 5000000'],
    ['clients == 0', 'clients == 0'],
    // Joined.
    ['new', 'new'],
    ['a and b or c', 'a and b or c'],
    ['a or b c', 'a or b and c'],
    ['(a or b) c', '(a or b) and c'],
    ['a && b || !c', 'a and b or not c'],
    ['not not a', 'not not a'],
    ['not a b', 'not a and b'],
    ['NOT (a AND b)', 'not (a and b)'],
    ['((a))', 'a'],
    ['new or (gone and not changed)', 'new or gone and not changed'],
  ])('%s', (text, plain) => {
    expect(read(text)).toBe(plain)
    // What is printed is the same filter.
    expect(read(plain)).toBe(plain)
  })
})

describe('filters that do not read say where and why', () => {
  test.each([
    [
      'vendor-id ==',
      '          ^^',
      'A value has to stand behind “==”.',
      '0x10 | "text" | <86 80 00 00> | yes',
    ],
    ['== 3', '^^', "A property's key has to stand before “==”.", 'IOName | "vendor-id" | busy'],
    ['clas:IOMedia', '^^^^^', '“clas:” is no field of a filter. Is class: meant?', 'class:'],
    [
      'vendor-id:1',
      '^^^^^^^^^^',
      '“vendor-id:” is no field of a filter. To compare a property write vendor-id == …; to look for the text put it in quotes.',
      'class: | name: | key: | value: | any: | state: | kext: | plane: | under: | id:',
    ],
    ['busy:3', '^^^^^', '“busy” is compared with a number: busy > 0.', 'busy > | busy =='],
    ['state:regist', '      ^^^^^^', '“regist” is no state. Is registered meant?', 'registered'],
    ['class:', '^^^^^^', 'A class has to stand behind “class:”.', 'IOPCIDevice'],
    [
      'class > 3',
      '      ^',
      'A class is named after “class:”, with its subclasses, or after “class=”, without them; “*” stands for any letters.',
      'class: | class= | class:IOUSB*',
    ],
    [
      'a and',
      '  ^^^',
      '“and” joins two tests; one has to stand behind it.',
      'a name | class: | key: | state: | ( | not',
    ],
    [
      'or b',
      '^^',
      '“or” joins two tests; one has to stand before it. In quotes it is a word to look for.',
      '"or" | a name | class: | key: | state: | ( | not',
    ],
    [
      'not',
      '^',
      'What must not be has to stand behind “not”.',
      'a name | class: | key: | state: | ( | not',
    ],
    ['(a or b', '^', 'This bracket is not closed: a ) is missing.', ')'],
    ['a) b', ' ^', 'This bracket closes nothing: there is no ( for it.'],
    [
      'a ()',
      '  ^^',
      'Nothing stands between these brackets.',
      'a name | class: | key: | state: | ( | not',
    ],
    ['a "b c', '  ^^^^', 'This quote is not closed: a " has to stand at the end of the text.', '"'],
    ['""', '^^', 'Nothing stands between these quotes.', '"…"'],
    [
      '"a\\q"',
      '  ^^',
      'Inside quotes a backslash stands before " or another backslash; write \\\\ for the backslash itself.',
      '\\" | \\\\ | \\n | \\u{e9}',
    ],
    [
      'reg == <86 8>',
      '           ^',
      'A byte has two hexadecimal digits, and here stands one.',
      '08',
    ],
    ['reg == <86 xx>', '           ^', '“x” is no hexadecimal digit.', '0 … 9 | a … f | >'],
    [
      'reg == <86 80',
      '       ^^^^^^',
      'These bytes are not closed: a > has to stand at their end.',
      '>',
    ],
    ['x < foo', '    ^^^', '“<” compares numbers; this is none.', '0x10 | 16 | -1'],
    ['x == 1e999', '     ^^^^^', 'This number is too large.'],
    ['retain > 1.5', '         ^^^', '“1.5” is no whole number.', '0 | 1 | 20'],
    [
      'busytime > 5h',
      '           ^^',
      '“5h” is no time: nanoseconds, or a whole number with us, ms or s behind it.',
      '1000000 | 5ms | 2s',
    ],
    ['x ~ /(/', '    ^^^', 'This pattern does not read: missing closing ): `(`.'],
    ['x ~ /a', '    ^^', 'This pattern is not closed: a / has to stand at its end.', '/'],
    [
      'x ~ /a/g',
      '       ^',
      '“g” is no flag of a pattern; there is only i, for small and capital letters alike.',
      'i',
    ],
    ['x ~', '  ^', 'A pattern has to stand behind “~”.', '/^disk/ | /usb/i'],
    ['x !~ /a/', '  ^^', '“!~” is no operator; write not before the key, and “~”.', 'not x ~'],
    [
      'id:12',
      '   ^^',
      '“12” is no ID: it has up to 16 hexadecimal digits behind 0x.',
      '0x100000116',
    ],
    [
      'x == == 3',
      '     ^^',
      'A value has to stand behind “==”, not “==”.',
      '0x10 | "text" | <86 80 00 00> | yes',
    ],
  ])('%s', (...lines) => {
    expect(mistake(lines[0])).toEqual(lines)
  })
})

test('tokens colour what was read, and nothing of the text twice', () => {
  const show = (text: string) =>
    filterTokens(text).map(({ kind, span }) => `${kind} ${text.slice(span.start, span.end)}`)
  expect(show('class:IOMedia and ("Size" > 0x10 or IOName ~ /a/) new')).toEqual([
    'field class:',
    'word IOMedia',
    'keyword and',
    'bracket (',
    'key "Size"',
    'operator >',
    'number 0x10',
    'keyword or',
    'key IOName',
    'operator ~',
    'pattern /a/',
    'bracket )',
    'keyword new',
  ])
  // What stands behind a mistake is coloured all the same.
  expect(show('state:regist and usb')).toEqual([
    'field state:',
    'error regist',
    'error and',
    'word usb',
  ])
})

describe('hostile input', () => {
  test('deep brackets are a problem with a place, and no overflow', () => {
    for (const text of ['('.repeat(9000), 'not '.repeat(2000) + 'a', '!'.repeat(9999)]) {
      expect(parseFilter(text).ok).toBe(false)
    }
    expect(parseFilter(`${'('.repeat(60)}a${')'.repeat(60)}`).ok).toBe(true)
  })

  test('a filter may have 10,000 characters and no more', () => {
    expect(parseFilter('a '.repeat(5000)).ok).toBe(true)
    expect(mistake('a '.repeat(5001))[2]).toBe('A filter has at most 10,000 characters.')
  })

  test('huge numbers are exact', () => {
    const digits = '9'.repeat(5000)
    expect(read(`x == ${digits}`)).toBe(`x == ${digits}`)
    expect(read('x == 0xffffffffffffffff')).toBe('x == 18446744073709551615')
  })

  test('any text whatever reads or tells its problem inside of itself, in tokens that stand in order', () => {
    const random = new Random(7)
    const parts = [
      '(',
      ')',
      '"',
      '<',
      '>',
      '=',
      '!',
      '~',
      '/',
      '\\',
      ':',
      'class',
      'busy',
      'and',
      'or',
      'not',
      'contains',
      '0x',
      '8',
      ' ',
      ' ',
      'é',
      '😀',
      '\u202e',
      '\0',
      '\ud800',
      '“',
      'new',
      'id',
      '.',
      '*',
      '%',
    ]
    for (let i = 0; i < 4000; i++) {
      const text = Array.from({ length: random.below(14) }, () => random.pick(parts)).join('')
      const parsed = parseFilter(text)
      if (parsed.ok) {
        const plain = printFilter(parsed.filter)
        expect(read(plain), text).toBe(plain)
      } else {
        const { span } = parsed.problem
        expect(span.start, text).toBeGreaterThanOrEqual(0)
        expect(span.end, text).toBeLessThanOrEqual(text.length)
        expect(span.start, text).toBeLessThanOrEqual(span.end)
      }
      let end = 0
      for (const token of filterTokens(text)) {
        expect(token.span.start, text).toBeGreaterThanOrEqual(end)
        expect(token.span.end, text).toBeGreaterThan(token.span.start)
        end = token.span.end
      }
      expect(end, text).toBeLessThanOrEqual(text.length)
    }
  })
})

describe('filters that are written', () => {
  test.each<[string, PropertyValue, string]>([
    ['IOName', { kind: 'string', text: 'pci-bridge' }, 'IOName == "pci-bridge"'],
    [
      'a "b"',
      { kind: 'string', text: 'c\\d\n“e”' },
      '"a \\"b\\"" == "c\\\\d\\n\\u{201c}e\\u{201d}"',
    ],
    ['busy', { kind: 'integer', value: -5n }, '"busy" == -5'],
    ['class', { kind: 'boolean', value: true }, '"class" == yes'],
    ['x', { kind: 'real', value: 1 }, 'x == 1.0'],
    ['reg', { kind: 'data', bytes: Uint8Array.of(1, 255) }, 'reg == <01 ff>'],
    ['reg', { kind: 'data', bytes: new Uint8Array(300) }, 'key:reg'],
    ['d', { kind: 'dictionary', entries: [] }, 'key:d'],
  ])('for %s', (key, value, filter) => {
    const text = filterForProperty(key, value)
    expect(text).toBe(filter)
    expect(read(text)).toBe(filter)
  })

  test('one is added to another, with brackets where both need them', () => {
    expect(filterWith('', 'new')).toBe('new')
    expect(filterWith('a or b', 'new')).toBe('(a or b) and new')
    expect(filterWith('a and new', 'new')).toBe('a and new')
    expect(filterWithout('a', 'class:X')).toBe('a and not class:X')
    expect(filterWithout('', 'a b')).toBe('not (a b)')
    expect(read(filterWithout('', '"a b"'))).toBe('not "a b"')
  })
})
