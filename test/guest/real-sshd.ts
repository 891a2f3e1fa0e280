import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { utils } from 'ssh2'
import { fingerprintOf } from '../../main/guest/host-key.ts'
import { newKeyPair } from './new-key-pair.ts'

const program = '/usr/sbin/sshd'

/** Why the tests with a real sshd cannot run here, or null. Printed, so that a skip is seen. */
export const reasonWithoutSshd: string | null = existsSync(program)
  ? null
  : `skipped: ${program} is not there (on Debian: apt-get install openssh-server)`

export interface RealSshd {
  readonly port: number
  readonly user: string
  readonly folder: string
  readonly fingerprint: string
  /** Private keys: the first two are accepted, the last is not. */
  readonly keys: { readonly plain: string; readonly encrypted: string; readonly stranger: string }
  readonly passphrase: string
  readonly close: () => Promise<void>
}

export interface SshdOptions {
  /** What sshd runs for every session, in place of what is asked for. */
  readonly forceCommand?: string
  /** The sftp subsystem; null when the server is to have none. */
  readonly sftp?: string | null
}

/** An sshd of our own on a loopback port, with throwaway keys, in a folder that goes away with it. */
export async function startSshd(options: SshdOptions = {}): Promise<RealSshd> {
  const { forceCommand, sftp = 'internal-sftp' } = options
  const folder = mkdtempSync(join(tmpdir(), 'kextant-sshd-'))
  const passphrase = 'open sesame'
  const write = (name: string, text: string) => {
    const path = join(folder, name)
    writeFileSync(path, text)
    chmodSync(path, 0o600)
    return path
  }
  const host = newKeyPair()
  const plain = newKeyPair()
  const encrypted = newKeyPair(passphrase)
  const stranger = newKeyPair()
  const parsed = utils.parseKey(host.private)
  if (parsed instanceof Error) throw parsed
  write('authorized_keys', `${plain.public}\n${encrypted.public}\n`)
  const keys = {
    plain: write('id_plain', plain.private),
    encrypted: write('id_encrypted', encrypted.private),
    stranger: write('id_stranger', stranger.private),
  }
  const port = await freePort()
  const config = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${write('host_key', host.private)}`,
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin yes',
    ...(sftp === null ? [] : [`Subsystem sftp ${sftp}`]),
    // At a lower level bash reads ~/.bashrc when sshd starts it, which is somebody's own and takes its time.
    ...(forceCommand === undefined ? [] : [`ForceCommand ${forceCommand}`, 'SetEnv SHLVL=9']),
    'LogLevel QUIET',
  ]
  // sshd started by root insists on this empty folder, which an init script would make. It stays: another
  // test may have an sshd that uses it as well.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  const child = spawn(program, ['-D', '-e', '-f', write('sshd_config', `${config.join('\n')}\n`)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const close = async () => {
    await ended(child)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await listening(port, child)
  } catch (error) {
    await close()
    throw error
  }
  const fingerprint = fingerprintOf(parsed.getPublicSSH())
  return { port, user: userInfo().username, folder, fingerprint, keys, passphrase, close }
}

export interface RealAgent {
  readonly socketPath: string
  readonly add: (keyPath: string) => void
  readonly close: () => Promise<void>
}

/** An ssh-agent of our own. Throws when OpenSSH's client tools are not there. */
export async function startAgent(folder: string): Promise<RealAgent> {
  const socketPath = join(folder, 'agent.sock')
  const child = spawn('ssh-agent', ['-D', '-a', socketPath], { stdio: 'ignore' })
  for (let wait = 0; wait < 100 && !existsSync(socketPath); wait++) await sleep(20)
  return {
    socketPath,
    add: keyPath => {
      const env = { ...process.env, SSH_AUTH_SOCK: socketPath }
      execFileSync('ssh-add', [keyPath], { env, stdio: 'ignore' })
    },
    close: () => ended(child),
  }
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise(resolve => {
    child.once('exit', () => resolve())
    child.kill()
  })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

async function listening(port: number, child: ChildProcess): Promise<void> {
  for (let wait = 0; wait < 100; wait++) {
    if (child.exitCode !== null) throw new Error(`sshd ended with ${child.exitCode}`)
    const isUp = await new Promise<boolean>(resolve => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
    if (isUp) return
    await sleep(30)
  }
  throw new Error('sshd does not listen')
}
