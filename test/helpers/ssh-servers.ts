import { onTestFinished } from 'vitest'
import type { AppWithDemo } from './app-with-demo.ts'
import { reasonWithoutOpenSsh, startSshdBeforeDemo } from './sshd-before-demo.ts'

export interface SshServer {
  readonly name: string
  /** Why it cannot be had here, or null. */
  readonly whyNot: string | null
  /** Saves the guest behind it as a target, and connects to that. */
  readonly connect: (app: AppWithDemo) => Promise<void>
}

/** What may stand between Kextant and the demo guest's programs. */
export const sshServers: readonly SshServer[] = [
  {
    name: 'the demo guest’s own server',
    whyNot: null,
    connect: async app => void (await app.connect()),
  },
  { name: 'OpenSSH’s sshd', whyNot: reasonWithoutOpenSsh, connect: connectBehindSshd },
]

/** Until the end of the test. */
export async function connectBehindSshd(app: AppWithDemo): Promise<void> {
  const sshd = await startSshdBeforeDemo(app.guest)
  onTestFinished(() => sshd.close())
  const target = await app.ask('targets.save', {
    id: null,
    label: 'Behind sshd',
    host: '127.0.0.1',
    port: sshd.port,
    user: sshd.user,
    method: 'key',
    keyPath: sshd.keys.plain,
    isReadOnly: false,
    isVirtualMachine: true,
  })
  await app.ask('guest.connect', {
    targetId: target.id,
    secret: null,
    trustFingerprint: sshd.fingerprint,
  })
}
