import type { Command } from 'commander'
import { defineLoad } from '../act/define-load.ts'

export function define(command: Command): void {
  defineLoad(
    command,
    'load',
    `Loads a kext that lies in the guest, waits until matching has come to rest, and verifies: is it loaded, which services
has it made, are they registered, what did it log, does what is expected hold.`,
  )
}
