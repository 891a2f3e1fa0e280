import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { startDemoGuest, type DemoGuest } from '../../main/demo/demo-guest.ts'
import { createDemoMachine } from '../../main/demo/machine/demo-machine.ts'
import { FailureError } from '../../core/failure.ts'
import { StoppedError } from '../../main/demo/shell/streams.ts'
import { connectGuest } from '../../main/guest/connect.ts'
import { describePush } from '../../main/guest/describe-push.ts'
import { preparePush } from '../../main/guest/prepare-push.ts'
import { pushBundle } from '../helpers/push-bundle.ts'
import { planPush } from '../../main/guest/push-plan.ts'
import type { GuestSession } from '../../main/guest/session.ts'
import { startCuttableProxy, type CuttableProxy } from '../helpers/cuttable-proxy.ts'
import type { PushProcessInput } from '../helpers/push-process.ts'
import {
  drawGuestTree,
  drawnAsPushed,
  driver,
  namesIn,
  putInGuest,
  removeFromGuest,
  writeBundle,
} from '../helpers/push-samples.ts'
import {
  reasonWithoutOpenSsh,
  startSshdBeforeDemo,
  type SshdBeforeDemo,
} from '../helpers/sshd-before-demo.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { failureOf } from './failure-of.ts'
import { trusting } from './in-process-server.ts'

// However a push ends, the place holds a whole bundle, the old or the new one, and the next push says what it found
// and mends it.

const name = 'My Driver.kext'
const folder = '/Library/Extensions'
const place = `${folder}/${name}`
const old = driver('1')
const next = driver('2')

/** The steps of a push in which only the Info.plist differs. */
const steps = [
  'mkdir',
  'cp',
  'chmod of the copy',
  'rm of what differs',
  'put',
  'compare',
  'chmod',
  'chown',
  'mv beside',
  'swap',
  'rm',
] as const
const swap = steps.indexOf('swap')

let guest: DemoGuest
let bundlePath: string

beforeAll(async () => {
  guest = await startDemoGuest({ createMachine: files => createDemoMachine(files) })
})
afterAll(() => guest.stop())
beforeEach(() => {
  bundlePath = writeBundle(temporaryFolder(), name, next)
  startAfresh()
})

/** The old bundle in its place, and nothing beside it. */
function startAfresh(): void {
  putInGuest(guest.files, place, old)
  for (const one of rests()) removeFromGuest(guest.files, one)
}

/** What pushes have left in the guest. */
function rests(): readonly string[] {
  return ['/private/tmp', folder].flatMap(at =>
    namesIn(guest.files, at)
      .filter(one => one.includes('kextant-'))
      .map(one => `${at}/${one}`),
  )
}

/** Which bundle lies in the place, whole; or what lies there instead. */
function inPlace(): string {
  const drawn = JSON.stringify(drawGuestTree(guest.files, place))
  if (drawn === JSON.stringify(drawnAsPushed(old))) return 'the old bundle'
  return drawn === JSON.stringify(drawnAsPushed(next)) ? 'the new bundle' : drawn
}

async function connect(port = guest.port): Promise<GuestSession> {
  return connectGuest(
    { host: guest.host, port, user: guest.user },
    { method: 'password', password: guest.password },
    { trust: trusting(guest.hostKeyFingerprint) },
  )
}

/** What the next push says of the one before, without the names that change. It must leave all well. */
async function pushAgain(session: GuestSession): Promise<readonly string[]> {
  const { warnings } = await pushBundle(session, await planPush(bundlePath))
  session.close()
  expect(inPlace()).toBe('the new bundle')
  expect(rests()).toEqual([])
  return withoutTags(warnings)
}

function withoutTags(sentences: readonly string[]): readonly string[] {
  return sentences.map(one =>
    one.replace(/kextant-[0-9a-z]+-[0-9a-z]+-[0-9a-z]+-[0-9a-f]+/g, 'kextant-…'),
  )
}

type Way = Pick<PushProcessInput, 'port' | 'user' | 'auth' | 'fingerprint'>

/** A push in a process of its own, up to its death. */
async function pushInProcess(dies: PushProcessInput['dies'], way?: Way): Promise<void> {
  const direct: Way = {
    port: guest.port,
    user: guest.user,
    auth: { method: 'password', password: guest.password },
    fingerprint: guest.hostKeyFingerprint,
  }
  const input: PushProcessInput = {
    ...(way ?? direct),
    host: '127.0.0.1',
    sudoPassword: guest.password,
    bundlePath,
    dies,
  }
  const script = resolve(import.meta.dirname, '../helpers/push-process.ts')
  const child = spawn(process.execPath, [script, JSON.stringify(input)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const signal = await new Promise(done => child.once('exit', (_code, by) => done(by)))
  expect(signal).toBe('SIGKILL')
  if (!way) await expect.poll(() => guest.connectionCount()).toBe(0)
}

const sent = `An earlier push of ${name} was cut off. What it had sent (/tmp/kextant-… in the guest) is removed.`
const sentNothing = sent.replace(name, 'a kext')
const newBeside = `An earlier push of ${name} was cut off before the new bundle took its place; ${place} is whole. What is left of it (${place}.kextant-….new in the guest) is removed.`
const newWithoutPlace = `An earlier push of ${name} was cut off before the bundle took its place. What is left of it (${place}.kextant-….new in the guest) is removed.`
const oldGoesBack = `An earlier push of ${name} was cut off while the new bundle took the place of the old one: ${place} is missing in the guest. The old bundle, whole in ${place}.kextant-….old, goes back.`
const oldIsLeft = `An earlier push of ${name} was cut off after the new bundle had taken its place; ${place} is whole. What is left of it (${place}.kextant-….old in the guest) is removed.`
const goneIsLeft = oldIsLeft.replace('.old in', '.gone in')

/** By the step before which a push ends: what lies in the place then, and what the next one says. */
const expected: readonly (readonly [string, readonly string[]])[] = [
  ['the old bundle', []],
  ['the old bundle', [sentNothing]],
  ['the old bundle', [sent]],
  ['the old bundle', [sent]],
  ['the old bundle', [sent]],
  ['the old bundle', [sent]],
  ['the old bundle', [sent]],
  ['the old bundle', [sent]],
  ['the old bundle', [sent]],
  ['the old bundle', [sentNothing, newBeside]],
  ['the new bundle', [sentNothing]],
]

describe('the process is killed', { timeout: 60_000 }, () => {
  test.for(steps.map((step, index) => ({ step, index })))(
    'before its step “$step”',
    async ({ index }) => {
      await pushInProcess({ before: index })
      const there = inPlace()
      expect([there, await pushAgain(await connect())]).toEqual(expected[index])
    },
  )

  test.for(steps.map((step, index) => ({ step, index })))(
    'while its step “$step” runs in the guest',
    async ({ index }) => {
      await pushInProcess({ while: index, afterMs: 4 })
      expect(inPlace()).toMatch(index < swap ? /^the old bundle$/ : /^the (old|new) bundle$/)
      await pushAgain(await connect())
    },
  )
})

describe('the connection is cut', { timeout: 60_000 }, () => {
  let proxy: CuttableProxy
  beforeAll(async () => {
    proxy = await startCuttableProxy(guest.port)
  })
  afterAll(() => proxy.close())

  async function pushCutAt(index: number, when: 'before' | 'while'): Promise<void> {
    const session = await connect(proxy.port)
    const pushing = pushBundle(session, await planPush(bundlePath), {
      onStep: async (_step, at) => {
        if (at !== index) return
        if (when === 'while') setTimeout(proxy.cut, 3)
        else {
          proxy.cut()
          await expect.poll(() => session.isOpen).toBe(false)
        }
      },
    })
    expect((await failureOf(pushing)).kind).toBe('connection-lost')
    await expect.poll(() => guest.connectionCount()).toBe(0)
  }

  test.for(steps.map((step, index) => ({ step, index })))(
    'before its step “$step”',
    async ({ index }) => {
      await pushCutAt(index, 'before')
      const there = inPlace()
      expect([there, await pushAgain(await connect())]).toEqual(expected[index])
    },
  )

  test('while it sends a large file', async () => {
    bundlePath = writeBundle(temporaryFolder(), name, {
      ...next,
      files: { ...next.files, 'Contents/MacOS/My Driver': new Uint8Array(8_000_000) },
    })
    const session = await connect(proxy.port)
    const pushing = pushBundle(session, await planPush(bundlePath), { onProgress: proxy.cut })
    expect((await failureOf(pushing)).kind).toBe('connection-lost')
    expect(inPlace()).toBe('the old bundle')
    bundlePath = writeBundle(temporaryFolder(), name, next)
    expect(await pushAgain(await connect())).toEqual([sent])
  })

  test('while the last step runs, which then may have come to its end', async () => {
    const session = await connect(proxy.port)
    const pushing = pushBundle(session, await planPush(bundlePath), {
      onStep: (_step, at) => {
        if (at === swap) setTimeout(proxy.cut, 3)
      },
    })
    await pushing.catch(() => undefined)
    await expect.poll(() => guest.connectionCount()).toBe(0)
    expect(inPlace()).toMatch(/^the (old|new) bundle$/)
    await pushAgain(await connect())
  })
})

describe('the guest itself goes down in the middle of the swap', () => {
  const renames = [
    { after: 'the old bundle has gone aside', from: place, says: [oldGoesBack, newWithoutPlace] },
    { after: 'the new bundle is in its place', to: place, says: [oldIsLeft] },
    { after: 'the old bundle has its last name', to: /\.gone$/, says: [goneIsLeft] },
  ] as const

  test.for(renames)('after $after', async rename => {
    const { files } = guest
    const original = files.rename.bind(files)
    onTestFinished(() => void (files.rename = original))
    let isDown = false
    files.rename = (from, to, who) => {
      original(from, to, who)
      const isIt =
        'from' in rename
          ? from === rename.from
          : typeof rename.to === 'string'
            ? to === rename.to
            : rename.to.test(to)
      if (!isIt || isDown) return
      isDown = true
      // The power fails: whatever the script would do next is not done.
      guest.goDown()
      throw new StoppedError('KILL')
    }
    const session = await connect()
    const pushing = pushBundle(session, await planPush(bundlePath))
    expect((await failureOf(pushing)).kind).toBe('connection-lost')
    expect(isDown).toBe(true)
    files.rename = original
    if (rename.says[0] === oldGoesBack) {
      // The one moment without a bundle in its place: the old one waits beside it, whole.
      expect(inPlace()).toBe(JSON.stringify([`ENOENT ${place}`]))
      const [aside] = rests().filter(one => one.endsWith('.old'))
      expect(drawGuestTree(files, aside!)).toEqual(drawnAsPushed(old))
    } else expect(inPlace()).toBe('the new bundle')
    // What lay in /tmp is gone after a boot.
    await guest.comeUp()
    if (rename.says[0] === oldGoesBack) {
      // It is back before anything else is tried, and not merely replaced by the end of the next push.
      const again = await connect()
      const { warnings } = describePush(await preparePush(again, await planPush(bundlePath)))
      expect(withoutTags(warnings)).toEqual(rename.says)
      const mended: string[] = []
      const stop = pushBundle(again, await planPush(bundlePath), {
        onStep: step => {
          if (step.command.includes('/bin/mkdir')) {
            mended.push(inPlace())
            throw new FailureError({ kind: 'cancelled' })
          }
        },
      })
      expect((await failureOf(stop)).kind).toBe('cancelled')
      again.close()
      expect([mended, inPlace(), rests()]).toEqual([['the old bundle'], 'the old bundle', []])
      return
    }
    expect(await pushAgain(await connect())).toEqual(rename.says)
  })
})

if (reasonWithoutOpenSsh) console.warn(reasonWithoutOpenSsh)

describe.skipIf(reasonWithoutOpenSsh)('behind OpenSSH’s sshd', { timeout: 120_000 }, () => {
  let sshd: SshdBeforeDemo
  beforeAll(async () => {
    sshd = await startSshdBeforeDemo(guest)
  })
  afterAll(() => sshd?.close())

  const throughSshd = (): Way => ({
    port: sshd.port,
    user: sshd.user,
    auth: { method: 'key', path: sshd.keys.plain },
    fingerprint: sshd.fingerprint,
  })

  /** Nobody tells when a program of the guest has ended whose client is gone. */
  const untilQuiet = async () => {
    let before = ''
    await expect
      .poll(
        () => {
          const now = JSON.stringify([rests(), inPlace()])
          const isQuiet = now === before
          before = now
          return isQuiet
        },
        { interval: 300, timeout: 20_000 },
      )
      .toBe(true)
  }

  test('the process is killed while it sends', async () => {
    await pushInProcess({ sending: true }, throughSshd())
    await untilQuiet()
    expect(inPlace()).toBe('the old bundle')
    expect(await pushAgain(await sshd.connect())).toEqual([sent])
  })

  test('the process is killed while the swap runs: the guest goes on to its end', async () => {
    await pushInProcess({ while: swap, afterMs: 200 }, throughSshd())
    await untilQuiet()
    expect(inPlace()).toMatch(/^the (old|new) bundle$/)
    await pushAgain(await sshd.connect())
  })

  test('the connection is cut just before the swap', async () => {
    const proxy = await startCuttableProxy(sshd.port)
    onTestFinished(() => proxy.close())
    const session = await sshd.connect(proxy.port)
    const pushing = pushBundle(session, await planPush(bundlePath), {
      onStep: async (_step, at) => {
        if (at !== swap) return
        proxy.cut()
        await expect.poll(() => session.isOpen).toBe(false)
      },
    })
    expect((await failureOf(pushing)).kind).toBe('connection-lost')
    expect(inPlace()).toBe('the old bundle')
    expect(await pushAgain(await sshd.connect())).toEqual([sentNothing, newBeside])
  })
})
