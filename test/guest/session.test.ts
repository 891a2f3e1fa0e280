import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerChannel } from 'ssh2'
import { afterEach, expect, test } from 'vitest'
import { textOf } from '../../main/guest/command.ts'
import { connectGuest } from '../../main/guest/connect.ts'
import type { GuestSession } from '../../main/guest/session.ts'
import { failureOf } from './failure-of.ts'
import { answer, startServer, trusting } from './in-process-server.ts'
import type { Exec, ServerOptions, TestServer } from './in-process-server.ts'

const endings: (() => unknown)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

async function connected(
  options: ServerOptions & { password?: string; log?: (line: string) => void } = {},
): Promise<{ session: GuestSession; server: TestServer }> {
  const password = options.password ?? 'right'
  const server = await startServer({
    accepts: attempt => attempt.method === 'password' && attempt.password === password,
    ...options,
  })
  endings.push(server.close)
  const session = await connectGuest(
    { host: '127.0.0.1', port: server.port, user: 'dev' },
    { method: 'password', password },
    { trust: trusting(server.fingerprint), log: options.log },
  )
  endings.push(() => session.close())
  return { session, server }
}

test('no more than six commands run at once, and the others follow in order', async () => {
  const order: string[] = []
  const { session, server } = await connected({
    onExec: ({ line, channel }) => {
      order.push(line)
      setTimeout(() => answer(channel, line, 0), 30)
    },
  })
  const lines = Array.from({ length: 20 }, (_, n) => `task ${n}`)
  const answers = await Promise.all(
    lines.map(async line => textOf(await session.run({ name: 't', argv: line.split(' ') }))),
  )
  expect(answers).toEqual(lines)
  expect(order).toEqual(lines)
  expect(server.mostChannels()).toBe(6)
})

test('a channel that is refused once is asked for again', async () => {
  const { session } = await connected({ refusedChannels: 1 })
  expect((await session.run({ name: 'true', argv: ['true'] })).exitCode).toBe(0)
})

test('a channel that is refused twice is a failure that says so', async () => {
  const { session } = await connected({ refusedChannels: 2 })
  expect(await failureOf(session.run({ name: 'true', argv: ['true'] }))).toMatchObject({
    kind: 'command-failed',
    exitCode: null,
    stderr: "the guest's sshd refuses to run it (too many channels are open)",
  })
})

test('a guest whose output nobody takes stops sending', async () => {
  const piece = Buffer.alloc(64 * 1024)
  let sent = 0
  const { session } = await connected({
    onExec: ({ channel }) => {
      const send = () => {
        while (sent < 100 * 1024 * 1024) {
          sent += piece.length
          if (!channel.write(piece)) {
            channel.once('drain', send)
            return
          }
        }
        channel.exit(0)
        channel.end()
      }
      send()
    },
  })
  let release = () => {}
  const held = new Promise<void>(resolve => {
    release = resolve
  })
  const run = session.run({ name: 'flood', argv: ['flood'], onStdout: () => held })
  await sleep(300)
  expect(sent).toBeLessThan(10 * 1024 * 1024)
  release()
  expect((await run).bytes).toBe(100 * 1024 * 1024)
})

test('an aborted command has its channel closed', async () => {
  const { session, server } = await connected({ onExec: () => {} })
  const stop = new AbortController()
  const failure = failureOf(session.run({ name: 's', argv: ['sleep', '9'], signal: stop.signal }))
  await until(() => server.openChannels() === 1)
  stop.abort()
  expect(await failure).toEqual({ kind: 'cancelled' })
  await until(() => server.openChannels() === 0)
})

test('a command that was cancelled before never reaches the guest', async () => {
  const lines: string[] = []
  const { session } = await connected({ onExec: ({ line }) => lines.push(line) })
  const run = session.run({ name: 'x', argv: ['x'], signal: AbortSignal.abort() })
  expect(await failureOf(run)).toEqual({ kind: 'cancelled' })
  expect(lines).toEqual([])
})

test('commands that wait for a channel can be cancelled too, and leave the queue whole', async () => {
  const waiting: ServerChannel[] = []
  const { session } = await connected({ onExec: ({ channel }) => waiting.push(channel) })
  const running = Array.from({ length: 6 }, () => session.run({ name: 'a', argv: ['a'] }))
  const stop = new AbortController()
  const queued = failureOf(session.run({ name: 'b', argv: ['b'], signal: stop.signal }))
  const last = session.run({ name: 'c', argv: ['c'] })
  await until(() => waiting.length === 6)
  stop.abort()
  expect(await queued).toEqual({ kind: 'cancelled' })
  for (const channel of waiting.splice(0)) answer(channel, '', 0)
  await Promise.all(running)
  await until(() => waiting.length === 1)
  answer(waiting[0]!, 'last', 0)
  expect(textOf(await last)).toBe('last')
})

test('a cut connection fails what runs and what comes after, and is told once', async () => {
  const { session, server } = await connected({ onExec: () => {} })
  const told: string[] = []
  session.onClose(failure => told.push(failure.kind))
  const forgotten: string[] = []
  session.onClose(failure => forgotten.push(failure.kind))()
  const run = failureOf(session.run({ name: 's', argv: ['sleep', '9'] }))
  await until(() => server.openChannels() === 1)
  server.cut()
  expect(await run).toMatchObject({ kind: 'connection-lost' })
  expect(await failureOf(session.run({ name: 'x', argv: ['x'] }))).toMatchObject({
    kind: 'connection-lost',
  })
  expect(await failureOf(session.sftp())).toMatchObject({ kind: 'connection-lost' })
  expect(told).toEqual(['connection-lost'])
  expect(forgotten).toEqual([])
})

test('a session we closed is not connected, and what ran in it neither', async () => {
  const { session, server } = await connected({ onExec: () => {} })
  const run = failureOf(session.run({ name: 's', argv: ['sleep', '9'] }))
  await until(() => server.openChannels() === 1)
  session.close()
  expect(await run).toEqual({ kind: 'not-connected' })
  expect(await failureOf(session.run({ name: 'x', argv: ['x'] }))).toEqual({
    kind: 'not-connected',
  })
})

test('an answer in the same packet as the start of the command is not missed', async () => {
  const { session } = await connected({ onExec: ({ channel }) => answer(channel, 'quick', 5) })
  for (let round = 0; round < 50; round++) {
    const result = await session.run({ name: 'q', argv: ['q'], okExitCodes: [5] })
    expect(textOf(result)).toBe('quick')
  }
})

/** sudo as version 1.8 behaves, for an account whose password is “right”. */
function sudo(options: { passwordless?: boolean; refusal?: string } = {}) {
  const ran: string[] = []
  const stdins: string[] = []
  const onExec = ({ line, channel }: Exec) => {
    const run = (input: string, prefix: string) => {
      ran.push(line.slice(prefix.length))
      stdins.push(input)
      answer(channel, 'as root', 0)
    }
    const withPassword = "sudo -k -S -p '' -- "
    if (line === '/usr/bin/id -u') answer(channel, '501\n', 0)
    else if (line.startsWith('sudo -n -- ')) {
      if (options.passwordless) run('', 'sudo -n -- ')
      else answer(channel, '', 1, 'sudo: a password is required\n')
    } else if (line.startsWith(withPassword)) {
      let input = ''
      channel.on('data', (chunk: Buffer) => (input += chunk.toString()))
      channel.on('end', () => {
        const [password, ...rest] = input.split('\n')
        if (options.refusal) answer(channel, '', 1, options.refusal)
        else if (password === 'right') run(rest.join('\n'), withPassword)
        else {
          const words = 'Sorry, try again.\nsudo: 1 incorrect password attempt\n'
          answer(channel, '', 1, words)
        }
      })
    } else answer(channel, '', 127, 'sh: not found\n')
  }
  return { ran, stdins, onExec }
}

const kextload = { name: 'kextload', argv: ['/sbin/kextload', '/x y.kext'], asRoot: true }

test('root without a password needs none', async () => {
  const { onExec, ran, stdins } = sudo({ passwordless: true })
  const { session } = await connected({ onExec })
  expect(textOf(await session.run(kextload))).toBe('as root')
  expect([ran, stdins]).toEqual([["/sbin/kextload '/x y.kext'"], ['']])
})

test('sudo gets the password of the login on standard input and nowhere else', async () => {
  const { onExec, ran, stdins } = sudo()
  const log: string[] = []
  const { session } = await connected({ onExec, log: line => log.push(line) })
  const result = await session.run({ ...kextload, stdin: Buffer.from('for kextload') })
  expect(result.command).toBe(`sudo -k -S -p '' -- /sbin/kextload '/x y.kext'`)
  expect([ran, stdins]).toEqual([["/sbin/kextload '/x y.kext'"], ['for kextload']])
  expect(log.join('\n')).not.toContain('right')
})

test('a sudo password of its own is used, and blotted out of the log', async () => {
  const { onExec, ran } = sudo()
  const log: string[] = []
  const { session } = await connected({ onExec, password: 'other', log: line => log.push(line) })
  expect(await failureOf(session.run(kextload))).toEqual({
    kind: 'sudo-refused',
    detail: 'the password is wrong',
  })
  session.setSudoPassword('right')
  await session.run({ ...kextload, argv: ['echo', 'right'] })
  expect(ran).toEqual(['echo right'])
  expect(log.join('\n')).not.toContain('right')
})

test('an account that sudo does not know is told so', async () => {
  const refusal = 'dev is not in the sudoers file.  This incident will be reported.\n'
  const { onExec } = sudo({ refusal })
  const { session } = await connected({ onExec })
  expect(await failureOf(session.run(kextload))).toEqual({
    kind: 'sudo-refused',
    detail: 'this account is not in its sudoers file',
  })
})

async function until(condition: () => boolean): Promise<void> {
  for (let wait = 0; wait < 200; wait++) {
    if (condition()) return
    await sleep(10)
  }
  throw new Error('it did not happen within two seconds')
}
