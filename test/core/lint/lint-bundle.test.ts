import { expect, test } from 'vitest'
import { lintBundle } from '../../../core/lint/lint-bundle.ts'
import { kpis, linking, withLibrary, guestWith } from './bundle-variants.ts'
import { guest, image, info, inputOf, tree, withPersonality, type Wanted } from './small-bundle.ts'

const lint = (wanted: Wanted) => lintBundle(inputOf(wanted))

test('of a good bundle, and of a good source folder, there is nothing to say', () => {
  expect(lint({}).findings).toEqual([])
  expect(lint({ guest }).findings).toEqual([])
  expect(lint({ tree, guest }).findings).toEqual([])
})

test('errors come first, then warnings, then notes', () => {
  const { findings, counts } = lint({
    info: withPersonality({ IOKitDebug: 1, IOProbeScore: 'x', IOClass: '' }),
  })
  expect(findings.map(({ severity }) => severity)).toEqual(['error', 'warning', 'note'])
  expect(counts).toEqual({ error: 1, warning: 1, note: 1 })
})

test.each([
  ['x86_64', 'IOKitPersonalities_x86_64'],
  ['arm64e', 'IOKitPersonalities_arm64'],
  ['i386', 'IOKitPersonalities_i386'],
] as const)('for %s the key %s replaces the generic one, and is named', (architecture, key) => {
  const { findings } = lint({
    info: { ...info, [key]: { ...info.IOKitPersonalities, Bad: 'text' } },
    image: { ...image, architecture },
  })
  expect(findings.map(({ where }) => where.keyPath)).toEqual([[key, 'Bad']])
})

test.each([
  ['installed', withPersonality({ CFBundleIdentifier: 'com.example.Lib' }), []],
  [
    'not there',
    withPersonality({ CFBundleIdentifier: 'com.example.Gone' }),
    ['CFBundleIdentifier'],
  ],
  [
    'not there, for a driver extension',
    withPersonality({ CFBundleIdentifierKernel: 'com.example.Gone' }),
    ['CFBundleIdentifierKernel'],
  ],
  ['the kernel', withPersonality({ CFBundleIdentifierKernel: 'com.apple.kernel' }), []],
])('a personality of a kext that is %s', (_what, changed, expected) => {
  const { findings } = lint({ info: changed, guest: guestWith({}) })
  const found = findings.filter(({ rule }) => rule === 'owner-not-found')
  expect(found.map(({ where }) => where.keyPath.at(-1))).toEqual(expected)
})

test('the boot level of driver extensions is for them alone', () => {
  const rulesOf = (changes: object) =>
    lint({ info: { ...info, OSBundleRequired: 'DriverKit', ...changes } }).findings.map(
      ({ rule }) => rule,
    )
  expect(rulesOf({})).toContain('boot-level')
  expect(rulesOf({ CFBundlePackageType: 'DEXT' })).not.toContain('boot-level')
})

test('a plug-in is looked at too, and serves the bundle as a library', () => {
  const plugIn = {
    CFBundlePackageType: 'KEXT',
    CFBundleIdentifier: 'com.example.Lib',
    CFBundleVersion: '2.0',
    OSBundleCompatibleVersion: '1.5',
  }
  expect(lint({ info: withLibrary('1.6'), guest, plugIns: [plugIn] }).findings).toEqual([])
  const { findings, plugIns } = lint({ plugIns: [{ ...plugIn, CFBundleVersion: 'x' }] })
  expect(plugIns).toEqual(['Contents/PlugIns/Bar0.kext'])
  expect(findings.map(({ rule, where }) => [rule, where.file])).toEqual([
    ['bundle-version', 'Contents/PlugIns/Bar0.kext/Contents/Info.plist'],
  ])
})

test('the executable is summed up, with the libraries that may have what it derives from', () => {
  const classes = [
    { name: 'Foo', superclass: 'IOUSBHostInterface' },
    { name: 'Client', superclass: 'IOUserClient' },
  ]
  const { executable } = lint({
    info: linking({ ...kpis, 'com.apple.iokit.IOUSBHostFamily': '1.0' }),
    image: { ...image, classes },
  })
  expect(executable).toEqual({
    file: 'Contents/MacOS/Foo',
    images: [
      {
        architecture: 'x86_64',
        fileType: 'a kext (MH_KEXT_BUNDLE)',
        uuid: '00010203-0405-0607-0809-0A0B0C0D0E0F',
        classes,
        importedClasses: [
          { name: 'IOUserClient', libraries: ['com.apple.kpi.iokit'] },
          {
            name: 'IOUSBHostInterface',
            libraries: ['com.apple.iokit.IOUSBHostFamily', 'com.apple.kpi.iokit'],
          },
        ],
        undefinedSymbolCount: 2,
      },
    ],
  })
})

test('a class of a family whose library is not declared is a warning, since no list tells where it is', () => {
  const classes = [{ name: 'Foo', superclass: 'IOPCIBridge' }]
  const only = linking({ 'com.apple.kpi.libkern': '17.0' })
  const { findings } = lint({ info: only, image: { ...image, classes } })
  expect(findings).toMatchObject([
    {
      severity: 'warning',
      rule: 'metaclass-undeclared',
      sentence:
        'The executable needs the metaclass of IOPCIBridge, and no library that could have it is declared.',
    },
  ])
})

test('what the host cannot know of a guest is a note, and no error', () => {
  const unknown = { ...guest, installed: null }
  expect(lint({ info: withLibrary('1.0'), guest: unknown }).findings).toMatchObject([
    {
      severity: 'note',
      rule: 'guest-incomplete',
      sentence: 'com.example.Lib is not loaded, and the guest does not tell what is installed.',
    },
  ])
})

test('the very build that is loaded is told apart from another', () => {
  const same = {
    ...guest.loaded![0]!,
    bundleIdentifier: 'com.example.Foo',
    version: '1.0',
    uuid: '00010203-0405-0607-0809-0A0B0C0D0E0F',
  }
  const { findings } = lint({ guest: { ...guest, loaded: [...guest.loaded!, same] } })
  expect(findings.map(({ sentence }) => sentence)).toEqual([
    'This very build is loaded already, as version 1.0.',
  ])
})

test.each([
  ['a bundle', {}, 'error'],
  ['a source folder', { tree }, 'note'],
] as const)('a build variable in %s is %o', (_what, more, severity) => {
  const variables = {
    CFBundleIdentifier: '$(BUNDLE_ID)',
    CFBundleVersion: '${VERSION}',
    OSBundleLibraries: { 'com.apple.kpi.iokit': '$DARWIN', 'com.apple.kpi.libkern': '@DARWIN@' },
  }
  const { findings } = lint({
    ...more,
    info: {
      ...withPersonality({ CFBundleIdentifier: '$(BUNDLE_ID)' }),
      ...variables,
    },
  })
  const found = findings.filter(({ rule }) => rule === 'build-variable')
  expect(found.map(({ where }) => where.keyPath.at(-1))).toEqual([
    'CFBundleIdentifier',
    'CFBundleVersion',
    'com.apple.kpi.iokit',
    'com.apple.kpi.libkern',
  ])
  expect(new Set(found.map(each => each.severity))).toEqual(new Set([severity]))
})

test('32-bit code may be linked against the old interfaces, and unknown code is given a warning', () => {
  const old = linking({ 'com.apple.kernel.iokit': '7.0', 'com.apple.kernel.libkern': '7.0' })
  const found = (wanted: Wanted) =>
    lint(wanted).findings.flatMap(({ rule, severity }) => (rule === 'kpi-old' ? [severity] : []))
  expect(found({ info: old })).toEqual(['error'])
  expect(found({ info: old, tree })).toEqual(['warning'])
  expect(found({ info: old, image: { ...image, architecture: 'i386', fileType: 1 } })).toEqual([])
})
