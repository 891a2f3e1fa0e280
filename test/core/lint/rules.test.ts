import { expect, test } from 'vitest'
import type { Severity } from '../../../core/lint/finding.ts'
import type { LintGuest } from '../../../core/lint/guest-rules.ts'
import { lintBundle } from '../../../core/lint/lint-bundle.ts'
import { ruleNames, type RuleName } from '../../../core/lint/rules.ts'
import {
  guest,
  image,
  info,
  inputOf,
  onProvider,
  personality,
  rootFile,
  tree,
  withPersonality,
  type Wanted,
} from './small-bundle.ts'
import { writeMachO } from '../macho/write-mach-o.ts'

const lint = (wanted: Wanted) => lintBundle(inputOf(wanted))
const installedLibrary = {
  path: '/Library/Extensions/Lib.kext',
  bundleIdentifier: 'com.example.Lib',
  version: '2.0',
  executable: 'Lib',
  compatibleVersion: '1.5',
  libraries: [],
  personalities: [],
  problems: [],
  notes: [],
}
const kpis = info.OSBundleLibraries
const linking = (libraries: object): object => ({ ...info, OSBundleLibraries: libraries })
const withLibrary = (version: string): object => linking({ ...kpis, 'com.example.Lib': version })
const guestWith = (...installed: readonly object[]): LintGuest => ({
  ...guest,
  installed: installed.map(each => ({ ...installedLibrary, ...each })),
})
const withMakefile = (text: string) => ({ ...tree, makefile: { path: 'Makefile', text } })
const withSource = (text: string) => ({ ...tree, sources: [{ path: 'foo.cpp', text }] })

/**
 * Each rule: a bundle that breaks it, how bad that is, where it is said to be, and a part of what is said. The good
 * bundle that breaks none is the one that all of them were made from.
 */
const rows: readonly (readonly [RuleName, Severity, Wanted, place: string, said: string])[] = [
  [
    'info-plist',
    'error',
    {
      remarks: [
        {
          severity: 'error',
          rule: 'info-plist',
          where: { file: 'Contents/PlugIns/Bar.kext', keyPath: [], line: null },
          sentence: 'It cannot be read.',
          advice: '',
        },
      ],
    },
    'Contents/PlugIns/Bar.kext',
    'cannot be read',
  ],
  [
    'package-type',
    'error',
    { info: { ...info, CFBundlePackageType: 'APPL' } },
    'Contents/Info.plist: CFBundlePackageType',
    'it must be KEXT',
  ],
  [
    'bundle-identifier',
    'error',
    { info: { ...info, CFBundleIdentifier: 'a'.repeat(64) } },
    'Contents/Info.plist: CFBundleIdentifier',
    'the kernel has room for 63',
  ],
  [
    'bundle-version',
    'error',
    { info: { ...info, CFBundleVersion: '1.0-beta' } },
    'Contents/Info.plist: CFBundleVersion',
    'is not a kext version',
  ],
  [
    'executable-name',
    'error',
    { info: { ...info, CFBundleExecutable: 3 } },
    'Contents/Info.plist: CFBundleExecutable',
    'it must be a string',
  ],
  [
    'compatible-version',
    'error',
    { info: { ...info, OSBundleCompatibleVersion: '1.1' } },
    'Contents/Info.plist: OSBundleCompatibleVersion',
    'is higher than CFBundleVersion 1.0',
  ],
  [
    'boot-level',
    'error',
    { info: { ...info, OSBundleRequired: 'root' } },
    'Contents/Info.plist: OSBundleRequired',
    'it must be Root',
  ],
  [
    'kext-logging',
    'warning',
    { info: { ...info, OSBundleEnableKextLogging: true } },
    'Contents/Info.plist: OSBundleEnableKextLogging',
    'the kernel logs more',
  ],
  [
    'build-variable',
    'error',
    { info: { ...info, CFBundleVersion: '${VERSION}' } },
    'Contents/Info.plist: CFBundleVersion',
    'a build variable that the build has not replaced',
  ],
  [
    'key-misspelt',
    'warning',
    { info: withPersonality({ IOPCIMatch: undefined, IOPCIMacth: '0x12348086' }) },
    'Contents/Info.plist: IOKitPersonalities/Foo/IOPCIMacth',
    'probably IOPCIMatch is meant. Unknown keys are passed over, so it is no condition, and the personality matches more than it says.',
  ],
  [
    'libraries',
    'error',
    { info: linking({}) },
    'Contents/Info.plist: OSBundleLibraries',
    'must name what it links against',
  ],
  [
    'libraries-unused',
    'warning',
    { info: { ...info, CFBundleExecutable: undefined }, executableNames: [] },
    'Contents/Info.plist: OSBundleLibraries',
    'no executable that could link',
  ],
  [
    'library-version',
    'error',
    { info: linking({ ...kpis, 'com.apple.kpi.bsd': 'any' }) },
    'Contents/Info.plist: OSBundleLibraries/com.apple.kpi.bsd',
    'is not a kext version',
  ],
  [
    'kpi-bare-kernel',
    'error',
    { info: linking({ 'com.apple.kernel': '8.0' }) },
    'Contents/Info.plist: OSBundleLibraries/com.apple.kernel',
    'which no kext may link against',
  ],
  [
    'kpi-mixed',
    'error',
    { info: linking({ ...kpis, 'com.apple.kernel.mach': '7.0' }) },
    'Contents/Info.plist: OSBundleLibraries/com.apple.kernel.mach',
    'mixes com.apple.kpi.*',
  ],
  [
    'kpi-old',
    'error',
    { info: linking({ 'com.apple.kernel.iokit': '7.0', 'com.apple.kernel.libkern': '7.0' }) },
    'Contents/Info.plist: OSBundleLibraries/com.apple.kernel.iokit',
    '64-bit kexts must link against com.apple.kpi.*',
  ],
  [
    'kpi-private',
    'error',
    { info: linking({ ...kpis, 'com.apple.kpi.private': '17.0' }) },
    'Contents/Info.plist: OSBundleLibraries/com.apple.kpi.private',
    'Only Apple’s kexts',
  ],
  [
    'kpi-missing',
    'warning',
    { info: linking({ 'com.example.Lib': '1.0' }) },
    'Contents/Info.plist: OSBundleLibraries',
    'names no com.apple.kpi.* library',
  ],
  [
    'library-not-found',
    'error',
    { info: withLibrary('1.0'), guest: guestWith({ bundleIdentifier: 'com.example.Libb' }) },
    'Contents/Info.plist: OSBundleLibraries/com.example.Lib',
    'No kext com.example.Lib is installed or loaded.|com.example.Libb is there.',
  ],
  [
    'library-incompatible',
    'error',
    { info: withLibrary('1.0'), guest: guestWith({}) },
    'Contents/Info.plist: OSBundleLibraries/com.example.Lib',
    'but 2.0 serves 1.5 to 2.0 only.',
  ],
  [
    'library-not-a-library',
    'error',
    { info: withLibrary('2.0'), guest: guestWith({ compatibleVersion: null }) },
    'Contents/Info.plist: OSBundleLibraries/com.example.Lib',
    'has no valid OSBundleCompatibleVersion',
  ],
  [
    'library-undetermined',
    'note',
    {
      info: withLibrary('1.0'),
      guest: {
        ...guest,
        loaded: [
          ...guest.loaded!,
          { ...guest.loaded![0]!, bundleIdentifier: 'com.example.Lib', version: '2.0' },
        ],
      },
    },
    'Contents/Info.plist: OSBundleLibraries/com.example.Lib',
    'what it is compatible with is not known here',
  ],
  [
    'library-of-library',
    'error',
    { info: withLibrary('2.0'), guest: guestWith({ libraries: [['com.example.Deep', '1.0']] }) },
    'Contents/Info.plist: OSBundleLibraries',
    'com.example.Lib cannot be loaded: No kext com.example.Deep',
  ],
  [
    'personalities',
    'error',
    { info: { ...info, IOKitPersonalities: [] } },
    'Contents/Info.plist: IOKitPersonalities',
    'must be a dictionary of personalities',
  ],
  [
    'personality-class',
    'error',
    { info: withPersonality({ IOClass: '' }) },
    'Contents/Info.plist: IOKitPersonalities/Foo/IOClass',
    'IOClass is empty',
  ],
  [
    'personality-provider',
    'error',
    { info: withPersonality({ IOProviderClass: undefined }) },
    'Contents/Info.plist: IOKitPersonalities/Foo/IOProviderClass',
    'has no IOProviderClass',
  ],
  [
    'personality-debug',
    'error',
    { info: withPersonality({ IOKitDebug: 'yes' }) },
    'Contents/Info.plist: IOKitPersonalities/Foo/IOKitDebug',
    'must be a number',
  ],
  [
    'debug-left-on',
    'note',
    { info: withPersonality({ IOKitDebug: 65535 }) },
    'Contents/Info.plist: IOKitPersonalities/Foo/IOKitDebug',
    'has IOKitDebug 65535',
  ],
  [
    'personality-score',
    'warning',
    { info: withPersonality({ IOProbeScore: '1000' }) },
    'Contents/Info.plist: IOKitPersonalities/Foo/IOProbeScore',
    'the kernel takes 0',
  ],
  [
    'personality-owner',
    'warning',
    { info: withPersonality({ CFBundleIdentifier: 'com.example.Other' }) },
    'Contents/Info.plist: IOKitPersonalities/Foo/CFBundleIdentifier',
    'belongs to com.example.Other',
  ],
  [
    'resources-category',
    'warning',
    { info: onProvider('IOResources', {}) },
    'Contents/Info.plist: IOKitPersonalities/Foo/IOMatchCategory',
    'of all such drivers in the system only one starts',
  ],
  [
    'dext-kernel-identifier',
    'error',
    {
      info: {
        ...info,
        CFBundlePackageType: 'DEXT',
        CFBundleExecutable: undefined,
        OSBundleLibraries: undefined,
      },
    },
    'Contents/Info.plist: IOKitPersonalities/Foo/CFBundleIdentifierKernel',
    'which a driver extension needs',
  ],
  [
    'provider-never-matches',
    'warning',
    { info: onProvider('IORegistryEntry', {}) },
    'Contents/Info.plist: IOKitPersonalities/Foo/IOProviderClass',
    'so it never matches',
  ],
  [
    'match-key-type',
    'warning',
    { info: withPersonality({ IONameMatch: ['pci8086,1234', 3] }) },
    'Contents/Info.plist: IOKitPersonalities/Foo/IONameMatch',
    'where matching compares a string or an array of strings',
  ],
  [
    'match-key-of-another-family',
    'warning',
    { info: withPersonality({ idVendor: 1452 }) },
    'Contents/Info.plist: IOKitPersonalities/Foo/idVendor',
    'which USB device and USB interface services compare and PCI services do not: it is no condition here',
  ],
  [
    'usb-combination',
    'warning',
    { info: onProvider('IOUSBHostInterface', { idVendor: 1452, idProduct: 5 }) },
    'Contents/Info.plist: IOKitPersonalities/Foo/idVendor',
    'only idVendor and idProduct of the USB keys|Add bConfigurationValue and bInterfaceNumber',
  ],
  [
    'pci-value',
    'warning',
    { info: withPersonality({ IOPCIMatch: '0x12348086, 0x56788086' }) },
    'Contents/Info.plist: IOKitPersonalities/Foo/IOPCIMatch',
    'nothing is read from “, 0x56788086” on',
  ],
  [
    'hid-lone-key',
    'note',
    { info: onProvider('IOHIDInterface', { ProductID: 3 }) },
    'Contents/Info.plist: IOKitPersonalities/Foo/ProductID',
    'has ProductID without VendorID',
  ],
  [
    'scsi-type-missing',
    'warning',
    { info: onProvider('IOSCSIPeripheralDeviceNub', {}) },
    'Contents/Info.plist: IOKitPersonalities/Foo/Peripheral Device Type',
    'so it never matches',
  ],
  [
    'score-clamped',
    'note',
    {
      info: onProvider('IOUSBHostDevice', { idVendor: 1, idProduct: 2, IOProbeScore: 10_000 }),
    },
    'Contents/Info.plist: IOKitPersonalities/Foo/IOProbeScore',
    'lets 9000 through at most',
  ],
  [
    'resources-shared-category',
    'warning',
    {
      info: {
        ...info,
        IOKitPersonalities: Object.fromEntries(
          ['Foo', 'Bar'].map(IOClass => [
            IOClass,
            {
              CFBundleIdentifier: 'com.example.Foo',
              IOClass,
              IOProviderClass: 'IOResources',
              IOMatchCategory: 'Both',
            },
          ]),
        ),
      },
    },
    'Contents/Info.plist: IOKitPersonalities/Bar/IOMatchCategory',
    'in the same category Both: only one of their drivers starts',
  ],
  [
    'personality-twice',
    'note',
    { info: { ...info, IOKitPersonalities: { Foo: personality, Again: personality } } },
    'Contents/Info.plist: IOKitPersonalities/Again',
    'is the same as “Foo”',
  ],
  [
    'no-personality',
    'note',
    { info: { ...info, IOKitPersonalities: undefined } },
    'Contents/MacOS/Foo',
    'defines the service Foo, and the kext has no personality',
  ],
  [
    'executable-missing',
    'error',
    { image: null, executableNames: ['foo'] },
    'Contents/Info.plist: CFBundleExecutable',
    'there is no file Contents/MacOS/Foo|foo is there',
  ],
  [
    'executable-not-named',
    'warning',
    {
      info: { ...info, CFBundleExecutable: undefined, OSBundleLibraries: undefined },
      executableNames: ['Foo'],
    },
    'Contents/Info.plist: CFBundleExecutable',
    'no CFBundleExecutable names it',
  ],
  [
    'executable-not-mach-o',
    'error',
    { image: new TextEncoder().encode('#!/bin/sh\nexit 0\n') },
    'Contents/MacOS/Foo',
    'it is a script',
  ],
  [
    'executable-damaged',
    'error',
    { image: writeMachO(image).subarray(0, 500) },
    'Contents/MacOS/Foo',
    'The code for x86_64 is damaged at byte',
  ],
  [
    'executable-gap',
    'note',
    { image: badRelocations() },
    'Contents/MacOS/Foo',
    'the lists of relocations are longer than the file',
  ],
  [
    'executable-type',
    'error',
    { image: { ...image, fileType: 2 } },
    'Contents/MacOS/Foo',
    'is a program (MH_EXECUTE)',
  ],
  [
    'executable-no-kmod-info',
    'error',
    { image: { ...image, kmod: null } },
    'Contents/MacOS/Foo',
    'does not define _kmod_info',
  ],
  [
    'executable-architecture',
    'error',
    { guest: { ...guest, architecture: 'arm64e' } },
    'Contents/MacOS/Foo',
    'has code for x86_64, and the guest needs arm64e',
  ],
  [
    'executable-no-uuid',
    'note',
    { image: { architecture: 'x86_64', classes: image.classes! } },
    'Contents/MacOS/Foo',
    'cannot tell which build is loaded',
  ],
  [
    'kmod-info-differs',
    'note',
    { image: { ...image, kmod: { name: 'com.example.Foo', version: '0.9' } } },
    'Contents/Info.plist: CFBundleVersion',
    'has the version “0.9” in _kmod_info',
  ],
  [
    'class-not-defined',
    'error',
    { info: withPersonality({ IOClass: 'Fooo' }) },
    'Contents/Info.plist: IOKitPersonalities/Foo/IOClass',
    "it defines Foo. Matching would end with “Couldn't alloc class”.|Write Foo?",
  ],
  [
    'class-no-vtable',
    'warning',
    {
      image: { ...image, classes: [{ name: 'Foo', superclass: 'IOService', hasVtable: false }] },
    },
    'Contents/Info.plist: IOKitPersonalities/Foo/IOClass',
    'without its vtable',
  ],
  [
    'class-not-a-service',
    'error',
    {
      image: {
        ...image,
        classes: [
          { name: 'Foo', superclass: 'Base' },
          { name: 'Base', superclass: 'OSObject' },
        ],
      },
    },
    'Contents/Info.plist: IOKitPersonalities/Foo/IOClass',
    'from OSObject, and not from IOService',
  ],
  [
    'metaclass-undeclared',
    'error',
    { info: linking({ 'com.apple.kpi.libkern': '17.0' }) },
    'Contents/Info.plist: OSBundleLibraries',
    'needs the metaclass of IOService, which com.apple.kpi.iokit has|Add com.apple.kpi.iokit',
  ],
  [
    'symlink-leaves',
    'error',
    { entries: [{ ...rootFile, path: 'Contents/out', kind: 'symlink', staysInside: false }] },
    'Contents/out',
    'leads to nothing inside the bundle',
  ],
  [
    'ownership',
    'note',
    { entries: [{ ...rootFile, uid: 501, gid: 20 }] },
    '',
    'Contents/Info.plist does not belong to root:wheel here|A push sets that',
  ],
  [
    'modes',
    'note',
    { entries: [{ ...rootFile, mode: 0o664 }] },
    '',
    'is writable by group or others here|A push sets that',
  ],
  [
    'guest-incomplete',
    'note',
    { guest: { ...guest, installed: null, loaded: null } },
    'Contents/Info.plist: OSBundleLibraries',
    'tells neither which kexts are loaded nor which are installed',
  ],
  [
    'guest-has-it',
    'note',
    {
      guest: {
        ...guest,
        loaded: [
          ...guest.loaded!,
          { ...guest.loaded![0]!, bundleIdentifier: 'com.example.Foo', version: '0.9' },
        ],
      },
    },
    'Contents/Info.plist: CFBundleIdentifier',
    'Another build of it is loaded already, as version 0.9',
  ],
  [
    'owner-not-found',
    'warning',
    {
      info: withPersonality({ CFBundleIdentifier: 'com.example.Lib' }),
      guest: guestWith({ executable: null }),
    },
    'Contents/Info.plist: IOKitPersonalities/Foo/CFBundleIdentifier',
    'belongs to com.example.Lib, which has no code in the guest',
  ],
  [
    'provider-class-unknown',
    'warning',
    { info: onProvider('IOPCIDevise', {}), guest },
    'Contents/Info.plist: IOKitPersonalities/Foo/IOProviderClass',
    'knows no class IOPCIDevise|Is IOPCIDevice meant?',
  ],
  [
    'source-info-plist',
    'note',
    {
      tree,
      remarks: [
        {
          severity: 'note',
          rule: 'source-info-plist',
          where: { file: 'Info.plist', keyPath: [], line: null },
          sentence: 'The folder has several Info.plists.',
          advice: '',
        },
      ],
    },
    'Info.plist',
    'several Info.plists',
  ],
  ['source-limits', 'note', { tree: { ...tree, isWhole: false } }, '', 'more than lint looks at'],
  [
    'make-name',
    'warning',
    { tree: withMakefile('KEXT_NAME := Bar\nKEXT_SOURCES = foo.cpp\n') },
    'Makefile:1',
    'KEXT_NAME is “Bar”, and CFBundleExecutable in Info.plist is “Foo”',
  ],
  [
    'make-bundle-id',
    'warning',
    { tree: withMakefile('\nKEXT_BUNDLE_ID = com.example.Bar\n') },
    'Makefile:2',
    'CFBundleIdentifier in Info.plist is “com.example.Foo”',
  ],
  [
    'make-source-missing',
    'error',
    { tree: withMakefile('KEXT_SOURCES = fooo.cpp\n') },
    'Makefile:1',
    'names fooo.cpp, which is not there|Is foo.cpp meant?',
  ],
  [
    'make-source-unlisted',
    'note',
    {
      tree: {
        ...tree,
        sources: [...tree.sources, { path: 'bar.cpp', text: '' }],
        files: [...tree.files, 'bar.cpp'],
      },
    },
    'Makefile:3',
    'does not name bar.cpp',
  ],
  [
    'class-not-in-sources',
    'error',
    { tree: withSource('OSDefineMetaClassAndStructors(Fo, IOService)\n') },
    'Info.plist: IOKitPersonalities/Foo/IOClass',
    'The sources do not define Foo|Write Fo?',
  ],
  [
    'class-abstract',
    'error',
    { tree: withSource('OSDefineMetaClassAndAbstractStructors(Foo, IOService)\n') },
    'Info.plist: IOKitPersonalities/Foo/IOClass',
    'is defined as abstract (foo.cpp, line 1)',
  ],
  [
    'class-only-declared',
    'warning',
    {
      tree: withSource(
        'OSDefineMetaClassAndStructors(Foo, IOService)\nclass Bar {\n  OSDeclareDefaultStructors(Bar)\n};\n',
      ),
    },
    'foo.cpp:3',
    'Bar is declared with the structors of IOKit and defined nowhere',
  ],
]

/** Its one section claims more relocations than fit into the file. */
function badRelocations(): Uint8Array {
  const bytes = writeMachO({ ...image, fileType: 1 })
  new DataView(bytes.buffer).setUint32(32 + 72 + 72 + 60, bytes.length, true)
  return bytes
}

test.each(rows)('%s', (rule, severity, wanted, place, said) => {
  const { findings, counts } = lint(wanted)
  const found = findings.filter(each => each.rule === rule)
  expect(found.map(each => each.severity)).toEqual([severity])
  const [{ where, sentence, advice }] = found as [(typeof found)[number]]
  const line = where.line === null ? '' : `:${where.line}`
  const keys = where.keyPath.length === 0 ? '' : `: ${where.keyPath.join('/')}`
  expect(`${where.file}${line}${keys}`).toBe(place)
  for (const part of said.split('|')) expect(`${sentence} ${advice}`).toContain(part)
  expect(sentence).toMatch(/[.?]$/)
  expect(counts[severity]).toBeGreaterThan(0)
})

test('every rule has its row', () => {
  expect(rows.map(([rule]) => rule)).toEqual(ruleNames)
})

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
