import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { parse } from 'plist'
import { describe, expect, test } from 'vitest'
import { FailureError } from '../../../core/failure.ts'
import { installedKextFrom } from '../../../core/kext/read-info-plist.ts'
import { stringAt } from '../../../core/registry/property-value.ts'
import { valueFrom } from './property-values.ts'

const good = {
  CFBundlePackageType: 'KEXT',
  CFBundleIdentifier: 'com.example.Foo',
  CFBundleVersion: '1.0.2',
  CFBundleExecutable: 'Foo',
  OSBundleLibraries: { 'com.apple.kpi.iokit': '17.0', 'com.apple.kpi.libkern': '17.0' },
  IOKitPersonalities: {
    Foo: {
      CFBundleIdentifier: 'com.example.Foo',
      IOClass: 'com_example_Foo',
      IOProviderClass: 'IOPCIDevice',
      IOProbeScore: 1000,
    },
  },
}

const read = (plain: object, architecture?: string) =>
  installedKextFrom('/Library/Extensions/Foo.kext', valueFrom(plain), architecture)

const withPersonality = (changes: object) => ({
  ...good,
  IOKitPersonalities: { Foo: { ...good.IOKitPersonalities.Foo, ...changes } },
})

test('a bundle without mistakes is described, and nothing is found wrong with it', () => {
  expect(read(good)).toMatchObject({
    path: '/Library/Extensions/Foo.kext',
    bundleIdentifier: 'com.example.Foo',
    version: '1.0.2',
    executable: 'Foo',
    compatibleVersion: null,
    libraries: [
      ['com.apple.kpi.iokit', '17.0'],
      ['com.apple.kpi.libkern', '17.0'],
    ],
    personalities: [
      {
        name: 'Foo',
        publisher: 'com.example.Foo',
        bundleIdentifier: 'com.example.Foo',
        ioClass: 'com_example_Foo',
        providerClass: 'IOPCIDevice',
        matchCategory: null,
        probeScore: 1000,
      },
    ],
    problems: [],
  })
})

test.each([
  ['no version', { ...good, CFBundleVersion: undefined }, 'CFBundleVersion is unreadable'],
  ['a version that is none', { ...good, CFBundleVersion: '1.0-beta' }, 'is not a kext version'],
  ['a number for a version', { ...good, CFBundleVersion: 1 }, 'CFBundleVersion is the number 1'],
  ['an unexpanded variable', { ...good, CFBundleIdentifier: '$(BUNDLE)' }, 'a build variable'],
  [
    'an identifier too long for the kernel',
    { ...good, CFBundleIdentifier: 'com.example.'.repeat(6) },
    'the kernel has room for 63',
  ],
  ['another package type', { ...good, CFBundlePackageType: 'APPL' }, 'it must be KEXT'],
  ['no libraries', { ...good, OSBundleLibraries: {} }, 'OSBundleLibraries is empty'],
  [
    'a library version that is none',
    { ...good, OSBundleLibraries: { 'com.apple.kpi.iokit': 'any' } },
    'of library com.apple.kpi.iokit is not a kext version',
  ],
  [
    'a compatible version above its own',
    { ...good, OSBundleCompatibleVersion: '2.0' },
    'is higher than CFBundleVersion 1.0.2',
  ],
  [
    'an unknown boot level',
    { ...good, OSBundleRequired: 'Always' },
    'OSBundleRequired is “Always”',
  ],
  ['personalities in an array', { ...good, IOKitPersonalities: [] }, 'must be a dictionary'],
  ['a personality that is text', { ...good, IOKitPersonalities: { A: 'b' } }, 'Personality “A”'],
  ['no class', withPersonality({ IOClass: '' }), 'Personality “Foo”: IOClass is empty'],
  ['debug as text', withPersonality({ IOKitDebug: 'yes' }), 'IOKitDebug is “yes”'],
  ['a score as text', withPersonality({ IOProbeScore: '9' }), 'the kernel takes 0'],
  [
    'another kext’s driver',
    withPersonality({ CFBundleIdentifier: 'com.example.Bar' }),
    'belongs to com.example.Bar',
  ],
  [
    'IOResources without a category',
    withPersonality({ IOProviderClass: 'IOResources' }),
    'By convention the category is the class’s name, com_example_Foo.',
  ],
])('a bundle with %s is told so in a sentence', (_title, plain, sentence) => {
  expect(read(plain).problems[0]).toContain(sentence)
  expect(read(plain).problems.every(text => text.endsWith('.'))).toBe(true)
})

test('a category of its own on IOResources is a remark and no problem', () => {
  const kext = read(
    withPersonality({ IOProviderClass: 'IOResources', IOMatchCategory: 'FooCategory' }),
  )
  expect(kext.problems).toEqual([])
  expect(kext.notes).toEqual([
    expect.stringContaining('That works as long as no other driver uses this name'),
  ])
})

test('errors come before warnings', () => {
  const kext = read({ ...withPersonality({ IOProbeScore: 'x' }), CFBundleVersion: 'x' })
  expect(kext.problems).toEqual([
    expect.stringContaining('CFBundleVersion'),
    expect.stringContaining('IOProbeScore'),
  ])
})

test('the keys of an architecture replace the generic ones there and only there', () => {
  const plain = {
    ...good,
    IOKitPersonalities_i386: { Old: { IOClass: 'Old', IOProviderClass: 'IOPCIDevice' } },
    OSBundleLibraries_i386: { 'com.apple.kpi.bsd': '9.0' },
  }
  const names = (arch: string): unknown => {
    const kext = read(plain, arch)
    return [kext.personalities.map(each => each.name), kext.libraries.map(([id]) => id)]
  }
  expect(names('i386')).toEqual([['Old'], ['com.apple.kpi.bsd']])
  expect(names('x86_64')).toEqual([['Foo'], ['com.apple.kpi.iokit', 'com.apple.kpi.libkern']])
})

test('a personality gets the identifier of its kext where it has none', () => {
  const { IOClass, IOProviderClass } = good.IOKitPersonalities.Foo
  const kext = read({ ...good, IOKitPersonalities: { Foo: { IOClass, IOProviderClass } } })
  const [personality] = kext.personalities
  expect(personality!.bundleIdentifier).toBe('com.example.Foo')
  expect(stringAt(personality!.properties, 'CFBundleIdentifier')).toBe('com.example.Foo')
  expect(stringAt(personality!.properties, 'IOPersonalityPublisher')).toBeUndefined()
  expect(kext.problems).toEqual([expect.stringContaining('has no CFBundleIdentifier')])
})

test('a personality for another kext names its publisher, as the kernel will see it', () => {
  const [personality] = read(
    withPersonality({ CFBundleIdentifier: 'com.example.Bar' }),
  ).personalities
  expect(personality).toMatchObject({
    publisher: 'com.example.Foo',
    bundleIdentifier: 'com.example.Bar',
  })
  expect(stringAt(personality!.properties, 'IOPersonalityPublisher')).toBe('com.example.Foo')
})

test('probe scores are signed 32-bit numbers, as in the kernel', () => {
  const score = (value: unknown): unknown =>
    read(withPersonality({ IOProbeScore: value })).personalities[0]!.probeScore
  expect([score(-1), score(0xffff_ffff), score(2n ** 40n + 5n), score('1')]).toEqual([
    -1,
    -1,
    5,
    null,
  ])
})

test('what is not a dictionary is not a bundle', () => {
  expect(() => installedKextFrom('/tmp/A.kext', valueFrom([]))).toThrow(FailureError)
})

const corpus = new URL('../../../../shared/corpus/', import.meta.url)
const hasCorpus = existsSync(corpus)

describe('real Info.plists', () => {
  const manifest = hasCorpus ? readFileSync(new URL('MANIFEST.md', corpus), 'utf8') : ''
  const files = hasCorpus
    ? readdirSync(new URL('kext-info/', corpus)).filter(name => name.endsWith('.Info.plist'))
    : []

  // Without the corpus there are no files, and the one test below tells why.
  test.each(files)('%s has the personalities its manifest counts', name => {
    const row = manifest.split('\n').find(line => line.includes(`\`kext-info/${name}\``))
    const counted = /\| (\d+) personalities \|/.exec(row ?? '')?.[1]
    const text = readFileSync(new URL(`kext-info/${name}`, corpus), 'utf8')
    const kext = installedKextFrom(name, valueFrom(parse(text)))
    expect(kext.personalities).toHaveLength(Number(counted))
  })

  test('every prelinked kext of a Mac is read', context => {
    context.skip(!hasCorpus, 'there is no corpus of real Info.plists beside the project')
    const name = 'kext-info/_prelinked-dictionary_macos-10.14_MacBook9,1_296-kexts.plist'
    const whole = parse(readFileSync(new URL(name, corpus), 'utf8')) as {
      _PrelinkInfoDictionary: object[]
    }
    const kexts = whole._PrelinkInfoDictionary.map(info => installedKextFrom('', valueFrom(info)))
    expect(kexts).toHaveLength(296)
    // The kernel has linked them all, so no error may be found in any of the bundles.
    const isWarning = (text: string): boolean =>
      text.startsWith('Personality') || text.startsWith('OSBundleLibraries is declared, but')
    expect(kexts.flatMap(kext => kext.problems).filter(text => !isWarning(text))).toEqual([])
  })
})
