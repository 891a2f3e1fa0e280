import type { BundleEntry } from '../../../core/lint/file-rules.ts'
import type { LintGuest } from '../../../core/lint/guest-rules.ts'
import type { LintInput, LintPart } from '../../../core/lint/lint-bundle.ts'
import { readMachO } from '../../../core/macho/read-mach-o.ts'
import type { SourceTree } from '../../../core/lint/source-rules.ts'
import { loadedKext } from '../../helpers/loaded-kext.ts'
import { dictionaryFrom, valueFrom } from '../kext/property-values.ts'
import { writeMachO, type WantedImage } from '../macho/write-mach-o.ts'

export const personality = {
  CFBundleIdentifier: 'com.example.Foo',
  IOClass: 'Foo',
  IOProviderClass: 'IOPCIDevice',
  IOPCIMatch: '0x12348086',
  IOProbeScore: 1000,
}

/** An Info.plist that nothing is wrong with. */
export const info = {
  CFBundlePackageType: 'KEXT',
  CFBundleIdentifier: 'com.example.Foo',
  CFBundleVersion: '1.0',
  CFBundleExecutable: 'Foo',
  OSBundleLibraries: { 'com.apple.kpi.iokit': '17.0', 'com.apple.kpi.libkern': '17.0' },
  IOKitPersonalities: { Foo: personality },
}

/** With other keys in its personality; `undefined` takes one out. */
export function withPersonality(changes: object): object {
  return { ...info, IOKitPersonalities: { Foo: without({ ...personality, ...changes }) } }
}

/** A personality for another class of providers, with these keys alone. */
export function onProvider(IOProviderClass: string, keys: object): object {
  return withPersonality({ IOPCIMatch: undefined, IOProviderClass, ...keys })
}

export const image: WantedImage = {
  architecture: 'x86_64',
  uuid: Array.from({ length: 16 }, (_, i) => i),
  classes: [{ name: 'Foo', superclass: 'IOService' }],
}

export const rootFile: BundleEntry = {
  path: 'Contents/Info.plist',
  kind: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  staysInside: null,
}

/** A guest with the two interfaces that the bundle wants. */
export const guest: LintGuest = {
  label: 'the guest',
  architecture: 'x86_64',
  installed: [],
  loaded: ['com.apple.kpi.iokit', 'com.apple.kpi.libkern'].map((bundleIdentifier, index) =>
    loadedKext({ index, refs: 1, size: null, wired: null, bundleIdentifier, version: '17.7.0' }),
  ),
  classes: ['IOService', 'IOPCIDevice', 'IOResources'],
}

export const tree: SourceTree = {
  sources: [
    {
      path: 'foo.cpp',
      text: '#define super IOService\nOSDefineMetaClassAndStructors(Foo, IOService)\n',
    },
  ],
  makefile: {
    path: 'Makefile',
    text: 'KEXT_NAME = Foo\nKEXT_BUNDLE_ID = com.example.Foo\nKEXT_SOURCES = foo.cpp\ninclude ../kext.mk\n',
  },
  files: ['Info.plist', 'Makefile', 'foo.cpp'],
  isWhole: true,
}

export interface Wanted {
  readonly info?: object
  /** `null`: the file is missing. Bytes: as they are. */
  readonly image?: WantedImage | Uint8Array | null
  readonly executableNames?: readonly string[]
  readonly entries?: readonly BundleEntry[]
  readonly guest?: LintGuest | null
  /** A source folder in place of a bundle. */
  readonly tree?: SourceTree
  readonly plugIns?: readonly object[]
  readonly remarks?: LintInput['remarks']
}

/** The small bundle, changed. */
export function inputOf(wanted: Wanted): LintInput {
  const isSource = wanted.tree !== undefined
  const given = wanted.info ?? info
  const code = wanted.image === undefined ? image : wanted.image
  const bytes = code instanceof Uint8Array || code === null ? code : writeMachO(code)
  const hasName = 'CFBundleExecutable' in without(given)
  const main: LintPart = {
    folder: '',
    infoFile: isSource ? 'Info.plist' : 'Contents/Info.plist',
    info: valueFrom(without(given)),
    executable:
      isSource || !hasName
        ? null
        : { file: 'Contents/MacOS/Foo', reading: bytes === null ? null : readMachO(bytes) },
    executableNames: wanted.executableNames ?? (hasName ? ['Foo'] : []),
  }
  const plugIns = (wanted.plugIns ?? []).map((each, i): LintPart => {
    const folder = `Contents/PlugIns/Bar${i}.kext`
    return {
      folder,
      infoFile: `${folder}/Contents/Info.plist`,
      info: dictionaryFrom(each),
      executable: null,
      executableNames: [],
    }
  })
  return {
    path: '/tmp/Foo.kext',
    subject: isSource ? 'source-folder' : 'bundle',
    parts: [main, ...plugIns],
    entries: wanted.entries ?? [rootFile],
    sources: wanted.tree ?? null,
    remarks: wanted.remarks ?? [],
    guest: wanted.guest ?? null,
  }
}

export function without(plain: object): object {
  return Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined))
}
