import { onTestFinished } from 'vitest'
import type { ChildProcess } from 'node:child_process'
import { runCli, startCli, type Ending } from './cli-process.ts'
import { startGuestProcess, type GuestProcess } from './demo-guest-process.ts'
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

/** A guest process of its own for each test that asks for it. */
export async function startCliGuest(): Promise<CliGuest> {
  const guest: GuestProcess = await startGuestProcess()
  onTestFinished(() => guest.stop())
  const settings = temporaryFolder()
  const env = {
    KEXTANT_SETTINGS: settings,
    KEXTANT_PASSWORD: 'kernel',
    KEXTANT_SUDO_PASSWORD: 'kernel',
  }
  const signIn = ['--trust', guest.fingerprint]
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
