import { expect, test } from 'vitest'
import { lintBundle } from '../../../core/lint/lint-bundle.ts'
import { readMachO } from '../../../core/macho/read-mach-o.ts'
import { MemoryFileSystem } from '../../../main/demo/files/memory-file-system.ts'
import { readBundle } from '../../../main/demo/kernel/kexts/bundle.ts'
import { infoPlistFile } from '../../../main/demo/machine/write-info-plist.ts'
import type { Plain } from '../../../main/demo/kernel/values.ts'
import { readPlist } from '../../../main/plist/read-plist.ts'
import { Random } from '../../helpers/random.ts'
import { writeMachO } from '../macho/write-mach-o.ts'
import { without } from './small-bundle.ts'

const root = { uid: 0, gid: 0 }
const long = 'i'.repeat(64)

/** For each key what may stand there, the good value first; `undefined`: nothing. */
const choices = {
  CFBundlePackageType: ['KEXT', undefined, 'APPL', 5],
  CFBundleIdentifier: ['com.example.Foo', undefined, '', long, 3],
  CFBundleVersion: ['1.0.2', undefined, '', '1.0d', '12345', '1.2.3fc4', true],
  CFBundleExecutable: ['Foo', undefined, 'Missing', 'Text', 'NoKmod', ''],
  OSBundleCompatibleVersion: [undefined, '1.0', '1.0.2', '1.0.3', 'x'],
  OSBundleLibraries: [
    { 'com.apple.kpi.iokit': '17.0', 'com.apple.kpi.libkern': '17.0' },
    undefined,
    {},
    ['com.apple.kpi.iokit'],
    { 'com.apple.kpi.iokit': '17.0', 'com.apple.kpi.libkern': 'seventeen' },
  ],
} as const
const personalityChoices = {
  CFBundleIdentifier: ['com.example.Foo', undefined],
  IOClass: ['Foo', undefined, '', 4],
  IOProviderClass: ['IOPCIDevice', undefined, '', ['IOPCIDevice']],
  IOKitDebug: [undefined, 65535, 'on'],
  IOProbeScore: [undefined, 1000, '1000'],
} as const

function chosen(from: Readonly<Record<string, readonly unknown[]>>, random: Random): object {
  return without(
    Object.fromEntries(
      Object.entries(from).map(([key, values]) => [
        key,
        random.chance(0.75) ? values[0] : random.pick(values),
      ]),
    ),
  )
}

const code = {
  Foo: writeMachO({ architecture: 'x86_64', classes: [{ name: 'Foo', superclass: 'IOService' }] }),
  NoKmod: writeMachO({ architecture: 'x86_64', kmod: null }),
  Text: new TextEncoder().encode('hello, kernel'),
}

function guestWithCode(): MemoryFileSystem {
  const files = new MemoryFileSystem()
  for (const folder of ['/Foo.kext', '/Foo.kext/Contents', '/Foo.kext/Contents/MacOS'])
    files.makeDirectory(folder, root)
  for (const [name, bytes] of Object.entries(code))
    files.write(`/Foo.kext/Contents/MacOS/${name}`, bytes, root)
  return files
}

test('what the demo kernel refuses to validate is an error, and nothing else is (seeded)', () => {
  const random = new Random(20_261_127)
  const files = guestWithCode()
  let refused = 0
  for (let round = 0; round < 1000; round++) {
    const personality = random.chance(0.05) ? 'text' : chosen(personalityChoices, random)
    const all = random.chance(0.05) ? 'none' : { Foo: personality }
    const content = { ...chosen(choices, random), IOKitPersonalities: all }
    const bytes = infoPlistFile(content as Readonly<Record<string, Plain>>)
    files.write('/Foo.kext/Contents/Info.plist', bytes, root)
    const { validation } = readBundle(files, '/Foo.kext')!

    const name = (content as { CFBundleExecutable?: string }).CFBundleExecutable
    const found = name === undefined ? undefined : code[name as keyof typeof code]
    const { findings } = lintBundle({
      path: '/Foo.kext',
      subject: 'bundle',
      parts: [
        {
          folder: '',
          infoFile: 'Contents/Info.plist',
          info: readPlist(bytes),
          executable: name ? { file: name, reading: found ? readMachO(found) : null } : null,
          executableNames: [],
        },
      ],
      entries: [],
      sources: null,
      remarks: [],
      guest: null,
    })
    const errors = findings
      .filter(({ severity, rule }) => severity === 'error' && !beyondValidation.has(rule))
      .map(({ rule }) => rule)
    if (validation.length > 0) refused++
    expect([content, validation, errors.length > 0]).toEqual([
      content,
      validation,
      validation.length > 0,
    ])
  }
  expect(refused).toBeGreaterThan(330)
  expect(refused).toBeLessThan(970)
})

/** Errors of linking and matching, which come after validation. */
const beyondValidation: ReadonlySet<string> = new Set(['class-not-defined', 'metaclass-undeclared'])
