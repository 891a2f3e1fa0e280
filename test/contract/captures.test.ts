import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ask } from '../../core/contract/transport.ts'
import { decodeSnapshot } from '../../core/registry/snapshot-codec.ts'
import { failureOf } from '../guest/failure-of.ts'
import { startService } from '../helpers/start-service.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { ways } from './ways.ts'

// Captures of files and of earlier sessions, over every way from a page to the service.

describe.each(ways)('over $name', way => {
  async function start() {
    const { service } = startService({})
    return { transport: await way.open(service, true) }
  }

  test('a session tells its captures, and older ones are opened and forgotten', async () => {
    const earlier = startService({ keepsSession: true })
    const path = join(temporaryFolder(), 'dump.txt')
    writeFileSync(path, '+-o Root  <class IORegistryEntry, id 0x100000100, retain 19>\n')
    const first = await earlier.service.handlers['capture.open'](
      { path },
      new AbortController().signal,
    )
    await earlier.service.stop()
    const { service } = startService({
      keepsSession: true,
      settingsFolder: earlier.settingsFolder,
    })
    const transport = await way.open(service, true)
    expect(await ask(transport, 'timeline.get', {})).toMatchObject({ moments: [], trouble: null })
    const [old] = await ask(transport, 'timeline.sessions', {})
    expect(old).toMatchObject({ snapshots: 1, ended: 'properly', labels: ['dump.txt'] })
    const { sessionId } = old!
    const { moments } = await ask(transport, 'timeline.openSession', { sessionId })
    expect(moments).toMatchObject([{ snapshotId: first.snapshotId, cause: { kind: 'file' } }])
    const again = await ask(transport, 'capture.get', { snapshotId: first.snapshotId })
    expect(again).toMatchObject({ planes: first.planes, source: first.source })
    expect(await ask(transport, 'timeline.forget', { sessionId })).toEqual([])
    expect(await ask(transport, 'timeline.get', {})).toMatchObject({ moments: [] })
  })

  test('a dump is opened as a capture', async () => {
    const { transport } = await start()
    const path = join(temporaryFolder(), 'dump.txt')
    writeFileSync(path, '+-o Root  <class IORegistryEntry, id 0x100000100, retain 19>\n')
    const capture = await ask(transport, 'capture.open', { path })
    expect(capture).toMatchObject({ format: 'ioreg-text', source: { kind: 'file', path } })
    const snapshot = decodeSnapshot(await transport.snapshot(capture.snapshotId))
    expect(snapshot.entries.id[0]).toBe(0x1_0000_0100n)
  })

  test('what differs between two captures is saved as a report', async () => {
    const { transport } = await start()
    const folder = temporaryFolder()
    const ids = []
    for (const retain of [18, 19]) {
      const path = join(folder, `dump-${retain}.txt`)
      const client = retain === 19 ? '  +-o New  <class IOService, id 0x100000101, retain 2>\n' : ''
      writeFileSync(path, `+-o Root  <class IORegistryEntry, id 0x100000100, retain 9>\n${client}`)
      ids.push((await ask(transport, 'capture.open', { path })).snapshotId)
    }
    const params = {
      before: ids[0]!,
      after: ids[1]!,
      identity: 'auto' as const,
      noiseOff: [],
      format: 'json' as const,
      path: join(folder, 'report.json'),
      overwrite: false,
    }
    await ask(transport, 'compare.save', params)
    expect(JSON.parse(readFileSync(params.path, 'utf8'))).toMatchObject({
      before: { label: 'dump-18.txt' },
      diff: { added: [{ path: 'IOService:/New' }], removed: [] },
    })
    expect(await failureOf(ask(transport, 'compare.save', params))).toMatchObject({
      kind: 'file-exists',
    })
  })

  test('a capture is saved, and opens again', async () => {
    const { transport } = await start()
    const path = join(temporaryFolder(), 'dump.txt')
    writeFileSync(path, '+-o Root  <class IORegistryEntry, id 0x100000100, retain 19>\n')
    const { snapshotId, planes } = await ask(transport, 'capture.open', { path })
    const save = { snapshotId, path: `${path}.kextant`, overwrite: false }
    const saved = await ask(transport, 'capture.save', save)
    expect(saved).toEqual({ path: save.path, bytes: readFileSync(save.path).length })
    expect(await failureOf(ask(transport, 'capture.save', save))).toEqual({
      kind: 'file-exists',
      path: save.path,
    })
    expect(await ask(transport, 'capture.open', { path: save.path })).toMatchObject({
      planes,
      source: { kind: 'file', savedFrom: 'dump.txt' },
    })
  })
})
