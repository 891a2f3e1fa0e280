import { createServer } from 'node:net'
import type { AddressInfo, Server as NetServer, Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { connectGuest } from '../../main/guest/connect.ts'
import type { ConnectOptions } from '../../main/guest/connect.ts'
import type { GuestAuth } from '../../main/guest/credentials.ts'
import type { GuestSession } from '../../main/guest/session.ts'
import { failureOf } from './failure-of.ts'
import { newHostKey, startServer, trusting } from './in-process-server.ts'
import type { ServerOptions, TestServer } from './in-process-server.ts'

const endings: (() => unknown)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

async function serverWith(options?: ServerOptions): Promise<TestServer> {
  const server = await startServer(options)
  endings.push(server.close)
  return server
}

const right: GuestAuth = { method: 'password', password: 'right' }

async function connect(
  port: number,
  options: ConnectOptions,
  auth: GuestAuth = right,
): Promise<GuestSession> {
  const session = await connectGuest({ host: '127.0.0.1', port, user: 'dev' }, auth, options)
  endings.push(() => session.close())
  return session
}

/** A port that answers in its own way. */
async function portThat(behave: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server: NetServer = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    behave(socket)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  endings.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

test('a known host and the right password make a session that knows its server', async () => {
  const server = await serverWith()
  const session = await connect(server.port, { trust: trusting(server.fingerprint) })
  expect(session.info).toMatchObject({
    address: `127.0.0.1:${server.port}`,
    user: 'dev',
    hostKey: { type: 'ssh-ed25519', fingerprint: server.fingerprint },
  })
  expect(session.info.serverSoftware).toMatch(/^ssh2js/)
  expect(server.attempts).toEqual(['none', 'password:right'])
})

test('an unknown host is reported with its key, and never sees who wants to sign in', async () => {
  const server = await serverWith()
  const failure = await failureOf(connect(server.port, { trust: trusting() }))
  expect(failure).toEqual({
    kind: 'host-key-unknown',
    address: `127.0.0.1:${server.port}`,
    keyType: 'ssh-ed25519',
    fingerprint: server.fingerprint,
  })
  expect(server.attempts).toEqual([])
})

// An asynchronous verifier would hand ssh2 a promise, which it takes for “yes”: this is what would notice.
test('a host with another key than the known one never sees the password', async () => {
  const server = await serverWith({ hostKey: newHostKey() })
  const expected = 'SHA256:KGZ9Zq6uPj3d9S2rPZ0VmVh2m5b8cT5ZrQe8X0m4b7k'
  const failure = await failureOf(connect(server.port, { trust: trusting(expected) }))
  expect(failure).toMatchObject({
    kind: 'host-key-changed',
    fingerprint: server.fingerprint,
    expected,
  })
  await new Promise(resolve => setTimeout(resolve, 200))
  expect(server.attempts).toEqual([])
})

test('a wrong password is refused after one try', async () => {
  const server = await serverWith()
  const auth: GuestAuth = { method: 'password', password: 'wrong' }
  const failure = await failureOf(
    connect(server.port, { trust: trusting(server.fingerprint) }, auth),
  )
  expect(failure).toEqual({
    kind: 'wrong-password',
    user: 'dev',
    address: `127.0.0.1:${server.port}`,
  })
  expect(server.attempts).toEqual(['none', 'password:wrong'])
})

test('a server that asks by keyboard-interactive gets the password as its answer', async () => {
  const server = await serverWith({ methods: ['keyboard-interactive'], accepts: () => false })
  await connect(server.port, { trust: trusting(server.fingerprint) })
  expect(server.attempts).toEqual(['none', 'keyboard-interactive:right'])
})

test('a question whose answer would be shown does not get the password', async () => {
  const server = await serverWith({
    methods: ['keyboard-interactive'],
    accepts: () => false,
    prompts: [{ prompt: 'Favourite colour? ', echo: true }],
  })
  const failure = await failureOf(connect(server.port, { trust: trusting(server.fingerprint) }))
  expect(failure.kind).toBe('wrong-password')
  expect(server.attempts).toEqual(['none', 'keyboard-interactive:'])
})

test('a server that takes no passwords is not sent one', async () => {
  const server = await serverWith({ methods: ['publickey', 'hostbased'], accepts: () => false })
  const failure = await failureOf(connect(server.port, { trust: trusting(server.fingerprint) }))
  expect(failure).toMatchObject({ kind: 'auth-method-refused', offered: 'publickey, hostbased' })
  expect(server.attempts).toEqual(['none'])
})

test('the log tells every step and no secret', async () => {
  const password = 'pass word 7'
  const server = await serverWith({
    accepts: attempt => attempt.method === 'password' && attempt.password === password,
    onExec: ({ channel }) => {
      channel.exit(0)
      channel.end()
    },
  })
  const lines: string[] = []
  const session = await connect(
    server.port,
    { trust: trusting(server.fingerprint), log: line => lines.push(line) },
    { method: 'password', password },
  )
  await session.run({ name: 'echo', argv: ['echo', password] })
  const log = lines.join('\n')
  expect(log).toContain(`host key ssh-ed25519 ${server.fingerprint}`)
  expect(log).toContain('offering password')
  expect(log).toContain("echo '•••'")
  expect(log).not.toContain(password)
})

test('a port where nothing listens refuses', async () => {
  const port = await portThat(() => {})
  for (const end of endings.splice(0)) await end()
  const failure = await failureOf(connect(port, { trust: trusting() }))
  expect(failure).toEqual({ kind: 'connection-refused', address: `127.0.0.1:${port}` })
})

test('a host that does not exist is named as such', async () => {
  const address = { host: 'no-such-guest.invalid', port: 22, user: 'dev' }
  const failure = await failureOf(connectGuest(address, right, { trust: trusting() }))
  expect(failure).toEqual({ kind: 'host-not-found', host: 'no-such-guest.invalid' })
})

test('a web server is recognized by what it says', async () => {
  const port = await portThat(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  const failure = await failureOf(connect(port, { trust: trusting() }))
  expect(failure).toEqual({
    kind: 'not-ssh',
    address: `127.0.0.1:${port}`,
    detail: 'it said “HTTP/1.1 400 Bad Request”',
  })
})

// QEMU's port forwarding accepts before the guest listens, and then hangs up.
test('a forwarded port whose guest is not up yet hangs up without a word', async () => {
  const port = await portThat(socket => socket.destroy())
  const failure = await failureOf(connect(port, { trust: trusting() }))
  expect(failure).toMatchObject({
    kind: 'not-ssh',
    detail: 'it closed the connection without a word',
  })
})

test('a server that breaks off in the middle of the handshake is a lost connection', async () => {
  const port = await portThat(socket => {
    socket.write('SSH-2.0-OpenSSH_7.6\r\n')
    socket.once('data', () => socket.end())
  })
  const failure = await failureOf(connect(port, { trust: trusting() }))
  expect(failure).toMatchObject({ kind: 'connection-lost' })
})

test('a port that never says a word times out', async () => {
  const port = await portThat(() => {})
  const failure = await failureOf(connect(port, { trust: trusting(), timeoutMs: 150 }))
  expect(failure).toEqual({
    kind: 'connection-timed-out',
    address: `127.0.0.1:${port}`,
    timeoutMs: 150,
  })
})

test('connecting can be cancelled', async () => {
  const port = await portThat(() => {})
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 50)
  const failure = await failureOf(connect(port, { trust: trusting(), signal: stop.signal }))
  expect(failure).toEqual({ kind: 'cancelled' })
})

test('an agent that is not there is named before the guest is reached', async () => {
  const auth: GuestAuth = { method: 'agent', socketPath: '/nonexistent/agent.sock' }
  const failure = await failureOf(connect(1, { trust: trusting() }, auth))
  expect(failure).toEqual({ kind: 'agent-unavailable', detail: 'there is no such file' })
})

test('a jump host carries the connection to a guest that only it can reach', async () => {
  const guest = await serverWith()
  const jumpHost = await serverWith()
  const jump = await connect(jumpHost.port, { trust: trusting(jumpHost.fingerprint) })
  // The in-process server forwards nothing, which is a failure of its own.
  const failure = await failureOf(
    connect(guest.port, { trust: trusting(guest.fingerprint), via: jump }),
  )
  expect(failure).toMatchObject({ kind: 'host-unreachable', address: `127.0.0.1:${guest.port}` })
})
