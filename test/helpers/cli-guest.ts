import { onTestFinished } from 'vitest'
import type { ChildProcess } from 'node:child_process'
import { startDemoGuest } from '../../main/demo/demo-guest.ts'
import { createDemoMachine } from '../../main/demo/machine/demo-machine.ts'
import { runCli, startCli, type Ending } from './cli-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** The command line against a guest that stays the same from command to command. */
export interface CliGuest {
  /** `ssh://…` */
  readonly source: string
  readonly settings: string
  /** With what it takes to sign in, as a virtual machine. */
  run(...args: readonly string[]): Promise<Ending>
  start(...args: readonly string[]): ChildProcess
  readonly env: Record<string, string>
  readonly signIn: readonly string[]
}

/** A guest of its own for each test that asks for it, in the process of the test. */
export async function startCliGuest(): Promise<CliGuest> {
  const guest = await startDemoGuest({ createMachine: files => createDemoMachine(files) })
  onTestFinished(() => guest.stop())
  const settings = temporaryFolder()
  const env = {
    KEXTANT_SETTINGS: settings,
    KEXTANT_PASSWORD: 'kernel',
    KEXTANT_SUDO_PASSWORD: 'kernel',
  }
  const signIn = ['--trust', guest.hostKeyFingerprint]
  const all = (args: readonly string[]) => [...args, ...signIn, '--vm']
  return {
    source: `ssh://author@127.0.0.1:${guest.port}`,
    settings,
    env,
    signIn,
    run: (...args) => runCli(all(args), env),
    start: (...args) => startCli(all(args), env),
  }
}
