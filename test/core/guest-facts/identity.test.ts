import { expect, test } from 'vitest'
import { readIdentity } from '../../../core/guest-facts/read-identity.ts'
import { macosOfDarwin, toolEra } from '../../../core/guest-facts/tool-era.ts'

const version =
  'Darwin Kernel Version 17.7.0: Thu Jun 21 22:53:14 PDT 2018; root:xnu-4570.71.2~1/RELEASE_X86_64'

test('all outputs together say who the guest is', () => {
  expect(
    readIdentity({
      unameA: `Darwin guest.local 17.7.0 ${version} x86_64\n`,
      unameV: `${version}\n`,
      swVers: 'ProductName:\tMac OS X\nProductVersion:\t10.13.6\nBuildVersion:\t17G65\n',
      sysctl: `kern.bootsessionuuid: 0d6e1a2b-0000-4000-8000-000000000001
kern.boottime: { sec = 1611200000, usec = 123456 } Thu Jan 21 03:33:20 2021
hw.machine: x86_64
`,
    }),
  ).toEqual({
    kernelVersion: version,
    darwinRelease: '17.7.0',
    darwinMajor: 17,
    osName: 'Mac OS X',
    osVersion: '10.13.6',
    osBuild: '17G65',
    machine: 'x86_64',
    bootSessionUuid: '0D6E1A2B-0000-4000-8000-000000000001',
    bootTime: 1_611_200_000,
    hostName: 'guest.local',
    kernelKind: 'RELEASE',
  })
})

test('the machine may have a blank in its name', () => {
  const identity = readIdentity({
    unameA:
      'Darwin g4 8.11.0 Darwin Kernel Version 8.11.0: Wed Oct 10 18:26:00 PDT 2007; root:xnu-792.24.17~1/RELEASE_PPC Power Macintosh powerpc',
  })
  expect(identity).toMatchObject({ machine: 'Power Macintosh', darwinMajor: 8 })
})

test('the kernel alone is enough for the Darwin it is', () => {
  expect(readIdentity({ unameV: version.replace('RELEASE', 'DEVELOPMENT') })).toMatchObject({
    kernelVersion: version.replace('RELEASE', 'DEVELOPMENT'),
    darwinRelease: '17.7.0',
    darwinMajor: 17,
    kernelKind: 'DEVELOPMENT',
  })
})

test('a Rapid Security Response is part of the version', () => {
  const swVers =
    'ProductName:\t\tmacOS\nProductVersion:\t\t13.3.1\nProductVersionExtra:\t(a)\nBuildVersion:\t\t22E772610a\n'
  expect(readIdentity({ swVers })).toMatchObject({ osName: 'macOS', osVersion: '13.3.1 (a)' })
})

test.each(['', 'command not found', '\0\0\0', 'Darwin', ': = :\n= '.repeat(1000)])(
  'a guest that says %j stays unknown',
  text => {
    const identity = readIdentity({ unameA: text, swVers: text, sysctl: text })
    expect(Object.values(identity).every(value => value === null)).toBe(true)
  },
)

test('Darwin 17 has the kext tools, archives with names for classes, and user approval', () => {
  expect(toolEra(17)).toMatchObject({
    macos: 'macOS 10.13',
    loadsWithKextTools: true,
    hasKmutil: false,
    hasArchives: true,
    archiveClassIsName: true,
    needsApproval: true,
    unloadsUnusedKexts: true,
  })
})

test('the archive’s class is its name on Darwin 12 to 17 only', () => {
  const majors = [11, 12, 13, 16, 17, 18, 20, 25]
  expect(majors.filter(major => toolEra(major).archiveClassIsName)).toEqual([12, 13, 16, 17])
})

test('a Darwin beyond the table has no macOS name', () => {
  expect([macosOfDarwin(19), macosOfDarwin(25), macosOfDarwin(99)]).toEqual([
    'macOS 10.15',
    'macOS 26',
    null,
  ])
})
