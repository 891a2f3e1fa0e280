import { expect, test } from 'vitest'
import { durationText, modeText, sizeText } from '../../../renderer/views/action/quantities.ts'

test('durations are as exact as they are short', () => {
  expect([8.4, 999, 1234, 59_960, 119_700, 125_000].map(durationText)).toEqual([
    '8 ms',
    '999 ms',
    '1.2 s',
    '1 min 0 s',
    '2 min 0 s',
    '2 min 5 s',
  ])
})

test('a size never shows a thousand of a smaller unit', () => {
  expect([0, 1, 999, 1000, 999_949, 999_950, 16_384, 1e12].map(sizeText)).toEqual([
    '0 bytes',
    '1 byte',
    '999 bytes',
    '1.0 kB',
    '999.9 kB',
    '1.0 MB',
    '16.4 kB',
    '1.0 TB',
  ])
})

test('permissions look as ls prints them', () => {
  expect(modeText(0o755, 'folder')).toBe('drwxr-xr-x')
  expect(modeText(0o100644, 'file')).toBe('-rw-r--r--')
})
