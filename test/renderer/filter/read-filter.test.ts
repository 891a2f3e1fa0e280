import { expect, test } from 'vitest'
import { hasWord, markedRuns } from '../../../renderer/filter/marked-runs.ts'
import {
  appliedFilter,
  appliedPart,
  lastGoodAfter,
  readFilter,
  textPieces,
} from '../../../renderer/filter/read-filter.ts'
import { letterRuns } from '../../../renderer/filter/typed-letters.ts'
import { initialFilters } from '../../../renderer/state/filters-state.ts'
import { Random } from '../../helpers/random.ts'

const problemOf = (text: string) => {
  const parsed = readFilter(text)
  return parsed.ok ? null : parsed.problem
}
const drawn = (text: string) =>
  textPieces(text, problemOf(text))
    .map(({ text: own, kind, isWrong }) => (isWrong ? `!${own}!` : `${kind}:${own}`))
    .join('|')

test('a filter is drawn in pieces by what they are', () => {
  expect(drawn('usb and state:!registered')).toBe(
    'word:usb|blank: |keyword:and|blank: |field:state:|operator:!|word:registered',
  )
})

test('where it does not read is underlined; what is missing at the end is a place after the text', () => {
  expect(drawn('usb and bsy:3')).toBe('word:usb|blank: |keyword:and|blank: |!bsy:!|word:3')
  expect(drawn('class:')).toBe('!class:!')
  const missing = { span: { start: 3, end: 3 }, message: 'More has to follow.', expected: [] }
  expect(textPieces('usb', missing).map(({ text, isWrong }) => [text, isWrong])).toEqual([
    ['usb', false],
    [' ', true],
  ])
})

test('the pieces together are the text, whatever is typed', () => {
  const random = new Random(7)
  const parts = [
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
    'é😀',
    'not',
  ]
  for (let round = 0; round < 500; round++) {
    let text = ''
    for (let n = random.below(8); n >= 0; n--) text += parts[random.below(parts.length)]!
    const joined = textPieces(text, problemOf(text))
      .map(piece => piece.text)
      .join('')
    expect(joined.startsWith(text)).toBe(true)
    expect(joined.slice(text.length).trim()).toBe('')
  }
})

/** Types texts one after the other and says whose hits each one shows. */
const typing = () => {
  let state = { filter: '', filters: initialFilters }
  const type = (filter: string) => {
    state = { filter, filters: { ...state.filters, lastGood: lastGoodAfter(state, filter) } }
    return `${appliedPart(filter)}: ${appliedFilter(state)}`
  }
  return type
}

test('while the last term does not read, what stands before it is shown', () => {
  const type = typing()
  expect(type('usb')).toBe('whole: usb')
  expect(type('usb and')).toBe('beginning: usb')
  expect(type('usb and (')).toBe('beginning: usb')
  expect(type('usb and hid')).toBe('whole: usb and hid')
  expect(type('usb and state')).toBe('whole: usb and state')
  expect(type('usb and state:')).toBe('beginning: usb')
  expect(type('usb and state:regis')).toBe('beginning: usb')
  expect(type('')).toBe('whole: ')
})

test('while something before the last term does not read, the filter before stays', () => {
  const type = typing()
  expect(type('class:IOHub usb')).toBe('whole: class:IOHub usb')
  expect(type('class: usb hid')).toBe('whole: class: usb hid')
  expect(type('bsy:3 usb')).toBe('before: class: usb hid')
})

test('rows mark the words that have to be there, and not those that must not', () => {
  const marked = (text: string, filter: string) =>
    markedRuns(text, filter)
      .map(run => (run.isMarked ? `[${run.text}]` : run.text))
      .join('')
  expect(marked('IOUSBHostDevice', 'usb device')).toBe('IO[USB]Host[Device]')
  expect(marked('IOUSBHostDevice', 'usbhost or hostdev')).toBe('IO[USBHost][Dev]ice')
  expect(marked('IOUSBHostDevice', 'not usb')).toBe('IOUSBHostDevice')
  expect(marked('IOPCIDevice', 'class:IOPCI*')).toBe('[IOPCI]Device')
  expect(hasWord('IOUSBHostDevice', 'busy > 0')).toBe(false)
})

test('of a suggestion the letters that were typed are told apart', () => {
  const shown = (text: string, typed: string) =>
    letterRuns(text, typed)
      .map(run => (run.isTyped ? `[${run.text}]` : run.text))
      .join('')
  expect(shown('IOPCIDevice', 'pcid')).toBe('IO[PCID]evice')
  expect(shown('IOPCIDevice', 'ipd')).toBe('[I]O[P]CI[D]evice')
  expect(shown('"vendor-id"', '"vend')).toBe('"[vend]or-id"')
  expect(shown('IOPCIDevice', 'xyz')).toBe('IOPCIDevice')
})
