import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ask } from '../../core/contract/transport.ts'
import { failureOf } from '../guest/failure-of.ts'
import { samplesFolder, startService } from '../helpers/start-service.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { draftOf } from './draft-of.ts'
import { ways } from './ways.ts'

// Files that a page has written, over every way from a page to the service.

describe.each(ways)('over $name', way => {
  async function open() {
    const { service } = startService({})
    const transport = await way.open(service, false)
    const path = join(temporaryFolder(), 'dump.txt')
    writeFileSync(path, pciDump)
    const capture = await ask(transport, 'capture.open', { path })
    return { transport, snapshotId: capture.snapshotId }
  }

  test('a driver is drafted, and written where nothing is', async () => {
    const { transport, snapshotId } = await open()
    const plan = await ask(transport, 'draft.plan', draftOf(snapshotId, 2))
    expect(plan).toMatchObject({ chosen: 'pci-device', wins: true, names: { name: 'gfx0-driver' } })
    const score = plan.choices[0]!.personality.entries
    expect(score).toContainEqual(['IOPCIMatch', { kind: 'string', text: '0x11111234' }])
    const folder = join(temporaryFolder(), 'new', 'gfx0-driver')
    const params = { ...draftOf(snapshotId, 2), folder, evenIfItLoses: false }
    const written = await ask(transport, 'draft.write', params)
    expect(written).toEqual({ folder, paths: plan.files.map(({ name }) => join(folder, name)) })
    for (const { name, text } of plan.files) {
      expect(readFileSync(join(folder, name), 'utf8')).toBe(text)
    }
    expect(await failureOf(ask(transport, 'draft.write', params))).toEqual({
      kind: 'file-exists',
      path: join(folder, 'Info.plist'),
    })
    const nowhere = await failureOf(ask(transport, 'draft.plan', draftOf(snapshotId, 99)))
    expect(nowhere).toMatchObject({ kind: 'bad-request' })
  })

  test('a draft that would not be started is written on purpose only', async () => {
    const { transport, snapshotId } = await open()
    const folder = join(temporaryFolder(), 'd')
    const params = { ...draftOf(snapshotId, 3), folder, evenIfItLoses: false }
    const failure = await failureOf(ask(transport, 'draft.write', params))
    expect(failure).toMatchObject({ kind: 'bad-request', request: 'draft.write' })
    expect(JSON.stringify(failure)).toContain('not registered')
    const written = await ask(transport, 'draft.write', { ...params, evenIfItLoses: true })
    expect(readdirSync(folder)).toHaveLength(written.paths.length)
  })

  test('an edited personality is saved in its Info.plist, and all else stays', async () => {
    const { transport } = await open()
    const base = join(samplesFolder, 'MyKext.kext')
    const before = readFileSync(join(base, 'Contents', 'Info.plist'), 'utf8')
    const xml = '<dict><key>IOClass</key><!-- mine --><string>Other</string></dict>'
    const path = join(temporaryFolder(), 'Info.plist')
    const save = { path, overwrite: false, name: 'MyKext', xml, base }
    const saved = await ask(transport, 'personality.save', save)
    const after = readFileSync(path, 'utf8')
    expect(saved).toEqual({ path, bytes: Buffer.byteLength(after) })
    const personality = /(\t\t<key>MyKext<\/key>\n)\t\t<dict>[^]*?\n\t\t<\/dict>\n/
    expect(after).toBe(
      before.replace(
        personality,
        '$1\t\t<dict>\n\t\t\t<key>IOClass</key>\n\t\t\t<string>Other</string>\n\t\t</dict>\n',
      ),
    )
    expect(await failureOf(ask(transport, 'personality.save', save))).toMatchObject({
      kind: 'file-exists',
    })
    const typo = { ...save, overwrite: true, xml: '<dict>\n<key>a</key></dict>' }
    expect(await failureOf(ask(transport, 'personality.save', typo))).toMatchObject({
      kind: 'bad-request',
      detail: expect.stringContaining('line 2, column 13') as string,
    })
    expect(readFileSync(path, 'utf8')).toBe(after)
    // Alone it is the personality of a codeless kext.
    const alone = { ...save, path: join(path, '..', 'alone.plist'), base: null }
    await ask(transport, 'personality.save', alone)
    expect(readFileSync(alone.path, 'utf8')).toContain('<key>MyKext</key>')
  })
})

const pciDump = `+-o Root  <class IORegistryEntry, id 0x100000100, retain 19>
  +-o Machine  <class IOPlatformExpertDevice, id 0x100000110, registered, matched, active, busy 0, retain 9>
    +-o GFX0@2  <class IOPCIDevice, id 0x100000120, registered, matched, active, busy 0, retain 9>
    |   {
    |     "vendor-id" = <34120000>
    |     "device-id" = <11110000>
    |     "class-code" = <00000300>
    |   }
    |
    +-o OLD0@3  <class IOPCIDevice, id 0x100000130, !registered, !matched, active, busy 0, retain 9>
        {
          "vendor-id" = <34120000>
          "device-id" = <22220000>
          "class-code" = <00000300>
        }

`
