import { expect, test } from 'vitest'
import {
  moveInBytes,
  selectedRange,
  type ByteSelection,
} from '../../../renderer/widgets/hex-keys.ts'

/** Keys one after the other over twenty bytes in lines of eight; `+` marks, `^` is Ctrl. */
function press(keys: string, from: ByteSelection | null = null): ByteSelection | null {
  return keys.split(' ').reduce<ByteSelection | null>((selection, name) => {
    const key = name.replace(/^[+^]+/, '')
    const isShift = name.startsWith('+')
    const isMod = name.startsWith('^')
    return moveInBytes(selection, { key, isShift, isMod }, 20, 8) ?? selection
  }, from)
}

test.each([
  ['ArrowRight', 0],
  ['ArrowRight ArrowRight', 1],
  ['ArrowDown', 0],
  ['ArrowRight ArrowDown ArrowDown', 16],
  ['ArrowRight ArrowDown ArrowDown ArrowDown', 16],
  ['ArrowRight End', 7],
  ['ArrowRight End ArrowDown ArrowDown', 19],
  ['ArrowRight ^End', 19],
  ['^End Home', 16],
  ['^End End', 19],
  ['^End ^Home', 0],
  ['ArrowRight PageDown', 16],
  ['^End PageUp', 3],
  ['ArrowRight ArrowLeft ArrowLeft', 0],
])('%s comes to byte %i', (keys, at) => {
  expect(press(keys)).toEqual({ anchor: at, cursor: at })
})

test('Shift marks from where it began, to both sides, and Ctrl+A takes all', () => {
  const forwards = press('ArrowRight +ArrowRight +ArrowDown')
  expect(forwards).toEqual({ anchor: 0, cursor: 9 })
  expect(selectedRange(forwards!)).toEqual({ start: 0, end: 10 })
  const backwards = press('+ArrowLeft +ArrowLeft', { anchor: 5, cursor: 5 })
  expect(selectedRange(backwards!)).toEqual({ start: 3, end: 6 })
  expect(selectedRange(press('^a')!)).toEqual({ start: 0, end: 20 })
})

test('other keys and empty data move nothing', () => {
  expect(moveInBytes(null, { key: 'Tab', isShift: false, isMod: false }, 20, 8)).toBeNull()
  expect(moveInBytes(null, { key: 'ArrowDown', isShift: false, isMod: false }, 0, 8)).toBeNull()
})
