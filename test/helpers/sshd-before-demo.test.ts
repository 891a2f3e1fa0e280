import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startDemoGuest, type DemoGuest } from '../../main/demo/demo-guest.ts'
import { createDemoMachine } from '../../main/demo/machine/demo-machine.ts'
import { textOf } from '../../main/guest/command.ts'
import type { GuestSession } from '../../main/guest/session.ts'
import {
  reasonWithoutOpenSsh,
  startSshdBeforeDemo,
  type SshdBeforeDemo,
} from './sshd-before-demo.ts'

if (reasonWithoutOpenSsh) console.warn(reasonWithoutOpenSsh)

describe.skipIf(reasonWithoutOpenSsh)('OpenSSH’s sshd before the demo guest', () => {
  let guest: DemoGuest
  let sshd: SshdBeforeDemo
  let session: GuestSession

  beforeAll(async () => {
    guest = await startDemoGuest({ createMachine: files => createDemoMachine(files) })
    sshd = await startSshdBeforeDemo(guest)
    session = await sshd.connect()
  })
  afterAll(async () => {
    session?.close()
    await sshd?.close()
    await guest?.stop()
  })

  test('the transport is OpenSSH’s and the programs are the demo guest’s', async () => {
    expect(session.info.serverSoftware).toMatch(/^OpenSSH_(?!.*demo)/)
    const name = await session.run({ name: 'uname', argv: ['/usr/bin/uname', '-sr'] })
    expect(textOf(name)).toBe('Darwin 17.7.0\n')
  })

  test('exit codes and both outputs come through', async () => {
    const argv = ['/bin/sh', '-c', 'echo out; echo "it\'s wrong" >&2; exit 71']
    const result = await session.run({ name: 'sh', argv, okExitCodes: 'any' })
    expect([textOf(result), result.stderr, result.exitCode]).toEqual(['out\n', "it's wrong\n", 71])
  })

  test('a megabyte of every byte value goes in and comes out unchanged', async () => {
    const bytes = Uint8Array.from({ length: 1 << 20 }, (_, i) => (i * 31 + (i >> 8)) & 0xff)
    const result = await session.run({ name: 'cat', argv: ['/bin/cat'], stdin: bytes })
    expect(Buffer.from(result.stdout!).equals(bytes)).toBe(true)
  })

  test('sudo gets its password, and what follows it is the command’s', async () => {
    const stdin = new TextEncoder().encode('for root\n')
    const argv = ['/bin/sh', '-c', 'id -u; cat']
    const result = await session.run({ name: 'sudo', argv, asRoot: true, stdin })
    expect(textOf(result)).toBe('0\nfor root\n')
  })

  test('SFTP writes into the demo guest’s files', async () => {
    const lease = await session.sftp()
    await new Promise<void>((resolve, reject) => {
      lease.channel.writeFile('/tmp/by-sftp', 'text', error => (error ? reject(error) : resolve()))
    })
    lease.release()
    expect(Buffer.from(guest.files.read('/tmp/by-sftp', { uid: 0, gid: 0 })).toString()).toBe(
      'text',
    )
  })
})
