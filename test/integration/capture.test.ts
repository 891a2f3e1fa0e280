import { expect, test } from 'vitest'
import { FailureError, type FailureKind } from '../../core/failure.ts'
import type { Program } from '../../main/demo/program.ts'
import { startAppWithDemo, unloadOf, type AppWithDemo } from '../helpers/app-with-demo.ts'

async function failureKind(work: Promise<unknown>): Promise<FailureKind | 'nothing failed'> {
  try {
    await work
    return 'nothing failed'
  } catch (error) {
    if (error instanceof FailureError) return error.failure.kind
    throw error
  }
}

async function saveTarget(app: AppWithDemo, changes: { port?: number; user?: string } = {}) {
  const { guest } = app
  return app.ask('targets.save', {
    id: null,
    label: 'The guest',
    host: guest.host,
    port: guest.port,
    user: guest.user,
    method: 'password',
    keyPath: null,
    isReadOnly: false,
    isVirtualMachine: true,
    ...changes,
  })
}

test('a capture holds every plane, the kexts, the personalities, the counts and the log', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  const capture = await app.capture()

  expect(capture.format).toBe('ioreg-archive')
  expect(capture.missing).toEqual([])
  expect(capture.problems).toEqual([])
  const planes = capture.planes.map(({ plane }) => plane)
  expect(planes[0]).toBe('IOService')
  expect(planes).toEqual(
    expect.arrayContaining(['IODeviceTree', 'IOACPIPlane', 'IOPower', 'IOUSB']),
  )
  expect(capture.serviceCount).toBeGreaterThan(300)
  // An entry with two providers has two nodes.
  const service = capture.planes[0]!
  expect(service.nodes).toBeGreaterThan(service.entries)
  expect(capture.kexts!.length).toBeGreaterThan(80)
  expect(capture.installed!.flatMap(kext => kext.personalities).length).toBeGreaterThan(80)
  // Those of the installed kexts, which are all, are not carried twice.
  expect(capture.bootPersonalities).toMatchObject({
    path: expect.stringContaining('/Startup/IOKitPersonalities_x86_64.ioplist.gz') as string,
    personalities: [],
    // It is not owned by root.
    notSent: [['/Library/Extensions/WrongOwner.kext', 'WrongOwner']],
  })
  expect(capture.bootPersonalities!.total).toBeGreaterThan(80)
  expect(new Map(capture.classCounts).get('IOService')).toBeGreaterThan(0)
  expect(capture.kernelLog!.length).toBeGreaterThan(10)
  expect(capture.identity).toMatchObject({ darwinMajor: 17, kernelKind: 'RELEASE' })
  expect(capture.identity!.bootSessionUuid).toMatch(/^[0-9A-F-]{36}$/)
})

test('a guest without the cache of its boot is captured, and the reason is told', async () => {
  const app = await startAppWithDemo()
  const startup = '/System/Library/Caches/com.apple.kext.caches/Startup'
  app.guest.files.removeFile(`${startup}/IOKitPersonalities_x86_64.ioplist.gz`, { uid: 0, gid: 0 })
  await app.connect()
  const capture = await app.capture()
  expect(capture.missing).toEqual([
    {
      part: 'boot-time personalities',
      reason: 'The guest has no cache of them that may be read.',
    },
  ])
  expect(capture.bootPersonalities).toBeNull()
})

test('classes are the kernel’s own, although archives of this era hold names in their place', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  const { snapshotId } = await app.capture()
  const { decodeSnapshot } = await import('../../core/registry/snapshot-codec.ts')
  const { stringAt } = await import('../../core/registry/strings.ts')
  const snapshot = decodeSnapshot(Buffer.concat(app.service.snapshotBytes(snapshotId)))
  const plane = snapshot.planes[0]!
  const byName = (name: string) => {
    const node = plane.name.findIndex(string => stringAt(snapshot.strings, string) === name)
    const entry = plane.entry[node]!
    return [
      stringAt(snapshot.strings, snapshot.entries.className[entry]!),
      stringAt(snapshot.strings, snapshot.entries.classChain[entry]!),
    ]
  }
  expect(byName('PCI0')).toEqual([
    'IOACPIPlatformDevice',
    'IORegistryEntry:IOService:IOPlatformDevice:IOACPIPlatformDevice',
  ])
})

test('an ioreg without archive mode is read through its text, and the capture says what that costs', async () => {
  const exact = await startAppWithDemo()
  await exact.connect()
  const archive = await exact.capture()
  const app = await startAppWithDemo({ ioregHasArchive: false })
  await app.connect()
  const text = await app.capture()

  expect(text.format).toBe('ioreg-text')
  expect(text.planes).toEqual(archive.planes)
  expect(text.serviceCount).toBe(archive.serviceCount)
  expect(text.missing.map(({ part }) => part)).toEqual(['exact property types'])
})

test('a connection that is cut in the middle of a dump fails as lost, and the guest is reached again', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  app.guest.cutNext({ command: /ioreg.*-a.*-l/, bytes: 40_000 })
  expect(await failureKind(app.capture())).toBe('connection-lost')

  const phases = () =>
    app.events.flatMap(event => (event.name === 'connection.changed' ? [event.payload.phase] : []))
  await expect.poll(() => phases().at(-1), { timeout: 10_000 }).toBe('connected')
  expect(phases()).toContain('lost')
  expect((await app.capture()).problems).toEqual([])
})

test('a capture can be cancelled, and the next one is whole', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  const controller = new AbortController()
  const cancelled = failureKind(app.ask('capture.take', {}, controller.signal))
  await expect.poll(() => app.events.some(event => event.name === 'capture.progress')).toBe(true)
  controller.abort()
  expect(await cancelled).toBe('cancelled')
  expect((await app.capture()).missing).toEqual([])
})

test('an unknown host key is shown with its fingerprint before any password is sent', async () => {
  const app = await startAppWithDemo()
  const { id } = await saveTarget(app)
  const connect = (trustFingerprint: string | null) =>
    app.ask('guest.connect', { targetId: id, secret: app.guest.password, trustFingerprint })

  const refused = await connect(null).catch((error: unknown) => error as FailureError)
  expect((refused as FailureError).failure).toMatchObject({
    kind: 'host-key-unknown',
    fingerprint: app.guest.hostKeyFingerprint,
  })
  expect(await failureKind(connect('SHA256:somethingelse'))).toBe('host-key-changed')
  expect((await connect(app.guest.hostKeyFingerprint)).phase).toBe('connected')
  // It is kept: no question the next time.
  expect((await connect(null)).phase).toBe('connected')
})

test.each([
  ['a wrong password', { secret: 'wrong' }, {}, 'wrong-password'],
  ['a user that does not exist', {}, { user: 'nobody-here' }, 'wrong-password'],
  ['a port where nothing listens', {}, { port: 1 }, 'connection-refused'],
] as const)('%s has a failure of its own', async (_, secrets, changes, kind) => {
  const app = await startAppWithDemo()
  const { id } = await saveTarget(app, changes)
  const connecting = app.ask('guest.connect', {
    targetId: id,
    secret: 'secret' in secrets ? secrets.secret : app.guest.password,
    trustFingerprint: app.guest.hostKeyFingerprint,
  })
  expect(await failureKind(connecting)).toBe(kind)
})

test('a guest without ioreg is refused with a sentence, not with an empty tree', async () => {
  const app = await startAppWithDemo()
  app.guest.files.removeFile('/usr/sbin/ioreg', { uid: 0, gid: 0 })
  expect(await failureKind(app.connect())).toBe('command-missing')
})

test('what a guest cannot give is listed with the reason, and the rest is there', async () => {
  const app = await startAppWithDemo()
  app.guest.files.removeFile('/usr/sbin/kextstat', { uid: 0, gid: 0 })
  app.guest.files.removeFile('/usr/sbin/ioclasscount', { uid: 0, gid: 0 })
  await app.connect()
  const capture = await app.capture()
  expect(capture.kexts).toBeNull()
  expect(capture.classCounts).toBeNull()
  expect(capture.serviceCount).toBeGreaterThan(300)
  expect(capture.missing.map(({ part }) => part).sort()).toEqual(['class counts', 'loaded kexts'])
  expect(capture.missing[0]!.reason).toMatch(/The guest has no/)
})

test('a guest that has kmutil in the place of kextstat lists its kexts by that', async () => {
  const listing =
    'Index Refs Address            Size       Wired      Name (Version) UUID <Linked Against>\n' +
    '    1  141 0                  0          0          com.apple.kpi.bsd (20.3.0) C86236B2-4976-3542-80CA-74A6B8B4BA03 <>\n'
  const kmutil: Program = async ({ argv, stdout, stderr }) => {
    await stderr('No variant specified, falling back to release\n')
    if (argv[1] !== 'showloaded') return 64
    await stdout(listing)
    return 0
  }
  const app = await startAppWithDemo({ programs: new Map([['/usr/bin/kmutil', kmutil]]) })
  app.guest.files.removeFile('/usr/sbin/kextstat', { uid: 0, gid: 0 })
  await app.connect()
  const { kexts } = await app.capture()
  expect(kexts).toMatchObject([{ bundleIdentifier: 'com.apple.kpi.bsd', linkedAgainst: [] }])
})

test('a read-only target refuses to plan anything that changes it', async () => {
  const app = await startAppWithDemo()
  const target = await saveTarget(app)
  await app.ask('targets.save', {
    id: target.id,
    label: target.label,
    host: target.host,
    port: target.port,
    user: target.user,
    method: target.method,
    keyPath: target.keyPath,
    isReadOnly: true,
    isVirtualMachine: true,
  })
  await app.ask('guest.connect', {
    targetId: target.id,
    secret: app.guest.password,
    trustFingerprint: app.guest.hostKeyFingerprint,
  })
  const planning = app.ask('action.plan', unloadOf('com.example.x'))
  expect(await failureKind(planning)).toBe('not-allowed')
})
