import { expect, test } from 'vitest'
import { baseRateOf, baseRateSentence, shareAlike } from '../../../core/verify/state-base-rates.ts'
import { stateBits } from '../../../core/verify/state-bits.ts'

const entry = (className: string, classChain: string | null, hasMatchCategory = false) => ({
  className,
  classChain,
  hasMatchCategory,
})

test.each([
  [entry('IOHIDLibUserClient', 'IOService:IOUserClient:IOHIDLibUserClient'), false, 99],
  [entry('XUserClient', null), true, 1],
  [entry('AppleAHCI', 'IOService:AppleAHCI', true), true, 81],
  [entry('AppleHPET', 'IOService:AppleHPET', true), false, 19],
  [entry('IOPCIDevice', 'IOService:IOPCIDevice'), true, 40],
  [entry('IOPCIDevice', 'IOService:IOPCIDevice'), false, 60],
])('how many are as %o, registered %s: %i %', (service, isRegistered, share) => {
  expect(shareAlike(baseRateOf(service), isRegistered)).toBe(share)
})

test('the sentence says of how many and of what machines', () => {
  const rate = baseRateOf(entry('XUserClient', null))
  expect(baseRateSentence(rate, false)).toBe(
    '99 % of 1,804 user clients are not registered, as this one, in eight saved registries of real machines, OS X 10.8 to macOS 11.',
  )
})

test('the bits of a state word have names, and those without one are told too', () => {
  const set = (state: number) =>
    stateBits(state).flatMap(({ name, isSet }) => (isSet ? [name] : []))
  expect(set(0x1e)).toEqual(['registered', 'matched', 'first publish', 'first match'])
  expect(set(0x8000_0000)).toEqual(['invisible'])
  expect(set(0x120)).toEqual(['others'])
  expect(stateBits(0).some(({ isSet }) => isSet)).toBe(false)
})
