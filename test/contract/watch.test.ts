import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { EventEnvelope } from '../../core/contract/requests.ts'
import { ask } from '../../core/contract/transport.ts'
import { startDemoGuest, type DemoGuest } from '../../main/demo/demo-guest.ts'
import { createDemoMachine } from '../../main/demo/machine/demo-machine.ts'
import { failureOf } from '../guest/failure-of.ts'
import { startService } from '../helpers/start-service.ts'
import { ways } from './ways.ts'

let guest: DemoGuest
beforeAll(async () => {
  guest = await startDemoGuest({
    createMachine: files => createDemoMachine(files, { delayFactor: 0.1 }),
  })
})
afterAll(() => guest.stop())

describe.each(ways)('over $name', way => {
  async function start() {
    // Looking is no change: a host that was started read-only watches too.
    const { service } = startService({ mayChangeGuest: false })
    const transport = await way.open(service, false)
    const events: EventEnvelope[] = []
    onTestFinished(transport.subscribe(event => events.push(event)))
    return { transport, events }
  }

  test('a guest is watched, paused, and watched no longer', async () => {
    const { transport, events } = await start()
    const options = { intervalMs: 500, budgetPercent: 50, planes: ['IODeviceTree'] }
    expect(await ask(transport, 'watch.get', {})).toMatchObject({ phase: 'stopped', reason: null })
    expect(await failureOf(ask(transport, 'watch.start', options))).toEqual({
      kind: 'not-connected',
    })
    const { id: targetId } = await ask(transport, 'targets.save', {
      id: null,
      label: 'The guest',
      host: '127.0.0.1',
      port: guest.port,
      user: guest.user,
      method: 'password',
      keyPath: null,
      isReadOnly: true,
      isVirtualMachine: true,
    })
    const { password: secret, hostKeyFingerprint: trustFingerprint } = guest
    await ask(transport, 'guest.connect', { targetId, secret, trustFingerprint })

    const started = await ask(transport, 'watch.start', options)
    expect(started).toMatchObject({ phase: 'running', targetId, options, intervalMs: 500 })
    const told = () => events.filter(event => event.name === 'watch.changed')
    await vi.waitFor(() => expect(told().at(-1)?.payload.lookCount).toBeGreaterThan(0), {
      timeout: 10_000,
    })
    expect(await ask(transport, 'watch.pause', {})).toMatchObject({ phase: 'paused' })
    expect(await ask(transport, 'watch.resume', {})).toMatchObject({ phase: 'running' })
    expect(await ask(transport, 'watch.stop', {})).toMatchObject({
      phase: 'stopped',
      reason: 'asked',
    })
    expect((await ask(transport, 'watch.get', {})).lookCount).toBeGreaterThan(0)
  })

  test.each([
    ['an interval of no time', 'watch.start', { intervalMs: 0, budgetPercent: 5 }],
    ['more than half of the guest', 'watch.start', { intervalMs: null, budgetPercent: 90 }],
    ['a notice of any length', 'host.notify', { title: 't', body: 'b'.repeat(2000), noticeId: 1 }],
  ] as const)('%s is refused', async (_what, name, params) => {
    const { transport } = await start()
    expect(await failureOf(ask(transport, name, params))).toMatchObject({
      kind: 'bad-request',
      request: name,
    })
  })

  test('a host without a desktop shows no notice, and says so', async () => {
    const { transport } = await start()
    const notice = { title: 'Kextant', body: 'Something happened.', noticeId: 1 }
    expect(await ask(transport, 'host.notify', notice)).toEqual({ isShown: false })
  })
})
