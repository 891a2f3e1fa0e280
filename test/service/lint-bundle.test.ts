import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'plist'
import { expect, test } from 'vitest'
import type { LintReport } from '../../core/lint/lint-report.ts'
import { lintPath } from '../../main/service/lint-bundle.ts'
import { samplesFolder } from '../helpers/start-service.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const never = new AbortController().signal
const lint = (path: string): Promise<LintReport> => lintPath(path, null, never)
/** `rule file`, without what depends on who runs the test. */
const told = ({ findings }: LintReport): readonly string[] =>
  findings
    .filter(({ rule }) => rule !== 'ownership' && rule !== 'modes')
    .map(({ rule, where }) => `${rule} ${where.file}`)

function copyOfMyKext(): string {
  const path = join(temporaryFolder(), 'MyKext.kext')
  cpSync(join(samplesFolder, 'MyKext.kext'), path, { recursive: true })
  return path
}

function folderWith(files: Readonly<Record<string, string>>, name = 'my-kext'): string {
  const folder = join(temporaryFolder(), name)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

const plist = (changes: object = {}): string =>
  build({
    CFBundlePackageType: 'KEXT',
    CFBundleIdentifier: 'com.example.Foo',
    CFBundleVersion: '1.0',
    CFBundleExecutable: 'Foo',
    OSBundleLibraries: { 'com.apple.kpi.iokit': '17.0', 'com.apple.kpi.libkern': '17.0' },
    IOKitPersonalities: {
      Foo: {
        CFBundleIdentifier: 'com.example.Foo',
        IOClass: 'Foo',
        IOProviderClass: 'IOResources',
        IOMatchCategory: 'Foo',
      },
    },
    ...changes,
  })

test('a sample bundle is read with its executable', async () => {
  const report = await lint(copyOfMyKext())
  expect(report).toMatchObject({
    subject: 'bundle',
    bundleIdentifier: 'io.darwinos.contrib.MyKext',
    version: '1.0.0',
    against: null,
    plugIns: [],
    executable: {
      file: 'Contents/MacOS/MyKext',
      images: [
        {
          architecture: 'x86_64',
          classes: [{ name: 'MyKext', superclass: 'IOService' }],
          importedClasses: [{ name: 'IOService', libraries: ['com.apple.kpi.iokit'] }],
        },
      ],
    },
  })
  expect(told(report)).toEqual(['resources-category Contents/Info.plist'])
  expect(report.counts.error).toBe(0)
})

test('a file that is missing, or is something else, is an error', async () => {
  const path = copyOfMyKext()
  const executable = join(path, 'Contents', 'MacOS', 'MyKext')
  writeFileSync(executable, 'hello')
  expect(told(await lint(path))[0]).toBe('executable-not-mach-o Contents/MacOS/MyKext')
  rmSync(executable)
  expect(told(await lint(path))[0]).toBe('executable-missing Contents/Info.plist')
  mkdirSync(executable)
  expect(told(await lint(path))[0]).toBe('executable-missing Contents/Info.plist')
})

test('an executable is looked for by its name in its folder, and nowhere else', async () => {
  const path = folderWith(
    { 'Contents/Info.plist': plist({ CFBundleExecutable: '../../secret' }), secret: 'x' },
    'Foo.kext',
  )
  expect(told(await lint(path))).toEqual(['executable-missing Contents/Info.plist'])
})

test('links are held to what the kext library accepts', async () => {
  const path = copyOfMyKext()
  symlinkSync('../Info.plist', join(path, 'Contents', 'MacOS', 'inside'))
  symlinkSync('/etc', join(path, 'Contents', 'outside'))
  symlinkSync('nowhere', join(path, 'Contents', 'broken'))
  symlinkSync('..', join(path, 'Contents', 'circle'))
  expect(told(await lint(path)).filter(text => text.startsWith('symlink'))).toEqual([
    'symlink-leaves Contents/broken',
    'symlink-leaves Contents/outside',
  ])
})

test('modes are told in one note', async () => {
  const path = copyOfMyKext()
  chmodSync(join(path, 'Contents', 'Info.plist'), 0o666)
  chmodSync(join(path, 'Contents', 'MacOS'), 0o777)
  const { findings } = await lint(path)
  const modes = findings.filter(({ rule }) => rule === 'modes')
  expect(modes).toMatchObject([{ severity: 'note' }])
  expect(modes[0]!.sentence).toContain('Contents/Info.plist and Contents/MacOS are writable')
})

test('plug-ins are looked at too, and a broken one is named', async () => {
  const path = copyOfMyKext()
  const plugIns = join(path, 'Contents', 'PlugIns')
  cpSync(join(samplesFolder, 'NeverMatches.kext'), join(plugIns, 'Good.kext'), { recursive: true })
  mkdirSync(join(plugIns, 'Broken.kext'))
  const report = await lint(path)
  expect(report.plugIns).toEqual(['Contents/PlugIns/Good.kext'])
  expect(told(report)).toContain('info-plist Contents/PlugIns/Broken.kext')
})

test('a flat bundle has its executable beside the Info.plist', async () => {
  const path = folderWith({ 'Info.plist': plist(), Foo: 'x' }, 'Flat.kext')
  expect(told(await lint(path))).toEqual(['executable-not-mach-o Foo'])
})

test('a source folder is read with its classes and its Makefile', async () => {
  const folder = folderWith({
    'Info.plist': plist({ CFBundleVersion: '$(VERSION)' }),
    Makefile:
      'KEXT_NAME = Foo\nKEXT_BUNDLE_ID = com.example.Foo\nKEXT_SOURCES = foo.cpp src/bar.cpp\n',
    'foo.cpp': '#include "foo.hpp"\nOSDefineMetaClassAndStructors(Fooo, IOService)\n',
    'foo.hpp': 'class Fooo : public IOService { OSDeclareDefaultStructors(Fooo) };\n',
    'src/baz.cpp': '',
    'build/Foo.kext/Contents/Info.plist': 'not looked at',
    '.git/Info.plist': 'nor this',
  })
  const report = await lint(folder)
  expect(report).toMatchObject({ subject: 'source-folder', executable: null })
  expect(told(report)).toEqual([
    'make-source-missing Makefile',
    'class-not-in-sources Info.plist',
    'build-variable Info.plist',
  ])
})

test('of several Info.plists the nearest is looked at, and the others are named', async () => {
  const report = await lint(
    folderWith({ 'Foo/Foo-Info.plist': plist(), 'Foo/Info.plist': plist(), 'x/y/Info.plist': '' }),
  )
  expect(report.findings).toMatchObject([
    { rule: 'source-info-plist', where: { file: 'Foo/Info.plist' } },
  ])
  expect(report.findings[0]!.sentence).toContain('and Foo/Foo-Info.plist, x/y/Info.plist not')
})

test('an Info.plist can be looked at alone', async () => {
  const folder = folderWith({ 'Foo-Info.plist': plist({ CFBundleIdentifier: '' }) })
  const report = await lint(join(folder, 'Foo-Info.plist'))
  expect(report.subject).toBe('info-plist')
  expect(told(report)[0]).toBe('bundle-identifier Foo-Info.plist')
})

test.each([
  ['nothing', () => join(temporaryFolder(), 'Foo.kext'), 'file-unreadable'],
  ['a folder without an Info.plist', () => temporaryFolder(), 'not-a-bundle'],
  ['a bundle without one', () => folderWith({ 'Contents/x': '' }, 'Foo.kext'), 'not-a-bundle'],
  [
    'a list for an Info.plist',
    () => folderWith({ 'Contents/Info.plist': '<plist><array/></plist>' }, 'Foo.kext'),
    'not-a-bundle',
  ],
  [
    'an Info.plist that breaks off',
    () => folderWith({ 'Contents/Info.plist': '<plist><dict>' }, 'Foo.kext'),
    'dump-malformed',
  ],
  [
    'a source folder whose Info.plist is no property list',
    () => folderWith({ 'Info.plist': 'hello' }),
    'not-a-bundle',
  ],
])('%s cannot be linted', async (_what, make, kind) => {
  await expect(lint(make())).rejects.toMatchObject({ failure: { kind } })
})

test('whoever has gone away is not worked for', async () => {
  const gone = new AbortController()
  gone.abort()
  for (const path of [copyOfMyKext(), folderWith({ 'Info.plist': plist() })])
    await expect(lintPath(path, null, gone.signal)).rejects.toMatchObject({
      failure: { kind: 'cancelled' },
    })
})

test('an Info.plist that is a pipe, a device or huge is refused before it is opened', async () => {
  const pipe = folderWith({ 'Contents/x': '' }, 'Pipe.kext')
  execFileSync('mkfifo', [join(pipe, 'Contents', 'Info.plist')])
  const huge = folderWith({ 'Info.plist': '' })
  truncateSync(join(huge, 'Info.plist'), 3_000_000_000)
  const unreadable = { failure: { kind: 'file-unreadable', detail: 'it is not a file' } }
  await expect(lint(pipe)).rejects.toMatchObject(unreadable)
  await expect(lint('/dev/zero')).rejects.toMatchObject(unreadable)
  const tooLarge = { failure: { kind: 'dump-too-large' } }
  await expect(lint(huge)).rejects.toMatchObject(tooLarge)
  await expect(lint(join(huge, 'Info.plist'))).rejects.toMatchObject(tooLarge)
})

test('a name that no file can have is an executable that is missing', async () => {
  const made = (name: string): string =>
    folderWith({ 'Contents/Info.plist': plist({ CFBundleExecutable: name }) }, 'Foo.kext')
  const circle = made('Foo')
  mkdirSync(join(circle, 'Contents', 'MacOS'))
  symlinkSync('Foo', join(circle, 'Contents', 'MacOS', 'Foo'))
  const noFolder = made('Foo')
  writeFileSync(join(noFolder, 'Contents', 'MacOS'), '')
  for (const path of [circle, noFolder, made('n'.repeat(300))])
    expect(told(await lint(path))).toContain('executable-missing Contents/Info.plist')
})
