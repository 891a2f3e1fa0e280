import { expect, test } from 'vitest'
import { darwinVersionOf, platformOf } from '../../../core/matching/platform.ts'
import { snapshotFrom } from '../../helpers/plane-from.ts'
import { readPlainly } from '../../helpers/read-dumps.ts'

const withBuild = (version: string) =>
  readPlainly(
    `+-o Root  <class IORegistryEntry, id 0x1, retain 9>
    {
      "IOKitBuildVersion" = "${version}"
    }
`,
  ).snapshot

test.each([
  ['arm64', 20, 'Darwin Kernel Version 20.1.0: Sat; root:xnu-7195.50.7~2/RELEASE_ARM64_T8101'],
  ['x86', 17, 'Darwin Kernel Version 17.7.0: Thu; root:xnu-4570.71~1/RELEASE_X86_64'],
  ['x86', 9, 'Darwin Kernel Version 9.7.0: Tue; root:xnu-1228.12.14~1/RELEASE_I386'],
  ['ppc', 8, 'Darwin Kernel Version 8.11.0: Wed; root:xnu-792.24.17~1/RELEASE_PPC'],
  ['ppc', 6, 'IOKit Component Version 6.8: Wed; root(rcbuilder):RELEASE_PPC/iokit/RELEASE'],
  ['x86', 17, 'Darwin Kernel Version 17.0.0: root:xnu/DEBUG_X86_64'],
])('the root tells of %s and Darwin %i', (platform, version, text) => {
  expect(platformOf(withBuild(text))).toBe(platform)
  expect(darwinVersionOf(withBuild(text))).toBe(version)
})

test.each([
  ['arm64', 'AppleARMPE'],
  ['x86', 'AppleACPIPlatformExpert'],
  ['ppc', 'MacRISC4PE'],
])('without it a class tells of %s', (platform, className) => {
  const snapshot = snapshotFrom(`
    Root
      expert  <class ${className}>
  `)
  expect(platformOf(snapshot)).toBe(platform)
  expect(darwinVersionOf(snapshot)).toBe(null)
})

test('a name is no class, and a version that is cut tells nothing', () => {
  expect(platformOf(snapshotFrom('AppleARMPE  <class IOService>'))).toBe(null)
  expect(platformOf(withBuild('Darwin Kernel Ver'))).toBe(null)
  expect(darwinVersionOf(withBuild('Darwin Kernel Ver'))).toBe(null)
})
