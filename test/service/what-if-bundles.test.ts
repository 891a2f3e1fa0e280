import { cpSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { readWhatIfBundles } from '../../main/service/what-if-bundles.ts'
import type { InstalledKext } from '../../core/kext/kext.ts'
import { build } from 'plist'
import { samplesFolder } from '../helpers/start-service.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

/** A folder with Info.plists of kexts that have one personality each, by their places in it. */
function folderWith(plists: Record<string, object>): string {
  const folder = temporaryFolder()
  for (const [place, info] of Object.entries(plists)) {
    const path = join(folder, place)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, build({ CFBundlePackageType: 'KEXT', CFBundleVersion: '1.0', ...info }))
  }
  return folder
}

const driver = (id: string, more: object = {}) => ({
  CFBundleIdentifier: id,
  IOKitPersonalities: { One: { IOClass: 'One', IOProviderClass: 'IOResources', ...more } },
})

const shown = (folder: string, kexts: readonly InstalledKext[]) =>
  kexts.map(({ path, bundleIdentifier, personalities, problems }) => {
    const place = path.slice(folder.length + 1) || '.'
    return `${place}: ${bundleIdentifier || problems.join(' ')} (${personalities.map(p => p.name).join(', ')})`
  })

test('a bundle is read with the kexts of its PlugIns', async () => {
  const folder = folderWith({
    'Foo.kext/Contents/Info.plist': driver('a.foo'),
    'Foo.kext/Contents/PlugIns/Bar.kext/Contents/Info.plist': driver('a.bar'),
    'Foo.kext/Contents/PlugIns/Flat.kext/Info.plist': driver('a.flat'),
    // PlugIns of PlugIns are not looked at by the kext tools either.
    'Foo.kext/Contents/PlugIns/Bar.kext/Contents/PlugIns/Deep.kext/Info.plist': driver('a.deep'),
  })
  const kexts = await readWhatIfBundles(join(folder, 'Foo.kext'), 'x86_64')
  expect(shown(folder, kexts)).toEqual([
    'Foo.kext: a.foo (One)',
    'Foo.kext/Contents/PlugIns/Bar.kext: a.bar (One)',
    'Foo.kext/Contents/PlugIns/Flat.kext: a.flat (One)',
  ])
})

test('a source folder is read by its Info.plist, or by those that are named after targets', async () => {
  const folder = folderWith({
    'driver/Info.plist': driver('a.driver'),
    'driver/Other-Info.plist': driver('a.other'),
    'targets/Foo-Info.plist': driver('a.foo'),
    'targets/Bar-Info.plist': driver('a.bar'),
  })
  expect(shown(folder, await readWhatIfBundles(join(folder, 'driver'), 'x86_64'))).toEqual([
    'driver: a.driver (One)',
  ])
  expect(shown(folder, await readWhatIfBundles(join(folder, 'targets'), 'x86_64'))).toEqual([
    'targets: a.bar (One)',
    'targets: a.foo (One)',
  ])
  const [alone] = await readWhatIfBundles(join(folder, 'driver', 'Other-Info.plist'), 'x86_64')
  expect(alone).toMatchObject({ bundleIdentifier: 'a.other', path: join(folder, 'driver') })
})

test('of a folder of bundles each is read', async () => {
  const folder = folderWith({
    'A.kext/Contents/Info.plist': driver('a.a'),
    'B.kext/Info.plist': driver('a.b'),
    'B.kext/PlugIns/C.kext/Info.plist': driver('a.c'),
    'elsewhere/D.kext/Info.plist': driver('a.d'),
  })
  mkdirSync(join(folder, 'Empty.kext'))
  expect(shown(folder, await readWhatIfBundles(folder, 'x86_64'))).toEqual([
    'A.kext: a.a (One)',
    'B.kext: a.b (One)',
    'B.kext/PlugIns/C.kext: a.c (One)',
    'Empty.kext: It has no Info.plist. ()',
  ])
})

test('the keys of an architecture replace the generic ones on it', async () => {
  const personality = { IOClass: 'A', IOProviderClass: 'IOResources' }
  const folder = folderWith({
    'A.kext/Info.plist': {
      CFBundleIdentifier: 'a.a',
      IOKitPersonalities: { Generic: personality },
      IOKitPersonalities_x86_64: { Intel: personality },
    },
  })
  const path = join(folder, 'A.kext')
  expect(shown(folder, await readWhatIfBundles(path, 'x86_64'))).toEqual(['A.kext: a.a (Intel)'])
  expect(shown(folder, await readWhatIfBundles(path, 'arm64'))).toEqual(['A.kext: a.a (Generic)'])
})

test('variables of the build are noted where they stand', async () => {
  const folder = folderWith({
    'src/Info.plist': {
      ...driver('$(PRODUCT_BUNDLE_IDENTIFIER)', {
        IOClass: '${PRODUCT_NAME}',
        IOPropertyMatch: { model: ['x', '$(MODEL)'] },
      }),
      CFBundleVersion: '$(VERSION)',
    },
  })
  const [kext] = await readWhatIfBundles(join(folder, 'src'), 'x86_64')
  expect(kext!.personalities).toHaveLength(1)
  expect(kext!.notes).toEqual([
    'Personality “One”: IOClass, IOPropertyMatch.model, CFBundleIdentifier hold build variables that are not replaced; they are compared as written.',
  ])
  expect(kext!.problems.join()).toContain('CFBundleVersion is “$(VERSION)”, a build variable')
})

test('what is wrong with one bundle is told, and the others are read', async () => {
  const folder = folderWith({
    'A.kext/Info.plist': driver('a.a'),
    'Huge.kext/Info.plist': driver('a.huge'),
    'Odd.kext/Info.plist': driver('a.odd'),
  })
  truncateSync(join(folder, 'Huge.kext/Info.plist'), 5_000_000)
  writeFileSync(join(folder, 'Odd.kext/Info.plist'), '<plist><dict>')
  mkdirSync(join(folder, 'Strange.kext/Contents/Info.plist'), { recursive: true })
  const kexts = await readWhatIfBundles(folder, 'x86_64')
  expect(kexts.map(({ problems }) => problems.length)).toEqual([2, 1, 1, 1])
  expect(kexts[1]!.problems[0]).toContain('MB')
  expect(kexts[2]!.problems[0]).toContain('Info.plist')
  expect(kexts[3]!.problems[0]).toContain('is not a file')
})

test('a sample of Kextant is one kext with its personality', async () => {
  const folder = temporaryFolder()
  cpSync(join(samplesFolder, 'MyKext.kext'), join(folder, 'MyKext.kext'), { recursive: true })
  const [kext, ...others] = await readWhatIfBundles(join(folder, 'MyKext.kext'), 'x86_64')
  expect(others).toEqual([])
  expect(kext!.personalities.length).toBeGreaterThan(0)
})

test.each([
  ['a folder without any', () => temporaryFolder(), 'not-a-bundle'],
  ['nothing at all', () => join(temporaryFolder(), 'nothing'), 'file-unreadable'],
])('%s is refused', async (_what, pathOf, kind) => {
  await expect(readWhatIfBundles(pathOf(), 'x86_64')).rejects.toMatchObject({ failure: { kind } })
})

test('a file of another kind is called no property list, and not no dump', async () => {
  const path = join(temporaryFolder(), 'file.txt')
  writeFileSync(path, 'hello')
  const [kext] = await readWhatIfBundles(path, 'x86_64')
  expect(kext!.problems).toEqual([
    `${path} is no property list; it looks like something else than a property list.`,
  ])
})
