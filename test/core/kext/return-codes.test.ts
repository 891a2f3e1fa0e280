import { expect, test } from 'vitest'
import { explainReturnCode, returnCodeOfMessage } from '../../../core/kext/return-codes.ts'

test.each([
  [-603946985, 'kOSKextReturnStartStopError', '0xdc008017'],
  ['-603946985', 'kOSKextReturnStartStopError', '0xdc008017'],
  ['−603946985', 'kOSKextReturnStartStopError', '0xdc008017'],
  ['0xdc008017', 'kOSKextReturnStartStopError', '0xdc008017'],
  [0xdc008018n, 'kOSKextReturnInUse', '0xdc008018'],
  ['0xffffffffdc008018', 'kOSKextReturnInUse', '0xdc008018'],
  [-603946989, 'kOSKextReturnNotLoadable', '0xdc008013'],
  [0xe00002c5, 'kIOReturnExclusiveAccess', '0xe00002c5'],
  [-536870206, 'kIOReturnBadArgument', '0xe00002c2'],
  [5, 'KERN_FAILURE', '0x5'],
  ['0x5', 'KERN_FAILURE', '0x5'],
  [0, 'KERN_SUCCESS', '0x0'],
  [56, 'KERN_NOT_FOUND', '0x38'],
  [0xdc00400a, 'metaclass 0xa', '0xdc00400a'],
  [0xe0004051, 'iokit USB 0x51', '0xe0004051'],
])('%s is %s', (code, name, hex) => {
  expect(explainReturnCode(code)).toMatchObject({ name, hex })
})

test.each([
  '',
  'five',
  '0x',
  '1.5',
  1.5,
  NaN,
  2 ** 40,
  57,
  0xe00002cb,
  '0x123456789abcdef0',
  10n ** 30n,
])('%s is no code that is known', code => {
  expect(explainReturnCode(code)).toBeUndefined()
})

test('every code of the kext library has a meaning, and its own words lead back to it', () => {
  for (let n = 1; n <= 0x1f; n++) {
    const code = explainReturnCode(0xdc008000 + n)
    expect(code?.system).toBe('libkern/kext')
    expect(returnCodeOfMessage(`Failed to load X - (libkern/kext) ${code!.meaning}.`)).toEqual(code)
  }
})

test('the common refusals come with advice', () => {
  const advised = [0x4, 0xd, 0xe, 0x16, 0x17, 0x18, 0x1b].map(n =>
    explainReturnCode(0xdc008000 + n),
  )
  expect(advised.every(code => code?.advice?.endsWith('.'))).toBe(true)
})
