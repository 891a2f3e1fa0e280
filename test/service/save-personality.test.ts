import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildBinary } from 'plist'
import { expect, test } from 'vitest'
import { FailureError, type Failure } from '../../core/failure.ts'
import { installedKextFrom } from '../../core/kext/read-info-plist.ts'
import { valueAt } from '../../core/registry/property-value.ts'
import { readPlist } from '../../main/plist/read-plist.ts'
import { savePersonality } from '../../main/service/save-personality.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const { signal } = new AbortController()
const xml = '<dict><key>IOClass</key><string>New</string></dict>'

function save(base: string | null, more: { xml?: string; path?: string; name?: string } = {}) {
  const path = more.path ?? join(temporaryFolder(), 'Info.plist')
  const params = { path, overwrite: false, name: more.name ?? 'Mine', xml: more.xml ?? xml, base }
  return savePersonality(params, signal)
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const outcome = await work.catch((error: unknown) => error)
  if (outcome instanceof FailureError) return outcome.failure
  throw new Error('it did not fail')
}

const source = `<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict>
  <!-- written by hand -->
  <key>Z</key> <string>last of the alphabet, first here</string>
  <key>IOKitPersonalities</key>
  <dict>
    <key>Other</key> <dict><key>IOProbeScore</key><integer>9223372036854775807</integer></dict>
    <key>Mine</key> <dict><key>IOClass</key><string>Old</string></dict>
    <key>Last</key> <dict/>
  </dict>
  <key>CFBundleIdentifier</key> <string>$(ID)</string>
</dict></plist>
`

test('in an Info.plist one dictionary changes, comments go and the order stays', async () => {
  const base = join(temporaryFolder(), 'Info.plist')
  writeFileSync(base, source)
  const { path } = await save(base)
  expect(readFileSync(path, 'utf8')).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>Z</key>
	<string>last of the alphabet, first here</string>
	<key>IOKitPersonalities</key>
	<dict>
		<key>Other</key>
		<dict>
			<key>IOProbeScore</key>
			<integer>9223372036854775807</integer>
		</dict>
		<key>Mine</key>
		<dict>
			<key>IOClass</key>
			<string>New</string>
		</dict>
		<key>Last</key>
		<dict/>
	</dict>
	<key>CFBundleIdentifier</key>
	<string>$(ID)</string>
</dict>
</plist>
`)
})

test('a bundle is taken for its Info.plist, which may be a binary one', async () => {
  const bundle = join(temporaryFolder(), 'A.kext')
  mkdirSync(join(bundle, 'Contents'), { recursive: true })
  const info = { CFBundleIdentifier: 'com.a', IOKitPersonalities: { Mine: { IOClass: 'Old' } } }
  writeFileSync(join(bundle, 'Contents', 'Info.plist'), Buffer.from(buildBinary(info)))
  const { path } = await save(bundle)
  const saved = installedKextFrom(bundle, readPlist(readFileSync(path)))
  expect(saved.personalities).toMatchObject([{ name: 'Mine', ioClass: 'New' }])
})

test('alone it makes a codeless kext of its own', async () => {
  const owned = `<dict><key>CFBundleIdentifier</key><string>io.darwinos.contrib.Mine</string>
    <key>IOPersonalityPublisher</key><string>com.old</string>
    <key>IOClass</key><string>New</string><key>IOProviderClass</key><string>IOResources</string>
    <key>IOMatchCategory</key><string>New</string></dict>`
  const { path } = await save(null, { xml: owned })
  const value = readPlist(readFileSync(path))
  const kext = installedKextFrom('/Mine.kext', value)
  expect(kext).toMatchObject({
    bundleIdentifier: 'io.darwinos.contrib.Mine-Personality',
    executable: null,
    personalities: [{ bundleIdentifier: 'io.darwinos.contrib.Mine', ioClass: 'New' }],
  })
  expect(kext.problems.filter(problem => !/belongs to/.test(problem))).toEqual([])
  const all = value.kind === 'dictionary' ? valueAt(value, 'IOKitPersonalities') : undefined
  expect(
    JSON.stringify(all, (_, one: unknown) => (typeof one === 'bigint' ? `${one}` : one)),
  ).not.toContain('IOPersonalityPublisher')
})

test('the identifier of a codeless kext is never longer than the kernel has room for', async () => {
  const name = 'M'.repeat(40)
  const idOf = async (owner: string): Promise<string> => {
    const owned = `<dict><key>CFBundleIdentifier</key><string>${owner}</string></dict>`
    const { path } = await save(null, { xml: owned, name })
    return installedKextFrom('/M.kext', readPlist(readFileSync(path))).bundleIdentifier
  }
  const plain = await idOf('com.example')
  const beside = await idOf(plain)
  expect(beside).toBe(`${plain}-Personality`)
  expect(beside.length).toBeLessThanOrEqual(63)
})

test('what cannot be saved leaves no file', async () => {
  const path = join(temporaryFolder(), 'Info.plist')
  const broken = { xml: '<dict><key>a</key><integer>1x</integer></dict>', path }
  expect(await failureOf(save(null, broken))).toMatchObject({
    kind: 'bad-request',
    detail: 'the personality is no property list: expected an integer in line 1, column 28',
  })
  expect(await failureOf(save(null, { xml: '<array/>', path }))).toMatchObject({
    detail: 'the personality is no dictionary',
  })
  const wide = '<dict><key>a</key><integer>99999999999999999999</integer></dict>'
  expect(await failureOf(save(null, { xml: wide, path }))).toMatchObject({
    kind: 'value-unwritable',
    where: 'IOKitPersonalities / Mine / a',
  })
  const none = join(temporaryFolder(), 'none')
  expect(await failureOf(save(none, { path }))).toMatchObject({ kind: 'file-unreadable' })
  const list = join(temporaryFolder(), 'list.plist')
  writeFileSync(list, '<plist><array/></plist>')
  expect(await failureOf(save(list, { path }))).toMatchObject({ kind: 'not-a-bundle' })
  expect(() => readFileSync(path)).toThrow('ENOENT')
})

test('a base that is no file is refused before it is opened', async () => {
  expect(await failureOf(save('/dev/zero'))).toMatchObject({ kind: 'file-unreadable' })
})
