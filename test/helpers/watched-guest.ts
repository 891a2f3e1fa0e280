import { expect, vi } from 'vitest'
import type { WatchStatus } from '../../core/contract/types.ts'
import type { Process, Program } from '../../main/demo/program.ts'
import { run, signIn } from '../demo/ssh/guest-client.ts'
import {
  samplesFolder,
  startAppWithDemo,
  type AppWithDemo,
  type DemoOptions,
} from './app-with-demo.ts'
import { join } from 'node:path'

export interface WatchedGuest {
  readonly app: AppWithDemo
  /** How many programs the guest has started. */
  readonly commandCount: () => number
  readonly commands: readonly string[]
  readonly status: () => Promise<WatchStatus>
  /** As somebody at another terminal would, with root's rights. */
  readonly inTerminal: (command: string) => Promise<string>
  /** Puts a sample kext where the guest loads kexts from. */
  readonly push: (name: string) => Promise<void>
}

/** The app behind the demo guest, over SSH, with every program that runs there counted. */
export async function startWatchedGuest(
  options: DemoOptions & { readonly ioregTakesMs?: number } = {},
): Promise<WatchedGuest> {
  const commands: string[] = []
  const { ioregTakesMs = 0, ...rest } = options
  const counted =
    (program: Program): Program =>
    async (process: Process) => {
      commands.push(process.argv.join(' '))
      if (ioregTakesMs > 0 && /ioreg$/.test(process.argv[0]!)) {
        await new Promise(resolve => setTimeout(resolve, ioregTakesMs))
      }
      return program(process)
    }
  const app = await startAppWithDemo({ ...rest, wrap: counted })
  return {
    app,
    commands,
    commandCount: () => commands.length,
    status: () => app.ask('watch.get', {}),
    async inTerminal(command) {
      const client = await signIn(app.guest)
      const line = `echo ${app.guest.password} | sudo -S -p '' ${command}`
      const { stdout, stderr, code } = await run(client, line)
      client.end()
      expect([code, stderr]).toEqual([0, ''])
      return stdout
    },
    async push(name) {
      await app.act({ kind: 'push', bundlePath: join(samplesFolder, `${name}.kext`) })
    },
  }
}

export const idOf = (name: string) => `io.darwinos.contrib.${name}`

export const soon = { timeout: 20_000, interval: 25 }

/** Waits until the watch is as is asked for. */
export async function untilWatch(
  guest: WatchedGuest,
  isSo: (status: WatchStatus) => boolean,
): Promise<WatchStatus> {
  return vi.waitFor(async () => {
    const status = await guest.status()
    if (!isSo(status)) throw new Error(`not yet: ${JSON.stringify(status)}`)
    return status
  }, soon)
}
