import { expect, test } from 'vitest'
import { knownKext } from '../../main/service/known-kexts.ts'

const plist = (version: string) =>
  Buffer.from(
    `<plist version="1.0"><dict>
      <key>CFBundleIdentifier</key><string>org.example.A</string>
      <key>CFBundleVersion</key><string>${version}</string>
      <key>IOKitPersonalities</key><dict/>
      <key>IOKitPersonalities_arm64</key><dict><key>Own</key><dict/></dict>
    </dict></plist>`,
  )
const read = (bytes: Uint8Array, architecture = 'x86_64', folder = '/A.kext') =>
  knownKext(`${folder}/Contents/Info.plist`, folder, bytes, architecture)

test('the same bytes at the same path are the same kext, and others are read', () => {
  const first = read(plist('1.0'))
  expect(first.version).toBe('1.0')
  expect(read(plist('1.0'))).toBe(first)
  expect(read(plist('1.1')).version).toBe('1.1')
  expect(read(plist('1.0')).version).toBe('1.0')
  expect(read(plist('1.0'), 'x86_64', '/B.kext').path).toBe('/B.kext')
  expect(read(plist('1.0')).personalities).toEqual([])
  expect(read(plist('1.0'), 'arm64').personalities.map(({ name }) => name)).toEqual(['Own'])
})

test('bytes that are changed after they were read are another kext', () => {
  const bytes = plist('1.0')
  read(bytes)
  bytes.write('2.0', bytes.indexOf('1.0</string>'))
  expect(read(bytes).version).toBe('2.0')
})

test('a broken one keeps its problem', () => {
  const broken = Buffer.from('<plist><dict><key>')
  expect(read(broken).problems).toHaveLength(1)
  expect(read(broken).problems).toHaveLength(1)
})
