import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { requestNames, type EventEnvelope } from '../../core/contract/requests.ts'
import { ask, type Transport } from '../../core/contract/transport.ts'
import { type Reply } from '../../core/failure.ts'
import { planeNamed } from '../../core/registry/lookup.ts'
import { valueAt } from '../../core/registry/property-value.ts'
import { decodeSnapshot } from '../../core/registry/snapshot-codec.ts'
import { startDemoGuest, type DemoGuest } from '../../main/demo/demo-guest.ts'
import { createDemoMachine } from '../../main/demo/machine/demo-machine.ts'
import { failureOf } from '../guest/failure-of.ts'
import { samplesFolder, startService } from '../helpers/start-service.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { draftOf } from './draft-of.ts'
import { ways } from './ways.ts'

// The same cases over every way from a page to the service: what one host answers, all answer.

let guest: DemoGuest
beforeAll(async () => {
  guest = await startDemoGuest({
    createMachine: files => createDemoMachine(files, { delayFactor: 0.1 }),
  })
})
afterAll(() => guest.stop())

describe.each(ways)('over $name', way => {
  async function start({ mayChangeGuest = true } = {}) {
    const { service, settingsFolder } = startService({ mayChangeGuest })
    const transport = await way.open(service, mayChangeGuest)
    return { transport, settingsFolder }
  }

  test('the host says what it is', async () => {
    const { transport } = await start({ mayChangeGuest: false })
    expect(await ask(transport, 'host.info', {})).toMatchObject({
      host: 'cli',
      version: '1.2.3',
      mayChangeGuest: false,
    })
    expect(await ask(transport, 'guest.connection', {})).toEqual({
      phase: 'disconnected',
      failure: null,
    })
    expect(await ask(transport, 'capture.latest', {})).toBeNull()
    // An action that is not there is over: nothing to cancel.
    expect(await ask(transport, 'action.cancel', { actionId: 'none' })).toBeNull()
    expect(await ask(transport, 'action.history', {})).toEqual([])
  })

  test('what the user arranged is kept, section by section', async () => {
    const { transport } = await start()
    const told: EventEnvelope[] = []
    onTestFinished(transport.subscribe(event => told.push(event)))
    expect((await ask(transport, 'preferences.get', {})).savedFilters).toEqual([])
    const savedFilters = [{ id: 'a', name: 'Network', filter: 'class:IONetworkInterface' }]
    await ask(transport, 'preferences.save', { section: 'savedFilters', value: savedFilters })
    const panels = { sizes: { inspector: 500 }, open: { log: true } }
    await ask(transport, 'preferences.save', { section: 'panels', value: panels })
    expect(await ask(transport, 'preferences.get', {})).toMatchObject({ savedFilters, panels })
    // Every window hears of it.
    const payload = { section: 'savedFilters', value: savedFilters }
    await vi.waitFor(() => expect(told).toContainEqual({ name: 'preferences.changed', payload }))
  })

  test('a target is saved, changed and removed', async () => {
    const { transport } = await start()
    const saved = await ask(transport, 'targets.save', { ...target(), label: '' })
    expect(saved).toMatchObject({ label: 'author@127.0.0.1', hasSecret: false, isBuiltIn: false })
    const changed = { ...target(), id: saved.id, label: 'The old iMac', isReadOnly: true }
    await ask(transport, 'targets.save', changed)
    expect(await ask(transport, 'targets.list', {})).toEqual([
      { ...saved, label: 'The old iMac', isReadOnly: true },
    ])
    expect(await ask(transport, 'targets.remove', { id: saved.id })).toBeNull()
    expect(await ask(transport, 'targets.list', {})).toEqual([])
  })

  test.each<[string, string, unknown]>([
    ['a name nobody knows', 'guest.format', {}],
    ['a name of Object itself', 'constructor', {}],
    ['no parameters where some are wanted', 'guest.connect', {}],
    ['parameters of the wrong type', 'host.folder', { path: 5 }],
    ['parameters too many', 'host.info', { verbose: true }],
    ['a secret in a target', 'targets.save', { ...target(), secret: 'kernel' }],
    ['a port that is none', 'targets.save', { ...target(), port: 70_000 }],
    ['a host with a blank', 'targets.save', { ...target(), host: 'a -oProxyCommand=x' }],
    ['a key target without its key', 'targets.save', { ...target(), method: 'key' }],
    ['an identifier that is an option', 'action.plan', { ...unload, bundleIdentifier: '-a' }],
    [
      'a class that is an option',
      'action.plan',
      { kind: 'terminate-class', bundleIdentifier, className: '-p', timeoutMs: null },
    ],
    [
      'expectations over a file of another kind',
      'expectations.save',
      { path: '/home/me/.profile', text: '', overwrite: true },
    ],
    ['an export in no format', 'action.export', { ...exported, format: 'exe' }],
    [
      'an export over a file of another kind',
      'action.export',
      { ...exported, path: '/home/me/.profile' },
    ],
    [
      'an export with an ending and no name',
      'action.export',
      { ...exported, path: '/home/me/.sh' },
    ],
    [
      'an export by the ending of another format',
      'action.export',
      { ...exported, format: 'sh', path: '/home/me/a.json' },
    ],
    [
      'expectations without a name',
      'expectations.save',
      { path: '/home/me/.yaml', text: '', overwrite: true },
    ],
    ['an export of nothing', 'action.export', { ...exported, actionIds: [] }],
    [
      'a stop that nobody knows',
      'action.run',
      { planId: 'p', consent: true, accepted: ['everything'], sudoPassword: null },
    ],
    ['an action nobody knows', 'action.plan', { kind: 'format' }],
    ['a NUL in a path', 'bundle.inspect', { path: '/tmp/a\0b' }],
    [
      'a save over a file of another kind',
      'capture.save',
      { snapshotId: 's', path: '/home/me/.profile', overwrite: true },
    ],
    [
      'a picture over a file of another kind',
      'picture.save',
      { path: '/home/me/.profile', format: 'svg', bytes: new Uint8Array(), overwrite: true },
    ],
    [
      'a picture by the ending of another format',
      'picture.save',
      { path: '/home/me/a.svg', format: 'png', bytes: new Uint8Array(), overwrite: true },
    ],
    [
      'a property list over a file of another kind',
      'personality.save',
      { path: '/home/me/.profile', overwrite: true, name: 'n', xml: '<dict/>', base: null },
    ],
    [
      'a report over a file of another kind',
      'compare.save',
      {
        before: 'a',
        after: 'b',
        identity: 'auto',
        noiseOff: [],
        format: 'markdown',
        path: '/home/me/.profile',
        overwrite: true,
      },
    ],
    ['a session out of the folder', 'timeline.forget', { sessionId: '../../history' }],
    ['a draft of no entry', 'draft.plan', { ...draftOf('s', 0), entry: -1 }],
    [
      'a draft with a way to compete that is none',
      'draft.plan',
      { ...draftOf('s', 0), competition: 'win' },
    ],
    [
      'a run without consent',
      'action.run',
      { planId: 'p', consent: false, accepted: [], sudoPassword: null },
    ],
    ['a list', 'host.info', []],
  ])('%s is refused as a bad request', async (_what, name, params) => {
    const { transport } = await start()
    expect(await replyTo(transport, name, params)).toMatchObject({
      ok: false,
      failure: { kind: 'bad-request', request: name },
    })
  })

  test('what is not there is said by its kind, and carries the facts', async () => {
    const { transport } = await start()
    expect(await failureOf(ask(transport, 'capture.take', {}))).toEqual({ kind: 'not-connected' })
    expect(await failureOf(ask(transport, 'capture.get', { snapshotId: 's1' }))).toEqual({
      kind: 'unknown-snapshot',
      snapshotId: 's1',
    })
    await expect(transport.snapshot('s1')).rejects.toMatchObject({
      failure: { kind: 'unknown-snapshot', snapshotId: 's1' },
    })
    const run = { planId: 'p1', consent: true as const, accepted: [], sudoPassword: null }
    expect(await failureOf(ask(transport, 'action.run', run))).toEqual({
      kind: 'unknown-plan',
      planId: 'p1',
    })
    const nothing = join(temporaryFolder(), 'nothing')
    expect(await failureOf(ask(transport, 'capture.open', { path: nothing }))).toMatchObject({
      kind: 'file-unreadable',
      path: nothing,
    })
    expect(await failureOf(ask(transport, 'host.folder', { path: nothing }))).toMatchObject({
      kind: 'file-unreadable',
    })
    expect(
      await failureOf(ask(transport, 'bundle.inspect', { path: temporaryFolder() })),
    ).toMatchObject({ kind: 'not-a-bundle' })
    const nobody = { targetId: 'nobody', secret: null, trustFingerprint: null }
    expect(await failureOf(ask(transport, 'guest.connect', nobody))).toMatchObject({
      kind: 'bad-request',
    })
  })

  test('a host that was started read-only changes no guest', async () => {
    const { transport } = await start({ mayChangeGuest: false })
    const run = { planId: 'p1', consent: true as const, accepted: [], sudoPassword: null }
    expect(await failureOf(ask(transport, 'action.run', run))).toMatchObject({
      kind: 'not-allowed',
      request: 'action.run',
    })
    await connect(transport)
    const request = {
      kind: 'verify' as const,
      bundleIdentifier: 'com.apple.kpi.iokit',
      bundlePath: null,
      expectationsPath: null,
      timeoutMs: 1000,
    }
    // Looking is no change.
    const { planId } = await ask(transport, 'action.plan', request)
    expect(await ask(transport, 'action.look', { planId, sudoPassword: null })).toMatchObject({
      status: 'done',
    })
    const { planId: changing } = await ask(transport, 'action.plan', unload)
    const look = { planId: changing, sudoPassword: null }
    expect(await failureOf(ask(transport, 'action.look', look))).toMatchObject({
      kind: 'not-allowed',
      request: 'action.look',
    })
  })

  test('no connection comes about without the right host key and the right password', async () => {
    const { transport, settingsFolder } = await start()
    const { id: targetId } = await ask(transport, 'targets.save', target())
    const connect = (secret: string | null, trustFingerprint: string | null) =>
      failureOf(ask(transport, 'guest.connect', { targetId, secret, trustFingerprint }))
    expect(await connect(guest.password, null)).toMatchObject({
      kind: 'host-key-unknown',
      keyType: 'ssh-ed25519',
      fingerprint: guest.hostKeyFingerprint,
    })
    // Another key was accepted than the one that is shown now.
    expect(await connect(guest.password, 'SHA256:somebody+else')).toMatchObject({
      kind: 'host-key-changed',
      fingerprint: guest.hostKeyFingerprint,
      expected: 'SHA256:somebody+else',
    })
    expect(await connect('wrong', guest.hostKeyFingerprint)).toMatchObject({
      kind: 'wrong-password',
      user: guest.user,
    })
    expect(await ask(transport, 'guest.connection', {})).toMatchObject({ phase: 'disconnected' })

    const state = await ask(transport, 'guest.connect', {
      targetId,
      secret: guest.password,
      trustFingerprint: guest.hostKeyFingerprint,
    })
    expect(state).toMatchObject({ phase: 'connected', guest: { identity: { darwinMajor: 17 } } })
    const [known] = await ask(transport, 'targets.list', {})
    expect(known).toMatchObject({ hasSecret: true })
    // In memory only: nothing of it in any file.
    for (const file of readdirSync(settingsFolder)) {
      expect(readFileSync(join(settingsFolder, file), 'utf8'), file).not.toContain(guest.password)
    }
    expect(await ask(transport, 'guest.disconnect', {})).toMatchObject({ phase: 'disconnected' })

    // The key is on record and the secret in memory: neither is asked for again.
    const again = { targetId, secret: null, trustFingerprint: null }
    expect(await ask(transport, 'guest.connect', again)).toMatchObject({ phase: 'connected' })
    await ask(transport, 'guest.disconnect', {})
    expect(await ask(transport, 'guest.forgetHostKey', { targetId })).toBeNull()
    expect(await connect(null, null)).toMatchObject({ kind: 'host-key-unknown' })
  })

  test('a port where nothing listens refuses connections', async () => {
    const { transport } = await start()
    const { id } = await ask(transport, 'targets.save', { ...target(), port: 1 })
    const failure = await failureOf(
      ask(transport, 'guest.connect', { targetId: id, secret: 'x', trustFingerprint: null }),
    )
    expect(failure).toEqual({ kind: 'connection-refused', address: '127.0.0.1:1' })
  })

  test('a capture is announced, and its columns come whole', async () => {
    const { transport } = await start()
    const events: EventEnvelope[] = []
    onTestFinished(transport.subscribe(event => events.push(event)))
    await connect(transport)
    const capture = await ask(transport, 'capture.take', {})
    const seen = (name: EventEnvelope['name']) => events.filter(event => event.name === name)
    await vi.waitFor(() => expect(seen('capture.taken')).toHaveLength(1))
    expect(seen('capture.taken')[0]!.payload).toEqual({ snapshotId: capture.snapshotId })
    expect(seen('capture.progress').length).toBeGreaterThan(0)
    expect(seen('connection.changed').at(-1)!.payload).toMatchObject({ phase: 'connected' })

    expect(capture.missing).toEqual([])
    expect(capture.source).toMatchObject({ kind: 'guest', label: 'The guest' })
    const snapshot = decodeSnapshot(await transport.snapshot(capture.snapshotId))
    for (const { plane, nodes } of capture.planes) {
      expect([plane, planeNamed(snapshot, plane)?.length]).toEqual([plane, nodes])
    }
    expect(await ask(transport, 'capture.latest', {})).toEqual(capture)
    const { snapshotId } = capture
    expect(await ask(transport, 'capture.get', { snapshotId })).toEqual(capture)
    // Numbers of personalities are the kernel's: bigints, over every boundary.
    const scores = capture.installed!.flatMap(({ personalities }) =>
      personalities.map(({ properties }) => valueAt(properties, 'IOProbeScore')),
    )
    const [score] = scores.filter(value => value !== undefined)
    expect(score).toEqual({ kind: 'integer', value: expect.any(BigInt) as bigint })
  })

  test('a capture that is cancelled says so', async () => {
    const { transport } = await start()
    await connect(transport)
    const cancel = new AbortController()
    const cancelled = failureOf(ask(transport, 'capture.take', {}, { signal: cancel.signal }))
    await new Promise(resolve => setTimeout(resolve, 20))
    cancel.abort()
    expect(await cancelled).toEqual({ kind: 'cancelled' })
  })

  test('a plan shows the commands and does nothing yet', async () => {
    const { transport } = await start()
    await connect(transport)
    const bundlePath = join(samplesFolder, 'MissingDependency.kext')
    const plan = await ask(transport, 'action.plan', { ...loop, bundlePath })
    expect(plan.steps.map(step => step.command).join('\n')).toMatch(
      /kextload .*\/Library\/Extensions\/MissingDependency\.kext/,
    )
    expect(plan.steps.some(step => step.runsAsRoot)).toBe(true)
    expect(await ask(transport, 'action.history', {})).toEqual([])
    expect(guest.files.exists('/Library/Extensions/MissingDependency.kext')).toBe(false)
  })

  test('an action is carried out, found again in the history, searched, and exported', async () => {
    const { transport } = await start()
    await connect(transport)
    const bundlePath = join(samplesFolder, 'MyKext.kext')
    const plan = await ask(transport, 'action.plan', { ...loop, bundlePath })
    const run = { planId: plan.planId, consent: true as const, accepted: [], sudoPassword: null }
    const record = await ask(transport, 'action.run', run)
    expect(record).toMatchObject({ status: 'done', conclusion: 'holds' })
    const { id: actionId } = record
    expect(await ask(transport, 'action.record', { actionId })).toEqual(record)
    const [summary] = await ask(transport, 'action.history', {})
    expect(summary).toMatchObject({ id: actionId, headline: record.report!.headline })
    expect(await ask(transport, 'action.search', { text: 'HELLO from kernel' })).toEqual([actionId])
    expect(await ask(transport, 'action.search', { text: 'nowhere' })).toEqual([])

    const path = join(temporaryFolder(), 'loop.sh')
    const how = { actionIds: [actionId], format: 'sh' as const, path, overwrite: false }
    const saved = await ask(transport, 'action.export', how)
    expect(saved).toEqual({ path, bytes: readFileSync(path).length })
    expect(await failureOf(ask(transport, 'action.export', how))).toEqual({
      kind: 'file-exists',
      path,
    })

    const compared = await ask(transport, 'builds.compare', { bundleIdentifier, bundlePath })
    expect(compared.verdict).toBe('same')
    const blockers = await ask(transport, 'unload.explain', { bundleIdentifier })
    expect(blockers).toMatchObject({ when: 'before', verdict: 'free' })
    const params = { bundleIdentifier, bundlePath: null, actionId }
    const { text } = await ask(transport, 'expectations.record', params)
    const yaml = join(temporaryFolder(), 'kextant.yaml')
    const file = { path: yaml, text, overwrite: false }
    expect(await ask(transport, 'expectations.save', file)).toMatchObject({ path: yaml })

    const verify = { ...loop, kind: 'verify', bundleIdentifier, expectationsPath: yaml } as const
    const { endsWith: _, ...request } = { ...verify, bundlePath: null }
    const { planId } = await ask(transport, 'action.plan', request)
    expect(await ask(transport, 'action.look', { planId, sudoPassword: null })).toMatchObject({
      conclusion: 'holds',
    })
    const unloading = await ask(transport, 'action.plan', unload)
    await ask(transport, 'action.run', { ...run, planId: unloading.planId })
  }, 60_000)

  test('a folder in which nothing is built is no project, and nothing of one is there', async () => {
    const { transport } = await start()
    expect(await ask(transport, 'project.get', {})).toBeNull()
    expect(await ask(transport, 'project.lastBuild', {})).toBeNull()
    expect(
      await failureOf(ask(transport, 'project.open', { path: temporaryFolder() })),
    ).toMatchObject({ kind: 'not-a-project' })
    expect(await ask(transport, 'project.close', {})).toBeNull()
    expect(await ask(transport, 'project.cancelBuild', {})).toBeNull()
    const place = { path: '/etc/passwd', line: 1 }
    for (const work of [
      ask(transport, 'project.build', {}),
      ask(transport, 'project.source', place),
      ask(transport, 'project.edit', place),
    ]) {
      expect(['bad-request', 'not-a-project']).toContain((await failureOf(work)).kind)
    }
  })

  test('a sample bundle is read as it lies on the disk', async () => {
    const { transport } = await start()
    const samples = await ask(transport, 'bundles.samples', {})
    expect(samples.map(sample => sample.name)).toContain('MyKext.kext')
    const path = join(samplesFolder, 'MyKext.kext')
    const bundle = await ask(transport, 'bundle.inspect', { path })
    expect(bundle).toEqual(samples.find(sample => sample.name === 'MyKext.kext'))
    expect(bundle.kext).toMatchObject({ bundleIdentifier: 'io.darwinos.contrib.MyKext' })
    const tried = await ask(transport, 'bundle.personalities', { path, architecture: null })
    expect(tried).toEqual([bundle.kext])
  })

  test('a bundle is linted, alone and against a capture', async () => {
    const { transport } = await start()
    const path = join(samplesFolder, 'MyKext.kext')
    const alone = await ask(transport, 'bundle.lint', { path, against: null })
    expect(alone).toMatchObject({ path, bundleIdentifier: 'io.darwinos.contrib.MyKext' })
    const dump = join(temporaryFolder(), 'dump.txt')
    writeFileSync(dump, '+-o Root  <class IORegistryEntry, id 0x100000100, retain 19>\n')
    const { snapshotId } = await ask(transport, 'capture.open', { path: dump })
    const held = await ask(transport, 'bundle.lint', { path, against: snapshotId })
    expect(held.against).toBe('dump.txt')
    expect(held.findings.map(({ rule }) => rule)).toContain('guest-incomplete')
    const gone = ask(transport, 'bundle.lint', { path, against: 'gone' })
    expect(await failureOf(gone)).toMatchObject({ kind: 'unknown-snapshot' })
  })
})

test('no request is left out here', () => {
  const files = readdirSync(import.meta.dirname).filter(name => name.endsWith('.test.ts'))
  const source = files.map(name => readFileSync(join(import.meta.dirname, name), 'utf8')).join('')
  expect(requestNames.filter(name => !source.includes(`'${name}'`))).toEqual([])
})

const bundleIdentifier = 'io.darwinos.contrib.MyKext'
const loop = {
  kind: 'loop',
  endsWith: 'loaded',
  expectationsPath: null,
  timeoutMs: null,
} as const
const unload = { kind: 'unload', bundleIdentifier, dependents: 'refuse', timeoutMs: null } as const
const exported = { actionIds: ['a'], format: 'sh', path: '/tmp/a.sh', overwrite: false }

function target() {
  return {
    id: null,
    label: 'The guest',
    host: '127.0.0.1',
    port: guest?.port ?? 22,
    user: 'author',
    method: 'password' as const,
    keyPath: null,
    isReadOnly: false,
    isVirtualMachine: true,
  }
}

async function connect(transport: Transport): Promise<void> {
  const { id: targetId } = await ask(transport, 'targets.save', target())
  const { password: secret, hostKeyFingerprint: trustFingerprint } = guest
  await ask(transport, 'guest.connect', { targetId, secret, trustFingerprint })
}

let lastRequest = 0
const replyTo = (transport: Transport, name: string, params: unknown): Promise<Reply<unknown>> =>
  transport.request(name, params, `t${++lastRequest}`)
