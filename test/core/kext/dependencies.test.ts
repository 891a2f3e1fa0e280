import { expect, test } from 'vitest'
import { dependencyNames, resolveDependencies } from '../../../core/kext/dependencies.ts'
import type { InstalledKext, LoadedKext } from '../../../core/kext/kext.ts'
import { kextsByClass, owningKext } from '../../../core/kext/owning-kext.ts'
import { installedKextFrom } from '../../../core/kext/read-info-plist.ts'
import { readKextList } from '../../../core/kext/read-kext-list.ts'
import { valueFrom } from './property-values.ts'

/** `lib 2.0 (1.0) <- other 1.1`: version 2.0, compatible back to 1.0, needs version 1.1 of `other`. */
function kext(drawn: string): InstalledKext {
  const [, id, version, compatible, needs] = /^(\S+) (\S+)(?: \((.*?)\))?(?: <- (.*))?$/.exec(
    drawn,
  )!
  const libraries = (needs ?? '').split(', ').filter(text => text !== '')
  return {
    path: `/Library/Extensions/${id}-${version}.kext`,
    bundleIdentifier: id!,
    version: version!,
    executable: id!,
    compatibleVersion: compatible ?? null,
    libraries: libraries.map(text => text.split(' ') as [string, string]),
    personalities: [],
    problems: [],
    notes: [],
  }
}

const loaded = (...rows: string[]): readonly LoadedKext[] =>
  readKextList(rows.map(row => `${row}\n`).join(''), 'kextstat').kexts

const kpi = '3 1 0 0 0 com.apple.kpi.iokit (17.7.0)'

test.each([
  { wanted: 'lib 1.5', installed: ['lib 2.0 (1.0)'], kind: 'satisfied' },
  { wanted: 'lib 2.1', installed: ['lib 2.0 (1.0)'], kind: 'incompatible' },
  { wanted: 'lib 0.9', installed: ['lib 2.0 (1.0)'], kind: 'incompatible' },
  { wanted: 'lib 1.5', installed: ['lib 2.0'], kind: 'not-a-library' },
  { wanted: 'lib 1.5', installed: [], kind: 'not-found' },
  { wanted: 'lib any', installed: ['lib 2.0 (1.0)'], kind: 'invalid-version' },
])('$wanted among $installed is $kind', ({ wanted, installed, kind }) => {
  const report = resolveDependencies(kext(`foo 1.0 <- ${wanted}`), installed.map(kext), [])
  expect(report.direct.map(each => each.kind)).toEqual([kind])
})

test('the highest version that fits is taken', () => {
  const installed = ['lib 1.0 (1.0)', 'lib 3.0 (2.0)', 'lib 2.0 (1.0)'].map(kext)
  const [library] = resolveDependencies(kext('foo 1.0 <- lib 1.0'), installed, []).direct
  expect(library!.candidate).toMatchObject({ version: '2.0', isLoaded: false })
})

test('a loaded library is preferred, and in the way when it is too old', () => {
  const installed = ['lib 3.0 (1.0)', 'lib 2.0 (1.0)'].map(kext)
  const inKernel = loaded('9 0 0 0 0 lib (2.0)')
  const kindOf = (version: string): unknown =>
    resolveDependencies(kext(`foo 1.0 <- lib ${version}`), installed, inKernel).direct[0]!.kind
  expect([kindOf('1.5'), kindOf('2.5')]).toEqual(['satisfied', 'loaded-incompatible'])
})

test('the kernel’s own interfaces need no bundle on the disk', () => {
  const kindOf = (version: string): unknown =>
    resolveDependencies(kext(`foo 1.0 <- com.apple.kpi.iokit ${version}`), [], loaded(kpi))
      .direct[0]!.kind
  expect([kindOf('17.0'), kindOf('6.0'), kindOf('18.0')]).toEqual([
    'satisfied',
    'loaded-incompatible',
    'loaded-incompatible',
  ])
})

test('nothing is claimed of a loaded library whose bundle is not known', () => {
  const report = resolveDependencies(kext('foo 1.0 <- lib 1.5'), [], loaded('9 0 0 0 0 lib (2.0)'))
  expect(report.direct[0]!.kind).toBe('undetermined')
})

test('what has to be loaded first comes in the order of loading', () => {
  const installed = ['a 1.0 (1.0) <- b 1.0', 'b 1.0 (1.0) <- c 1.0', 'c 1.0 (1.0)'].map(kext)
  expect(resolveDependencies(kext('foo 1.0 <- a 1.0, c 1.0'), installed, [])).toMatchObject({
    loadsFirst: ['c', 'b', 'a'],
  })
})

test('a missing library of a library and a circle are problems', () => {
  const installed = ['a 1.0 (1.0) <- b 1.0, gone 1.0', 'b 1.0 (1.0) <- a 1.0'].map(kext)
  const { problems } = resolveDependencies(
    kext('foo 1.0 <- a 1.0, com.apple.kpi.iokit 17.0'),
    installed,
    loaded(kpi),
  )
  expect(problems).toEqual([
    'b and a depend on each other in a circle.',
    'a cannot be loaded: No kext gone is installed or loaded.',
  ])
})

test('a chain of ten thousand kexts is walked without recursion', () => {
  const chain = Array.from({ length: 10_000 }, (_, i) => kext(`k${i} 1.0 (1.0) <- k${i + 1} 1.0`))
  const report = resolveDependencies(kext('foo 1.0 <- k0 1.0'), chain, [])
  expect(report.loadsFirst).toHaveLength(10_000)
})

test.each([
  ['com.apple.kernel 17.0', 'names com.apple.kernel itself'],
  ['com.apple.kpi.iokit 17.0, com.apple.kernel.iokit 8.0', 'mixes'],
  ['com.apple.kernel.iokit 8.0', '64-bit kexts must link against com.apple.kpi.*'],
  ['com.apple.kpi.iokit 17.0, com.apple.kpi.private 17.0', 'Only Apple’s kexts'],
  ['lib 1.0', 'names no com.apple.kpi.* library'],
])('linking against %s breaks a rule', (needs, sentence) => {
  const { problems } = resolveDependencies(kext(`foo 1.0 <- ${needs}`), [], [])
  expect(problems).toEqual([expect.stringContaining(sentence)])
})

test('load tags become names, in both directions', () => {
  const names = dependencyNames(
    loaded(
      kpi,
      '4 1 0 0 0 com.apple.kpi.libkern (17.7.0)',
      '9 0 0 0 0 com.example.Foo (1.0) <7 4 3>',
    ),
  )
  expect(names.get('com.example.Foo')).toEqual({
    dependencies: ['com.apple.kpi.libkern', 'com.apple.kpi.iokit'],
    dependents: [],
    unknownTags: [7],
  })
  expect(names.get('com.apple.kpi.iokit')!.dependents).toEqual(['com.example.Foo'])
})

test('an entry belongs to the kext it names, else to the one that publishes its class', () => {
  const bundle = (id: string, ...classes: string[]): InstalledKext =>
    installedKextFrom(
      `/${id}.kext`,
      valueFrom({
        CFBundleIdentifier: id,
        IOKitPersonalities: Object.fromEntries(
          classes.map(IOClass => [IOClass, { IOClass, IOProviderClass: 'IOResources' }]),
        ),
      }),
    )
  const byClass = kextsByClass([bundle('com.a', 'Own', 'Shared'), bundle('com.b', 'Shared')])
  const owner = (bundleIdentifier: string | null, className: string | null): unknown =>
    owningKext({ bundleIdentifier, className }, byClass)
  expect([
    owner('com.c', 'Own'),
    owner(null, 'Own'),
    owner(null, 'Shared'),
    owner(null, 'Nub'),
    owner(null, null),
  ]).toEqual([
    { kind: 'property', bundleIdentifier: 'com.c' },
    { kind: 'personality', bundleIdentifier: 'com.a' },
    { kind: 'ambiguous', candidates: ['com.a', 'com.b'] },
    { kind: 'unknown' },
    { kind: 'unknown' },
  ])
})
