import { writeMachO } from '../macho/write-mach-o.ts'
import { linking, guestWith, withMakefile, withSource } from './bundle-variants.ts'
import type { BrokenBundle } from './broken-bundle.ts'
import { guest, image, info, onProvider, rootFile, tree, withPersonality } from './small-bundle.ts'

/** The executable, the files, the guest and the source folder. */
export const brokenExecutables: readonly BrokenBundle[] = [
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
