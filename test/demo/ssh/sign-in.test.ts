import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDemoGuest, type DemoGuest } from '../../../main/demo/demo-guest.ts'
import { run, signIn } from './guest-client.ts'

let guest: DemoGuest
const problems: unknown[] = []

beforeAll(async () => {
  guest = await startDemoGuest({ onProblem: problem => problems.push(problem) })
})
afterAll(async () => {
  await guest.stop()
  expect(problems).toEqual([])
})

test('the right password signs in, and the session is that person', async () => {
  const client = await signIn(guest)
  expect(await run(client, 'id -un; pwd; hostname')).toMatchObject({
    code: 0,
    stdout: 'author\n/Users/author\ndarwinos\n',
  })
  client.end()
})

test.each([
  ['author', 'wrong'],
  ['author', ''],
  ['root', 'kernel'],
  ['root', ''],
  ['nobody-here', 'kernel'],
  ['daemon', 'kernel'],
])('%s with the password “%s” is refused', async (username, password) => {
  await expect(signIn(guest, { username, password })).rejects.toMatchObject({
    level: 'client-authentication',
  })
})

test('keyboard-interactive asks one hidden question and takes the password', async () => {
  const asked: { readonly prompt: string; readonly echo?: boolean }[] = []
  const client = new ssh2.Client()
  client.on('keyboard-interactive', (_name, _text, _language, prompts, finish) => {
    asked.push(...prompts)
    finish([guest.password])
  })
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve).once('error', reject)
    client.connect({
      sock: connect({ host: guest.host, port: guest.port, noDelay: true }),
      username: guest.user,
      tryKeyboard: true,
    })
  })
  expect(asked).toEqual([{ prompt: 'Password:', echo: false }])
  client.end()
})

test.each(['ed25519', 'rsa', 'ecdsa'] as const)(
  'an authorized %s key signs in, and no other key does',
  async type => {
    const bits = { ed25519: undefined, rsa: 2048, ecdsa: 256 }[type]
    const make = () =>
      ssh2.utils.generateKeyPairSync(type as 'rsa', bits === undefined ? ({} as never) : { bits })
    const [mine, other] = [make(), make()]
    const lines = `# a comment\nnot a key\nno-pty ${mine.public} me@desk\n`
    const path = '/Users/author/.ssh/authorized_keys'
    guest.files.write(path, Buffer.from(lines), { uid: 501, gid: 20 }, 0o600)
    const withKey = { password: undefined } as never as object
    const client = await signIn(guest, { ...withKey, privateKey: mine.private })
    expect((await run(client, 'whoami')).stdout).toBe('author\n')
    client.end()
    await expect(signIn(guest, { ...withKey, privateKey: other.private })).rejects.toMatchObject({
      level: 'client-authentication',
    })
    // The key is one of author's, not of root's.
    await expect(
      signIn(guest, { ...withKey, privateKey: mine.private, username: 'root' }),
    ).rejects.toMatchObject({ level: 'client-authentication' })
  },
)

test('an authorized key without its private half does not sign in', async () => {
  const mine = ssh2.utils.generateKeyPairSync('ed25519')
  const other = ssh2.utils.generateKeyPairSync('ed25519')
  guest.files.write('/Users/author/.ssh/authorized_keys', Buffer.from(`${mine.public}\n`), {
    uid: 501,
    gid: 20,
  })
  // A key that claims to be the authorized one and signs with another.
  const real = ssh2.utils.parseKey(mine.public)
  const forger = ssh2.utils.parseKey(other.private)
  if (real instanceof Error || forger instanceof Error) throw new Error('keys')
  class Forger extends ssh2.BaseAgent {
    override getIdentities(callback: (error?: Error | null, keys?: ssh2.ParsedKey[]) => void) {
      callback(undefined, [real as ssh2.ParsedKey])
    }
    override sign(_key: unknown, data: Buffer, ...rest: unknown[]): void {
      const callback = rest.at(-1) as (error: undefined, signature: Buffer) => void
      callback(undefined, (forger as ssh2.ParsedKey).sign(data))
    }
  }
  const agent = new Forger()
  await expect(signIn(guest, { password: undefined, agent } as never)).rejects.toThrow()
})

test('whoever keeps guessing is disconnected', async () => {
  const client = new ssh2.Client()
  let attemptCount = 0
  const ended = new Promise<void>(resolve => client.once('close', () => resolve()))
  client.on('error', () => {})
  client.connect({
    sock: connect({ host: guest.host, port: guest.port }),
    username: guest.user,
    authHandler: (_left, _partial, next) => {
      attemptCount++
      next({ type: 'password', username: guest.user, password: `guess ${attemptCount}` } as never)
    },
  })
  await ended
  expect(attemptCount).toBeLessThanOrEqual(8)
  expect(attemptCount).toBeGreaterThanOrEqual(6)
})

test('a guest with a key file is the same host again, and keeps the file to itself', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'demo-guest-'))
  const hostKeyPath = join(folder, 'keys', 'host-key')
  try {
    const first = await startDemoGuest({ hostKeyPath })
    await first.stop()
    const second = await startDemoGuest({ hostKeyPath })
    await second.stop()
    expect(second.hostKeyFingerprint).toBe(first.hostKeyFingerprint)
    expect(second.hostKeyFingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/)
    expect(statSync(hostKeyPath).mode & 0o777).toBe(0o600)
    expect(readFileSync(hostKeyPath, 'utf8')).toContain('PRIVATE KEY')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('something that is not SSH does not disturb the guest', async () => {
  const socket = connect({ host: guest.host, port: guest.port })
  socket.on('error', () => {})
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  socket.write(Buffer.alloc(100_000, 0xff))
  await new Promise(resolve => socket.once('close', resolve).resume())
  const client = await signIn(guest)
  expect((await run(client, 'echo fine')).stdout).toBe('fine\n')
  client.end()
})
