import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import { expect, test } from 'vitest'
import { manifest } from '../../core/kextant/manifest.ts'
import type { Capture } from '../../core/contract/types.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import type { Program } from '../../main/demo/program.ts'
import { startAppWithDemo, type AppWithDemo, type DemoOptions } from '../helpers/app-with-demo.ts'
import { describeSnapshot } from '../helpers/describe-snapshot.ts'
import { unzip } from '../helpers/kextant-files.ts'
import { startService } from '../helpers/start-service.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const signal = new AbortController().signal

/** A capture of the demo guest, saved, and opened again by a service that never saw the guest. */
async function savedAndOpened(
  options: DemoOptions = {},
  prepare: (app: AppWithDemo) => Promise<void> = async () => undefined,
) {
  const app = await startAppWithDemo(options)
  await prepare(app)
  await app.connect()
  const live = await app.capture()
  const path = join(temporaryFolder(), 'guest.kextant')
  const saved = await app.ask('capture.save', {
    snapshotId: live.snapshotId,
    path,
    overwrite: false,
  })
  const { service } = startService()
  const opened = await service.handlers['capture.open']({ path }, signal)
  return {
    path,
    saved,
    live: app.service.taken(live.snapshotId),
    opened: service.taken(opened.snapshotId),
    service,
    guest: app.guest,
  }
}

/** All of a capture but who opened it from where. */
function facts({ snapshotId: _id, source: _source, ...rest }: Capture) {
  return rest
}

/** Every column of a snapshot, as plain arrays. */
function columns(snapshot: Snapshot) {
  return structuredClone({
    ...snapshot,
    sources: snapshot.sources.map(({ bytes, ...about }) => ({
      ...about,
      bytes: Buffer.from(bytes).toString('latin1'),
    })),
  })
}

test('a saved capture opens as it was: every plane, kext, count, line and command', async () => {
  const { live, opened, path, saved } = await savedAndOpened()
  expect(facts(opened.capture)).toEqual(facts(live.capture))
  expect(opened.capture.source).toEqual({
    kind: 'file',
    path,
    label: 'guest.kextant',
    savedFrom: 'The guest',
  })
  expect(opened.capture.installed!.length).toBeGreaterThan(50)
  expect(describeSnapshot(opened.snapshot)).toEqual(describeSnapshot(live.snapshot))
  expect(columns(opened.snapshot)).toEqual(columns(live.snapshot))
  expect(saved).toEqual({ path, bytes: readFileSync(path).length })
}, 30_000)

test('the file holds every raw output bit for bit, and its manifest names them all', async () => {
  // What the guest's programs write, noted before it goes through the connection.
  const printed = new Map<string, Buffer>()
  const wrap =
    (program: Program): Program =>
    async context => {
      const pieces: Buffer[] = []
      const code = await program({
        ...context,
        stdout: async piece => {
          pieces.push(Buffer.from(piece))
          await context.stdout(piece)
        },
      })
      const [path, ...options] = context.argv
      printed.set([path!.replace(/^.*\//, ''), ...options].join(' '), Buffer.concat(pieces))
      return code
    }
  const { live, path, guest } = await savedAndOpened({ wrap })
  const files = await unzip(readFileSync(path))

  const expected = new Map([
    ['root.txt', 'ioreg -l -d1 -w0'],
    ['kextstat.txt', 'kextstat'],
    ['ioclasscount.txt', 'ioclasscount'],
    ['dmesg.txt', 'dmesg'],
    ['uname.txt', 'uname -a'],
    ['sw_vers.txt', 'sw_vers'],
    [
      'sysctl.txt',
      'sysctl kern.bootsessionuuid kern.boottime kern.osversion kern.osrelease kern.version hw.machine kern.safeboot',
    ],
  ])
  for (const { plane } of live.capture.planes) {
    expected.set(`planes/${plane}.plist`, `ioreg -a -l -p ${plane}`)
    expected.set(`planes/${plane}.headers.txt`, `ioreg -i -w0 -p ${plane}`)
  }
  expect([...files.keys()].sort()).toEqual(
    [...expected.keys(), 'info-plists.tar', 'boot-personalities.tar', 'manifest.json'].sort(),
  )
  for (const [name, command] of expected) {
    expect(files.get(name)!.length, name).toBeGreaterThan(0)
    expect(files.get(name)!.equals(printed.get(command)!), name).toBe(true)
  }

  let plists = 0
  const tar = Readable.from([files.get('info-plists.tar')!]).pipe(extract())
  for await (const entry of tar) {
    const bytes = guest.files.read(`/${entry.header.name}`, { uid: 0, gid: 0 })
    expect((await buffer(entry)).equals(bytes), entry.header.name).toBe(true)
    plists++
  }
  expect(plists).toBeGreaterThanOrEqual(live.capture.installed!.length)

  const about = manifest.parse(JSON.parse(files.get('manifest.json')!.toString()))
  expect(about).toMatchObject({
    formatVersion: 1,
    source: { kind: 'guest', label: 'The guest' },
    takenAt: live.capture.takenAt,
    identity: live.capture.identity,
  })
  for (const file of about.files) {
    const sha256 = createHash('sha256').update(files.get(file.path)!).digest('hex')
    expect(file).toMatchObject({ bytes: files.get(file.path)!.length, sha256 })
    const command = about.commands.find(({ file: place }) => place === file.path)
    expect(command).toMatchObject({ exitCode: 0, bytes: file.bytes })
  }
}, 30_000)

test('no password of the connection is in the file', async () => {
  const password = 'quite-unlike-any-other'
  const { path } = await savedAndOpened({ password })
  const all = Buffer.concat([...(await unzip(readFileSync(path))).values()])
  expect(all.length).toBeGreaterThan(1_000_000)
  expect(all.includes(password)).toBe(false)
}, 30_000)

test('saved again, an opened capture gives the very same file', async () => {
  const { path, opened, service } = await savedAndOpened()
  const again = join(temporaryFolder(), 'again.kextant')
  await service.saveCapture(opened.capture.snapshotId, again, { overwrite: false, signal })
  const [first, second] = await Promise.all([path, again].map(each => unzip(readFileSync(each))))
  expect([...second!.keys()]).toEqual([...first!.keys()])
  for (const [name, bytes] of first!) {
    if (name !== 'manifest.json') expect(second!.get(name)!.equals(bytes), name).toBe(true)
  }
  const manifests = [first!, second!].map(files => {
    return JSON.parse(files.get('manifest.json')!.toString()) as Record<string, unknown>
  })
  // Another program wrote it; nothing else is different.
  expect({ ...manifests[1], kextant: '' }).toEqual({ ...manifests[0], kextant: '' })
}, 30_000)

test('a guest that is read as text, and one that lacks tools, open with the same reasons', async () => {
  const without = (name: string) => async (app: AppWithDemo) => {
    app.guest.files.removeFile(`/usr/sbin/${name}`, { uid: 0, gid: 0 })
  }
  const { live, opened } = await savedAndOpened({ ioregHasArchive: false }, without('ioclasscount'))
  expect(live.capture.format).toBe('ioreg-text')
  expect(live.capture.missing.map(({ part }) => part)).toEqual(
    expect.arrayContaining(['exact property types', 'class counts']),
  )
  expect(facts(opened.capture)).toEqual(facts(live.capture))
  expect(columns(opened.snapshot)).toEqual(columns(live.snapshot))
}, 30_000)
