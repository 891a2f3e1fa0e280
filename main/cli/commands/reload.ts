import type { Command } from 'commander'
import { defineLoad } from '../act/define-load.ts'

export function define(command: Command): void {
  defineLoad(
    command,
    'reload',
    `Unloads a kext of the guest and loads it again from where it lies, then verifies as “kextant load” does.`,
  )
}
