import { expect, test } from 'vitest'
import {
  readDroppedBundles,
  type DroppedEntry,
} from '../../../renderer/matching/dropped-bundles.ts'

const plist = (id: string, personality: string) => `<?xml version="1.0"?>
<plist version="1.0"><dict>
  <key>CFBundleIdentifier</key><string>${id}</string>
  <key>CFBundleVersion</key><string>1.0</string>
  <key>IOKitPersonalities</key><dict>
    <key>${personality}</key><dict>
      <key>IOClass</key><string>${personality}</string>
      <key>IOProviderClass</key><string>IOResources</string>
    </dict>
  </dict>
</dict></plist>`

const file = (name: string, text: string): DroppedEntry => ({
  name,
  isDirectory: false,
  file: take => take(new Blob([text])),
})

/** Gives its items two at a time, as browsers do with a hundred. */
const folder = (name: string, items: readonly DroppedEntry[]): DroppedEntry => ({
  name,
  isDirectory: true,
  createReader: () => {
    const left = [...items]
    return { readEntries: take => take(left.splice(0, 2)) }
  },
})

test('a bundle that was dropped is read with its PlugIns', async () => {
  const inner = folder('Inner.kext', [
    folder('Contents', [file('Info.plist', plist('org.inner', 'Inner'))]),
  ])
  const bundle = folder('Outer.kext', [
    folder('Contents', [
      file('PkgInfo', 'KEXT????'),
      file('other', ''),
      file('Info.plist', plist('org.outer', 'Outer')),
      folder('PlugIns', [inner]),
    ]),
  ])
  const kexts = await readDroppedBundles(bundle)
  expect(kexts.map(({ path, bundleIdentifier }) => [path, bundleIdentifier])).toEqual([
    ['Outer.kext', 'org.outer'],
    ['Outer.kext/Contents/PlugIns/Inner.kext', 'org.inner'],
  ])
  expect(kexts[0]!.personalities.map(({ name }) => name)).toEqual(['Outer'])
})

test('an Info.plist alone is enough', async () => {
  const kexts = await readDroppedBundles(file('Info.plist', plist('org.mine', 'Mine')))
  expect(kexts[0]).toMatchObject({ bundleIdentifier: 'org.mine' })
})

test('a folder without one is refused with a reason', async () => {
  await expect(readDroppedBundles(folder('empty', [file('a.txt', '')]))).rejects.toThrow(
    /no Info\.plist/,
  )
})

test('an Info.plist with a mistake is refused with the place', async () => {
  await expect(readDroppedBundles(file('Info.plist', '<plist><dict></plist>'))).rejects.toThrow(
    /byte \d+/,
  )
})
