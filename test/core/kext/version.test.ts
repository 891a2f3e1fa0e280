import { expect, test } from 'vitest'
import { compareVersions, isCompatibleVersion, versionNumber } from '../../../core/kext/version.ts'

test('versions are ordered by stage, then level, and a release comes after its candidates', () => {
  const order = ['1.0d1', '1.0d2', '1.0a1', '1.0b2', '1.0b10', '1.0f1', '1.0', '1.0.1', '1.1', '2']
  expect(order.toReversed().toSorted(compareVersions)).toEqual(order)
})

test.each([
  ['1', 1_000_000_009_000n],
  ['1.2.3', 1_000_200_039_000n],
  ['1.0.14d1', 1_000_000_141_001n],
  ['17.7.0fc3', 17_000_700_007_003n],
  ['9999.9999.9999', 9_999_999_999_999_000n],
  ['1.0 anything', 1_000_000_009_000n],
])('%s has the number %s', (text, number) => {
  expect(versionNumber(text)).toBe(number)
})

test.each([
  '',
  'a',
  '1.',
  '1.0.0.0',
  '12345',
  '1.0d',
  '1.0d256',
  '1.0f0',
  '1.0fc0',
  '1.0x1',
  '-1',
  '$(MODULE_VERSION)',
])('%j is not a version, and older than every version', text => {
  expect(versionNumber(text)).toBeNull()
  expect(compareVersions(text, '0')).toBeLessThan(0)
})

test('the same version is written in several ways', () => {
  expect(compareVersions('1.0', '1.0.0')).toBe(0)
  expect(compareVersions('1.0f3', '1.0fc3')).toBe(0)
})

test('a library serves what lies between its compatible version and its own', () => {
  const library = { compatibleVersion: '7.0', version: '17.7.0' }
  const serves = (wanted: string): boolean => isCompatibleVersion(wanted, library)
  expect(['6.9', '7.0', '10.0.0b1', '17.7', '17.7.1'].filter(serves)).toEqual([
    '7.0',
    '10.0.0b1',
    '17.7',
  ])
  expect(serves('latest')).toBe(false)
})
