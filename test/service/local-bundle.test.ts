import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildBinary } from 'plist'
import { expect, test } from 'vitest'
import { inspectBundle, listBundles } from '../../main/service/local-bundle.ts'
import { samplesFolder } from '../helpers/start-service.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

function copyOfMyKext(): string {
  const path = join(temporaryFolder(), 'MyKext.kext')
  cpSync(join(samplesFolder, 'MyKext.kext'), path, { recursive: true })
  return path
}

test('a bundle is described by its Info.plist and the files that a push would send', async () => {
  const bundle = await inspectBundle(copyOfMyKext())
  expect(bundle).toMatchObject({
    name: 'MyKext.kext',
    kext: { bundleIdentifier: 'io.darwinos.contrib.MyKext', version: '1.0.0', path: bundle.path },
    note: null,
  })
  expect(bundle.files.map(file => `${file.kind} ${file.path}`)).toEqual([
    'folder Contents',
    'file Contents/Info.plist',
    'folder Contents/MacOS',
    'file Contents/MacOS/MyKext',
  ])
  expect(bundle.totalBytes).toBe(bundle.files.reduce((sum, file) => sum + file.size, 0))
  expect(bundle.files.at(-1)!.mode & 0o111).not.toBe(0)
})

test('a flat bundle, and an Info.plist in binary, are read as well', async () => {
  const path = join(temporaryFolder(), 'Flat.kext')
  mkdirSync(path)
  const info = { CFBundleIdentifier: 'com.example.Flat', CFBundleVersion: '1.0' }
  writeFileSync(join(path, 'Info.plist'), buildBinary({ ...info, CFBundlePackageType: 'KEXT' }))
  const { kext, files } = await inspectBundle(`${path}/`)
  expect(kext).toMatchObject({ bundleIdentifier: 'com.example.Flat', problems: [] })
  expect(files.map(file => file.path)).toEqual(['Info.plist'])
})

test('a symlink is listed as one, and is not followed out of the bundle or in circles', async () => {
  const path = copyOfMyKext()
  symlinkSync('/etc', join(path, 'Contents', 'etc'))
  symlinkSync('..', join(path, 'Contents', 'up'))
  symlinkSync('nowhere', join(path, 'Contents', 'broken'))
  const { files } = await inspectBundle(path)
  expect(files.filter(file => file.kind === 'symlink').map(file => file.path)).toEqual([
    'Contents/broken',
    'Contents/etc',
    'Contents/up',
  ])
  expect(files).toHaveLength(7)
})

test.each([
  ['a folder without Info.plist', (path: string) => rmSync(join(path, 'Contents/Info.plist'))],
  ['nothing at all', (path: string) => rmSync(path, { recursive: true })],
  [
    'a file in its place',
    (path: string) => {
      rmSync(path, { recursive: true })
      writeFileSync(path, '')
    },
  ],
  [
    'an Info.plist that is a list',
    (path: string) => writeFileSync(join(path, 'Contents/Info.plist'), '<plist><array/></plist>'),
  ],
])('%s is no bundle', async (_what, change) => {
  const path = copyOfMyKext()
  change(path)
  await expect(inspectBundle(path)).rejects.toMatchObject({ failure: { kind: 'not-a-bundle' } })
})

test('a broken Info.plist is named with the place where it breaks', async () => {
  const path = copyOfMyKext()
  const infoPlist = join(path, 'Contents', 'Info.plist')
  writeFileSync(infoPlist, '<plist><dict><key>a</key></dict></plist>')
  await expect(inspectBundle(path)).rejects.toMatchObject({
    failure: {
      kind: 'dump-malformed',
      source: infoPlist,
      byteOffset: expect.any(Number) as number,
    },
  })
})

test('of a folder of bundles those are listed that are bundles, each with its note', async () => {
  const folder = temporaryFolder()
  cpSync(join(samplesFolder, 'PanicsGuest.kext'), join(folder, 'PanicsGuest.kext'), {
    recursive: true,
  })
  cpSync(join(samplesFolder, 'MyKext.kext'), join(folder, 'A.kext'), { recursive: true })
  mkdirSync(join(folder, 'Empty.kext'))
  writeFileSync(join(folder, 'README'), '')
  const bundles = await listBundles(folder)
  expect(bundles.map(({ name, note }) => [name, note === null])).toEqual([
    ['A.kext', true],
    ['PanicsGuest.kext', false],
  ])
  expect(bundles[1]!.note).toContain('panics the kernel')
})
