import { expect, test } from 'vitest'
import {
  finishedPart,
  lastName,
  partBeforeFieldWord,
} from '../../../../core/query/filter/finished-part.ts'
import { parseFilter } from '../../../../core/query/filter/parse-filter.ts'
import { Random } from '../../../helpers/random.ts'

test.each([
  ['class:IOPCIDevice and state:regis', 'class:IOPCIDevice'],
  ['class:IOPCIDevice state:', 'class:IOPCIDevice'],
  ['usb and not', 'usb'],
  ['usb and not state:!', 'usb'],
  ['usb or busy >', 'usb'],
  ['usb busy > x', 'usb'],
  ['usb "vendor-id" ==', 'usb'],
  ['usb "vendor-id" == <86 8', 'usb'],
  ['usb IOName ~ /^disk', 'usb'],
  ['usb "a disk', 'usb'],
  ['usb and bsy:3', 'usb'],
  ['(usb or hid', '(usb or hid)'],
  ['usb and (hid or class:', 'usb and (hid)'],
  ['usb and ((class:', 'usb'],
  ['usb and (hid) and (', 'usb and (hid)'],
])('%s finds what %s finds', (text, part) => expect(finishedPart(text)).toBe(part))

test('a filter that reads is finished, and one unfinished term is none', () => {
  expect(finishedPart('usb hid')).toBe('usb hid')
  expect(finishedPart('')).toBe('')
  expect(finishedPart('state:')).toBe('')
  expect(finishedPart('not (state:regis')).toBe('')
})

test('a mistake before the last term is not cut away', () => {
  expect(finishedPart('bsy:3 usb hid')).toBeNull()
  expect(finishedPart(`usb ${'x'.repeat(20_000)}`)).toBeNull()
})

test('whatever is typed, the part reads', () => {
  const random = new Random(11)
  const pieces = [
    'class:',
    'usb',
    ' ',
    '(',
    ')',
    '"a b',
    '"',
    '==',
    '0x8086',
    '<86 80>',
    '~ /x',
    'and ',
  ]
  let parts = 0
  for (let round = 0; round < 1000; round++) {
    let text = ''
    for (let n = random.below(8); n >= 0; n--) text += pieces[random.below(pieces.length)]!
    const part = finishedPart(text)
    if (part === null) continue
    parts++
    expect(parseFilter(part).ok, `${text} gave ${part}`).toBe(true)
  }
  expect(parts).toBeGreaterThan(100)
})

test.each([
  ['class:IOPCIDevice and sta', 'class:IOPCIDevice'],
  ['usb not Class', 'usb'],
  ['usb busy', 'usb'],
  ['state', ''],
  // A word that no field begins with, or that is whole already: it is what is looked for.
  ['usb xhc', null],
  ['usb state ', null],
  ['usb "state"', null],
  ['class:state', null],
  ['IOName contains key', null],
  ['usb state:', null],
  ['', null],
])('before the last word of %s, if it may become a field, stands %s', (text, part) =>
  expect(partBeforeFieldWord(text)).toBe(part),
)

test.each([
  ['class:IOUSB', 'class', 'iousb', ''],
  ['usb and (key:IOMAC', 'key', 'iomac', null],
  ['usb and kext:com.apple.driver', 'kext', 'com.apple.driver', 'usb'],
  ['state:registered CLASS=IOU', 'class', 'iou', 'state:registered'],
  // A pattern is meant as it is, and so is what is in quotes or no value.
  ['class:IOUSB*', null, null, null],
  ['class:"IOUSB"', null, null, null],
  ['"class:IOUSB', null, null, null],
  ['class:', null, null, null],
  ['class:IOUSB ', null, null, null],
])('%s ends in a name that may be half typed: %s %s', (text, field, beginning, before) => {
  const found = lastName(text)
  expect(found).toEqual(field === null || before === null ? null : { field, beginning, before })
})
