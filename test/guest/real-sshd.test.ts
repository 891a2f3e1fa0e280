import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { textOf } from '../../main/guest/command.ts'
import { connectGuest } from '../../main/guest/connect.ts'
import type { GuestAuth } from '../../main/guest/credentials.ts'
import type { GuestSession } from '../../main/guest/session.ts'
import { failureOf } from './failure-of.ts'
import { trusting } from './in-process-server.ts'
import { reasonWithoutSshd, startAgent, startSshd } from './real-sshd.ts'
import type { RealSshd } from './real-sshd.ts'

if (reasonWithoutSshd) console.warn(reasonWithoutSshd)

describe.skipIf(reasonWithoutSshd)('against a real sshd', { timeout: 60_000 }, () => {
  let sshd: RealSshd
  const sessions: GuestSession[] = []

  beforeAll(async () => {
    sshd = await startSshd()
  })
  afterEach(() => {
    for (const session of sessions.splice(0)) session.close()
  })
  afterAll(() => sshd?.close())

  async function signIn(auth: GuestAuth): Promise<GuestSession> {
    const address = { host: '127.0.0.1', port: sshd.port, user: sshd.user }
    const session = await connectGuest(address, auth, { trust: trusting(sshd.fingerprint) })
    sessions.push(session)
    return session
  }
  const byKey = () => signIn({ method: 'key', path: sshd.keys.plain })
  const sh = (script: string) => ({ name: 'sh', argv: ['/bin/sh', '-c', script] })

  /** Runs until nobody listens any more: nothing is left of it when a test ends. */
  const talking = sh('while echo; do sleep 0.02; done')

  test('a key signs in and a command gives its output', async () => {
    const session = await byKey()
    const result = await session.run({ name: 'echo', argv: ['echo', "it's", '$HOME'] })
    expect(textOf(result)).toBe("it's $HOME\n")
    expect(result).toMatchObject({ exitCode: 0, signal: null, stderr: '', bytes: 11 })
    expect(result.command).toBe(`echo 'it'\\''s' '$HOME'`)
    expect(session.info.serverSoftware).toMatch(/^OpenSSH/)
  })

  test('an encrypted key signs in with its passphrase, and says when that is missing or wrong', async () => {
    const path = sshd.keys.encrypted
    await signIn({ method: 'key', path, passphrase: sshd.passphrase })
    expect(await failureOf(signIn({ method: 'key', path }))).toEqual({
      kind: 'passphrase-needed',
      path,
    })
    expect(await failureOf(signIn({ method: 'key', path, passphrase: 'open barley' }))).toEqual({
      kind: 'wrong-passphrase',
      path,
    })
  })

  test('keys that cannot be used are told apart from keys that are refused', async () => {
    const keyAt = (path: string) => failureOf(signIn({ method: 'key', path }))
    expect(await keyAt(sshd.keys.stranger)).toMatchObject({ kind: 'key-refused' })
    expect(await keyAt('/nonexistent')).toMatchObject({ detail: 'there is no such file' })
    expect(await keyAt(join(sshd.folder, 'authorized_keys'))).toMatchObject({
      kind: 'key-unreadable',
      detail: 'it is a public key; the private one is needed',
    })
    expect(await keyAt(join(sshd.folder, 'sshd_config'))).toMatchObject({ kind: 'key-unreadable' })
  })

  test('an agent signs in with a key it holds; an empty one says so', async () => {
    const agent = await startAgent(sshd.folder)
    try {
      const auth: GuestAuth = { method: 'agent', socketPath: agent.socketPath }
      expect(await failureOf(signIn(auth))).toMatchObject({ kind: 'agent-unavailable' })
      agent.add(sshd.keys.stranger)
      expect(await failureOf(signIn(auth))).toMatchObject({ kind: 'key-refused' })
      agent.add(sshd.keys.plain)
      const session = await signIn(auth)
      expect(textOf(await session.run({ name: 'echo', argv: ['echo', 'hi'] }))).toBe('hi\n')
    } finally {
      await agent.close()
    }
  })

  test('a password is not offered to a server that takes none', async () => {
    const failure = await failureOf(signIn({ method: 'password', password: 'secret' }))
    expect(failure).toMatchObject({ kind: 'auth-method-refused', offered: 'publickey' })
  })

  test('thirty commands at once all give their own answer', async () => {
    const session = await byKey()
    const numbers = Array.from({ length: 30 }, (_, index) => index)
    const answers = await Promise.all(
      numbers.map(async n => {
        const result = await session.run({ ...sh(`echo ${n}; exit ${n}`), okExitCodes: 'any' })
        return [textOf(result), result.exitCode]
      }),
    )
    expect(answers).toEqual(numbers.map(n => [`${n}\n`, n]))
  })

  test('forty megabytes stream through a slow consumer, one piece at a time', async () => {
    const session = await byKey()
    let bytes = 0
    let isBusy = false
    const result = await session.run({
      ...sh('head -c 40000000 /dev/zero; echo done >&2; exit 3'),
      okExitCodes: [3],
      onStdout: async chunk => {
        expect(isBusy).toBe(false)
        isBusy = true
        if (bytes % 7 === 0) await sleep(1)
        bytes += chunk.length
        isBusy = false
      },
    })
    expect(bytes).toBe(40_000_000)
    expect(result).toMatchObject({ exitCode: 3, bytes, stderr: 'done\n' })
    expect(result.stdout).toBeUndefined()
  })

  test('standard input reaches the program, and ends', async () => {
    const session = await byKey()
    const stdin = Buffer.from('three\nshort\nlines\n'.repeat(100_000))
    expect(textOf(await session.run({ name: 'wc', argv: ['wc', '-c'], stdin })).trim()).toBe(
      String(stdin.length),
    )
    expect(textOf(await session.run({ name: 'cat', argv: ['cat'] }))).toBe('')
  })

  // sshd refuses signals for root and before OpenSSH 7.9; what ends a program then is that nobody reads it.
  test('a cancelled command loses its output, and the session lives on', async () => {
    const session = await byKey()
    const started = join(sshd.folder, 'started')
    const ended = join(sshd.folder, 'ended')
    const stop = new AbortController()
    const run = session.run({
      ...sh(
        `trap '' PIPE; : > ${started}; while echo 2>&-; do sleep 0.05; done; echo gone > ${ended}`,
      ),
      signal: stop.signal,
    })
    const failure = failureOf(run)
    await until(() => existsSync(started))
    stop.abort()
    expect(await failure).toEqual({ kind: 'cancelled' })
    await until(() => existsSync(ended))
    expect((await session.run({ name: 'true', argv: ['true'] })).exitCode).toBe(0)
  })

  test('a command that takes too long is stopped and named', async () => {
    const session = await byKey()
    const run = session.run({ ...talking, timeoutMs: 200 })
    expect(await failureOf(run)).toMatchObject({ kind: 'command-timed-out', timeoutMs: 200 })
  })

  test('twelve commands stopped in a row leave no channel taken', async () => {
    const session = await byKey()
    for (let round = 0; round < 12; round++) {
      expect(await failureOf(session.run({ ...talking, timeoutMs: 30 }))).toMatchObject({
        kind: 'command-timed-out',
      })
    }
    expect((await session.run({ name: 'true', argv: ['true'] })).exitCode).toBe(0)
  })

  test('a program that is not there is missing, one that fails has failed', async () => {
    const session = await byKey()
    const missing = (...argv: string[]) => failureOf(session.run({ name: 'x', argv }))
    expect(await missing('/usr/sbin/ioreg', '-l')).toMatchObject({
      kind: 'command-missing',
      command: 'ioreg',
    })
    expect(await missing('no-such-program')).toMatchObject({ kind: 'command-missing' })
    expect(await missing(join(sshd.folder, 'sshd_config'))).toMatchObject({
      kind: 'command-missing',
      command: 'sshd_config',
    })
    expect(await failureOf(session.run(sh('echo no luck >&2; exit 7')))).toEqual({
      kind: 'command-failed',
      command: `/bin/sh -c 'echo no luck >&2; exit 7'`,
      exitCode: 7,
      stderr: 'no luck\n',
    })
    expect(await failureOf(session.run(sh('kill -9 $$')))).toMatchObject({
      kind: 'command-failed',
      exitCode: null,
      stderr: 'ended by SIGKILL',
    })
  })

  test('endless standard error is kept to its first 64 kB', async () => {
    const session = await byKey()
    const result = await session.run(sh('head -c 1000000 /dev/zero | tr "\\0" e >&2'))
    expect(result.stderr).toMatch(/^e{65536}\n… \(934464 bytes more\)$/)
  })

  test('a consumer that throws ends the command with its error', async () => {
    const session = await byKey()
    const run = session.run({
      ...sh('yes'),
      onStdout: () => {
        throw new RangeError('enough')
      },
    })
    await expect(run).rejects.toThrow(RangeError)
    expect((await session.run({ name: 'true', argv: ['true'] })).exitCode).toBe(0)
  })

  test('a connection that breaks fails every command under way, and is told once', async () => {
    const session = await byKey()
    const told: string[] = []
    session.onClose(failure => told.push(failure.kind))
    const served = await session.run(sh('echo $PPID'))
    const eight = Array.from({ length: 8 }, () => failureOf(session.run(talking)))
    await sleep(300)
    // The parent of a command is the sshd process that serves this connection.
    process.kill(Number(textOf(served)), 'SIGKILL')
    const kinds = (await Promise.all(eight)).map(failure => failure.kind)
    expect(kinds).toEqual(Array(8).fill('connection-lost'))
    expect(await failureOf(session.run(sh('true')))).toMatchObject({ kind: 'connection-lost' })
    expect(told).toEqual(['connection-lost'])
    expect(session.isOpen).toBe(false)
  })

  test('a jump host carries a session to what only it can reach', async () => {
    const jump = await byKey()
    const address = { host: '127.0.0.1', port: sshd.port, user: sshd.user }
    const auth: GuestAuth = { method: 'key', path: sshd.keys.plain }
    const trust = trusting(sshd.fingerprint)
    const session = await connectGuest(address, auth, { trust, via: jump })
    sessions.push(session)
    const result = await session.run({
      ...sh('head -c 3000000 /dev/zero; echo $SSH_CONNECTION >&2'),
    })
    expect(result.bytes).toBe(3_000_000)
    const closed = new Promise<string>(resolve => session.onClose(failure => resolve(failure.kind)))
    jump.close()
    expect(await closed).toBe('connection-lost')
  })

  test('root runs as root without sudo', async () => {
    const session = await byKey()
    if (sshd.user !== 'root') return
    const result = await session.run({ name: 'id', argv: ['id', '-u'], asRoot: true })
    expect(result.command).toBe('id -u')
  })
})

async function until(condition: () => boolean): Promise<void> {
  for (let wait = 0; wait < 200; wait++) {
    if (condition()) return
    await sleep(20)
  }
  throw new Error('it did not happen within four seconds')
}
