import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ask } from '../../core/contract/transport.ts'
import { failureOf } from '../guest/failure-of.ts'
import { samplesFolder, startService } from '../helpers/start-service.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { draftOf } from './draft-of.ts'
import { ways } from './ways.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)

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

  test('a picture is saved as it was drawn, also a large one, and nothing else under its name', async () => {
    const { transport } = await open()
    const path = join(temporaryFolder(), 'tree.svg')
    const text = `<?xml version="1.0"?><svg>${'x'.repeat(3_000_000)}</svg>`
    const save = { path, format: 'svg' as const, bytes: utf8(text), overwrite: false }
    expect(await ask(transport, 'picture.save', save)).toEqual({ path, bytes: text.length })
    expect(readFileSync(path, 'utf8')).toBe(text)
    expect(await failureOf(ask(transport, 'picture.save', save))).toMatchObject({
      kind: 'file-exists',
    })
    const script = { ...save, overwrite: true, bytes: utf8('#!/bin/sh\n') }
    expect(await failureOf(ask(transport, 'picture.save', script))).toMatchObject({
      kind: 'bad-request',
      detail: 'the bytes are no SVG file',
    })
    expect(readFileSync(path, 'utf8')).toBe(text)
    const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3)
    const picture = { path: join(path, '..', 'tree.png'), format: 'png' as const, bytes: png }
    await ask(transport, 'picture.save', { ...picture, overwrite: false })
    expect(new Uint8Array(readFileSync(picture.path))).toEqual(png)
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

  test('what a redaction would replace is told, and a capture is shared without it', async () => {
    const { service } = startService({ keepsSession: true })
    const transport = await way.open(service, false)
    const dump = join(temporaryFolder(), 'dump.txt')
    const serial = 'C02QX3ABG8WL'
    writeFileSync(
      dump,
      pciDump.replace(
        '    |   {\n',
        `    |   {\n    |     "IOPlatformSerialNumber" = "${serial}"\n`,
      ),
    )
    const { snapshotId } = await ask(transport, 'capture.open', { path: dump })
    const choice = { snapshotId, categories: ['serials' as const], keep: [] }
    const { values } = await ask(transport, 'redaction.preview', choice)
    expect(values).toMatchObject([{ category: 'serials', original: serial, count: 1 }])
    const path = join(temporaryFolder(), 'share.kextant')
    const params = { ...choice, path, overwrite: false }
    expect((await ask(transport, 'redaction.save', params)).path).toBe(path)
    expect(await failureOf(ask(transport, 'redaction.save', params))).toEqual({
      kind: 'file-exists',
      path,
    })
    const shared = await ask(transport, 'capture.open', { path })
    const left = await ask(transport, 'redaction.preview', {
      ...choice,
      snapshotId: shared.snapshotId,
    })
    expect(left.values.map(({ original }) => original)).toEqual([values[0]!.pseudonym])
    const { recentFiles } = await ask(transport, 'preferences.get', {})
    expect(recentFiles.map(file => file.path)).toEqual([path, dump])
  })

  test('a capture becomes a report of one file', async () => {
    const { transport, snapshotId } = await open()
    const path = join(temporaryFolder(), 'report.html')
    const params = { snapshotId, against: null, hasProperties: true, redaction: null, path }
    const { bytes } = await ask(transport, 'report.save', { ...params, overwrite: false })
    expect(bytes).toBe(readFileSync(path).length)
    expect(readFileSync(path, 'utf8')).toContain('GFX0')
    const wrong = { ...params, path: `${path}.exe`, overwrite: false }
    expect(await failureOf(ask(transport, 'report.save', wrong))).toMatchObject({
      kind: 'bad-request',
    })
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
