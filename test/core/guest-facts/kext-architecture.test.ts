import { expect, test } from 'vitest'
import { bundleArchitecture } from '../../../core/guest-facts/kext-architecture.ts'

test.each([
  [null, 'x86_64'],
  ['x86_64', 'x86_64'],
  ['i386', 'i386'],
  ['arm64', 'arm64'],
  ['arm64e', 'arm64'],
  ['Power Macintosh', 'ppc'],
])('what uname calls %s, bundles call %s', (machine, architecture) => {
  expect(bundleArchitecture(machine)).toBe(architecture)
})
