import { expect, onTestFinished, test, vi } from 'vitest'
import type { Failure } from '../../../core/failure.ts'
import { decodeSnapshot } from '../../../core/registry/snapshot-codec.ts'
import { createApp } from '../../../renderer/state/create-app.ts'
import { createDemoTransport } from '../../helpers/demo-transport.ts'
import { loopHandlers } from '../../helpers/loop-handlers.ts'
import {
  failedBuild,
  projectRoot,
  withProjects,
  type ProjectOptions,
} from '../../helpers/project-transport.ts'

// The state of the project over a transport that answers as a host does, checks and codec included.

async function start(options: ProjectOptions = {}) {
  const demo = createDemoTransport({ stepMs: 1, isConnectedAtStart: true })
  const loop = loopHandlers(demo.emit)
  const transport = withProjects(demo, { loop, ...options })
  const { store, actions, stop } = createApp(transport, decodeSnapshot)
  onTestFinished(stop)
  await actions.start()
  await actions.connect('demo')
  const project = () => store.getState().project
  return { actions, store, transport, loop, project, watch: () => project().watch }
}

/** Auto on the demo guest, in a project that was just opened. */
async function startAuto() {
  const app = await start({ isOpenAtStart: true })
  app.actions.watchAndRun({ id: 'demo', label: 'Demo guest' })
  return app
}

const path = (name: string) => `${projectRoot}/build/x86_64-debug/kexts/${name}.kext`
const offers = (app: Awaited<ReturnType<typeof start>>) =>
  app.watch().offers.map(({ build, why }) => `${build.name} ${build.version}: ${why}`)

test('a page that is loaded anew finds the project and the last build', async () => {
  const { project } = await start({ isOpenAtStart: true, isBuiltAtStart: true })
  expect(project().open?.root).toBe(projectRoot)
  expect(project().build?.status).toBe('failed')
  // The build is not news any more: its pane stays closed until somebody asks for it.
  expect(project().isBuildShown).toBe(false)
})

test('a folder that is no project is refused where it was asked for, and forgotten again', async () => {
  const { actions, project } = await start()
  expect(await actions.openProject('/home/dev/empty')).toBe(false)
  expect(project().opening).toMatchObject({ phase: 'failed', failure: { kind: 'not-a-project' } })
  actions.forgetOpening()
  expect(project().opening).toEqual({ phase: 'idle' })
  expect(await actions.openProject(projectRoot)).toBe(true)
  await actions.closeProject()
  expect(project().open).toBeNull()
})

test('a build shows its pane from the first word on, and its end is not undone by a late event', async () => {
  const { actions, transport, project } = await start({ isOpenAtStart: true })
  await actions.buildProject()
  expect(project()).toMatchObject({ isBuildAsked: false, isBuildShown: true })
  expect(project().build).toMatchObject({ status: 'failed', exitCode: 2 })
  const late = { ...failedBuild(), status: 'running' as const }
  transport.emit({ name: 'build.changed', payload: { ...late, id: project().build!.id } })
  expect(project().build?.status).toBe('failed')
})

test('closing a project forgets its build; that of another one is not shown', async () => {
  const { actions, transport, project } = await start({ isOpenAtStart: true })
  await actions.buildProject()
  const other = { ...project().open!, root: '/home/dev/other' }
  transport.emit({ name: 'project.changed', payload: other })
  expect(project()).toMatchObject({ build: null, isBuildShown: false, selectedDriver: null })
})

test('a new build is offered, and nothing of it is run', async () => {
  const app = await start({ isOpenAtStart: true })
  app.transport.build('MyKext', '1.0.1', 'B')
  expect(offers(app)).toEqual(['MyKext 1.0.1: null'])
  expect(app.transport.asked.some(({ name }) => name === 'action.plan')).toBe(false)
})

test('an offer is over once its build is loaded by hand', async () => {
  const app = await start({ isOpenAtStart: true })
  app.transport.build('MyKext', '1.0.1', 'B')
  app.transport.build('NullBlock', '1.0', 'N')
  const plan = await app.actions.plan({ kind: 'push', bundlePath: path('MyKext') })
  const consent = { accepted: [], sudoPassword: null }
  const byHand = app.actions.run(plan.planId, consent, new AbortController().signal)
  await vi.waitFor(() => expect(offers(app)).toEqual(['NullBlock 1.0: null']))
  app.loop.end()
  await byHand
})

test('a build that ends is news until it was looked at, and one that was there is none', async () => {
  const { actions, project } = await start({ isOpenAtStart: true, isBuiltAtStart: true })
  expect(project().isBuildNews).toBe(false)
  await actions.buildProject()
  expect(project().isBuildNews).toBe(true)
  actions.readBuild()
  expect(project().isBuildNews).toBe(false)
})

test('with auto a new build is pushed and loaded with the consent of the switch', async () => {
  const { transport, loop, watch } = await startAuto()
  transport.build('MyKext', '1.0.1', 'B')
  await vi.waitFor(() => expect(loop.ran).toEqual([path('MyKext')]))
  expect(transport.asked.find(({ name }) => name === 'action.plan')?.params).toEqual({
    kind: 'loop',
    bundlePath: path('MyKext'),
    endsWith: 'loaded',
    expectationsPath: `${projectRoot}/drivers/contrib/my-kext/kextant.yaml`,
    timeoutMs: null,
  })
  loop.end()
  await vi.waitFor(() => expect(watch().lastRun?.build.version).toBe('1.0.1'))
  expect(watch()).toMatchObject({ current: null, queue: [], offers: [] })
})

test('what is built while one runs waits for its end, the newest of each driver, and never two run', async () => {
  const { transport, loop, watch } = await startAuto()
  transport.build('MyKext', '1.0.1', 'B')
  await vi.waitFor(() => expect(loop.running).toBe(1))
  transport.build('MyKext', '1.0.2', 'C')
  transport.build('NullBlock', '1.0', 'N')
  transport.build('MyKext', '1.0.3', 'D')
  expect(watch().queue.map(({ version }) => version)).toEqual(['1.0', '1.0.3'])
  for (const done of [2, 3]) {
    loop.end()
    await vi.waitFor(() => expect(loop.ran).toHaveLength(done))
  }
  loop.end()
  await vi.waitFor(() => expect(watch().lastRun?.build.version).toBe('1.0.3'))
  expect(loop.ran).toEqual([path('MyKext'), path('NullBlock'), path('MyKext')])
  expect(loop.mostRunning).toBe(1)
})

test('a build that is overtaken while it is planned is not run', async () => {
  const { transport, loop, watch } = await startAuto()
  transport.build('MyKext', '1.0.1', 'B')
  transport.build('MyKext', '1.0.2', 'C')
  await vi.waitFor(() => expect(loop.running).toBe(1))
  loop.end()
  await vi.waitFor(() => expect(watch().lastRun?.build.version).toBe('1.0.2'))
  expect(loop.ran).toEqual([path('MyKext')])
  expect(watch().offers).toEqual([])
})

test('an action that was started by hand is waited for', async () => {
  const { actions, transport, loop, store } = await startAuto()
  const plan = await actions.plan({ kind: 'push', bundlePath: '/by/hand.kext' })
  const consent = { accepted: [], sudoPassword: null }
  const byHand = actions.run(plan.planId, consent, new AbortController().signal)
  await vi.waitFor(() => expect(store.getState().history[0]?.status).toBe('running'))
  transport.build('MyKext', '1.0.1', 'B')
  await new Promise(done => setTimeout(done, 30))
  expect(loop.ran).toEqual(['push'])
  loop.end()
  await byHand
  await vi.waitFor(() => expect(loop.ran).toEqual(['push', path('MyKext')]))
  loop.end()
})

test.each([
  [
    'a plan with stops',
    {
      stops: [{ id: 'lint-errors', title: 'Lint has found 2 errors', reason: 'It will not load.' }],
    },
    'MyKext 1.0.1: Kextant asks first: Lint has found 2 errors.',
  ],
  [
    'a missing password',
    { needsSudoPassword: true },
    'MyKext 1.0.1: sudo in the guest wants a password.',
  ],
  [
    'a plan that cannot be made',
    { planFailure: { kind: 'not-a-bundle', path: '/x', detail: 'it has no Info.plist' } },
    /^MyKext 1\.0\.1: .*it has no Info\.plist/,
  ],
  [
    'a host that is busy with something else',
    { runFailure: { kind: 'busy', detail: 'Another page loads a kext.' } },
    /^MyKext 1\.0\.1: .*Another page loads a kext/,
  ],
] as const)('%s makes an offer of it, with the reason', async (_, settings, told) => {
  const app = await startAuto()
  Object.assign(app.loop, settings)
  app.transport.build('MyKext', '1.0.1', 'B')
  await vi.waitFor(() => expect(offers(app)).toEqual([expect.stringMatching(told)]))
  expect(app.loop.ran).toEqual([])
  expect(app.watch()).toMatchObject({ mode: 'auto', current: null, queue: [] })
})

test('auto ends with the connection and says so, and what comes then is offered', async () => {
  const app = await startAuto()
  const { connection } = app.store.getState()
  if (connection.phase !== 'connected') throw new Error('the demo guest is not connected')
  const failure: Failure = { kind: 'connection-lost', address: 'demo:22', detail: 'reset' }
  app.transport.emit({
    name: 'connection.changed',
    payload: { phase: 'lost', guest: connection.guest, failure, attempt: 1, retriesInMs: 1000 },
  })
  expect(app.watch()).toMatchObject({ mode: 'offer', target: null })
  expect(app.watch().ended).toBe(
    'Auto is off: the connection to Demo guest is lost. New builds are offered instead.',
  )
  // That it comes back by itself is no new consent.
  app.transport.emit({ name: 'connection.changed', payload: connection })
  app.transport.build('MyKext', '1.0.1', 'B')
  expect(offers(app)).toEqual(['MyKext 1.0.1: null'])
  expect(app.loop.ran).toEqual([])
})

test('auto that is switched off while a plan is made runs nothing', async () => {
  const app = await startAuto()
  app.transport.build('MyKext', '1.0.1', 'B')
  app.actions.watchProject('offer')
  await vi.waitFor(() => expect(offers(app)).toEqual(['MyKext 1.0.1: Auto was switched off.']))
  expect(app.loop.ran).toEqual([])
})

test('what is there now is read, and saved only over a file that may go', async () => {
  const { actions } = await start()
  const request = { bundleIdentifier: 'a.b', bundlePath: null, actionId: null }
  const { signal } = new AbortController()
  const { text, suggestedPath } = await actions.readExpectations(request, signal)
  expect(text).toContain('org_darwinos_MyKext')
  const file = { path: suggestedPath!, text, overwrite: false }
  await expect(actions.saveExpectations(file, signal)).rejects.toMatchObject({
    failure: { kind: 'file-exists' },
  })
  expect((await actions.saveExpectations({ ...file, overwrite: true }, signal)).path).toBe(
    suggestedPath,
  )
})
