import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DemoGuest } from '../../main/demo/demo-guest.ts'
import { connectGuest } from '../../main/guest/connect.ts'
import type { GuestSession } from '../../main/guest/session.ts'
import { trusting } from '../guest/in-process-server.ts'
import { newKeyPair } from '../guest/new-key-pair.ts'
import { reasonWithoutSshd, startSshd, type RealSshd } from '../guest/real-sshd.ts'

const client = '/usr/bin/ssh'

/** Why these tests cannot run here, or null. Printed, so that a skip is seen. */
export const reasonWithoutOpenSsh: string | null =
  reasonWithoutSshd ??
  (existsSync(client)
    ? null
    : `skipped: ${client} is not there (on Debian: apt-get install openssh-client)`)

/** The name of the subsystem by which sshd tells the script below that SFTP is asked for. */
const sftp = 'kextant-demo-sftp'

export interface SshdBeforeDemo extends RealSshd {
  /** Connects as Kextant does, with the sudo password of the demo guest. */
  readonly connect: (port?: number) => Promise<GuestSession>
}

/**
 * OpenSSH's own sshd with the programs of a demo guest behind it: every command, and SFTP, is handed on to the demo
 * guest by OpenSSH's client. So the transport (channels, windows, exit codes, the two outputs) is that of a real
 * guest, and what runs is the demo's. A connection that is cut in front of sshd does not reach the demo guest: a
 * program that runs there goes on to its end, as it does in a real guest.
 *
 * One connection to the demo guest serves all commands, as the client's master; where that has ended (the guest
 * was rebooted), each command makes its own.
 */
export async function startSshdBeforeDemo(
  guest: DemoGuest,
  options: { readonly hasSftp?: boolean } = {},
): Promise<SshdBeforeDemo> {
  const folder = mkdtempSync(join(tmpdir(), 'kextant-before-demo-'))
  const key = newKeyPair()
  const keyPath = join(folder, 'id')
  writeFileSync(keyPath, key.private, { mode: 0o600 })
  const home = `/Users/${guest.user}/.ssh`
  const root = { uid: 0, gid: 0 }
  guest.files.write(`${home}/authorized_keys`, new TextEncoder().encode(`${key.public}\n`), root)

  const socket = join(folder, 'master')
  const ssh = [
    ...[client, '-F', '/dev/null', '-q', '-T', '-S', socket],
    ...['-p', String(guest.port), '-i', keyPath],
    ...['-o', 'IdentitiesOnly=yes', '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=no'],
    ...['-o', 'UserKnownHostsFile=/dev/null', '-o', 'LogLevel=QUIET'],
  ]
  const to = `${guest.user}@${guest.host}`
  const master = spawn(ssh[0]!, [...ssh.slice(1), '-M', '-N', to], { stdio: 'ignore' })
  for (let wait = 0; wait < 250 && !existsSync(socket); wait++) await sleep(20)
  const script = join(folder, 'hand-on')
  writeFileSync(
    script,
    [
      '#!/bin/sh',
      'case "$SSH_ORIGINAL_COMMAND" in',
      `${sftp}) exec ${ssh.join(' ')} -s ${to} sftp ;;`,
      `*) exec ${ssh.join(' ')} ${to} "$SSH_ORIGINAL_COMMAND" ;;`,
      'esac',
      '',
    ].join('\n'),
  )
  chmodSync(script, 0o700)
  const sshd = await startSshd({
    forceCommand: script,
    sftp: options.hasSftp === false ? null : sftp,
  })
  return {
    ...sshd,
    connect: async (port = sshd.port) => {
      const session = await connectGuest(
        { host: '127.0.0.1', port, user: sshd.user },
        { method: 'key', path: sshd.keys.plain },
        { trust: trusting(sshd.fingerprint) },
      )
      session.setSudoPassword(guest.password)
      return session
    },
    close: async () => {
      await sshd.close()
      master.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
