import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export const builtFolder = resolve(import.meta.dirname, '../../out')

export interface HostProcess {
  readonly address: string
  readonly settings: string
  /**
   * For a test that shares this host with others: what those have arranged is as at first, and the address lets
   * one page in, as the first one did.
   */
  freshAddress(): Promise<string>
  stop(): Promise<void>
  /** As a crash does; its settings stay for the next one. */
  kill(): Promise<void>
}

/** The built web host as a process of its own, with settings of its own. */
export async function startHostProcess(
  args: readonly string[] = [],
  settings = mkdtempSync(join(tmpdir(), 'kextant-e2e-')),
): Promise<HostProcess> {
  const script = join(builtFolder, 'main', 'web.js')
  const child = spawn(process.execPath, [script, '--allow-changes', ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, KEXTANT_SETTINGS: settings },
  })
  const ended = new Promise<void>(done => child.once('exit', () => done()))
  const nextAddress = () =>
    new Promise<string>((done, fail) => {
      const hear = (message: unknown) => {
        const { kind, address: given } = message as { kind?: string; address?: string }
        if (kind !== 'address') return
        child.off('message', hear)
        child.off('exit', end)
        done(given!)
      }
      const end = (code: number | null) => fail(new Error(`the web host ended with ${code}`))
      child.on('message', hear)
      child.once('exit', end)
    })
  const address = await nextAddress()
  return {
    address,
    settings,
    freshAddress() {
      rmSync(join(settings, 'preferences.json'), { force: true })
      const given = nextAddress()
      child.send({ kind: 'new-address' })
      return given
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async stop() {
      child.kill('SIGTERM')
      await ended
      rmSync(settings, { recursive: true, force: true })
    },
  }
}
