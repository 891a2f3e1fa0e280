import type { Command } from 'commander'
import { resolve } from 'node:path'
import { addActHelp, addActOptions, guestSourceHelp, type ActOptions } from '../act/act-options.ts'
import { perform } from '../act/perform.ts'
import { openGuest, runAct } from '../act/run-act.ts'

export function define(command: Command): void {
  command
    .argument('<source>', guestSourceHelp)
    .argument('<path>', 'a .kext folder of this computer')
  addActHelp(
    addActOptions(command),
    `Finds out whether a kext could be loaded, without loading it: lint, its libraries against the guest's, which
services its personalities would match, what is loaded already, and what the guest's own tool (kextutil -n -t, or
kmutil print-diagnostics) says of a copy, which is removed again.`,
    [
      'kextant preflight demo MyKext.kext --yes',
      "kextant preflight demo MyKext.kext --yes --json | jq '.preflight.items'",
    ],
  ).action((source: string, path: string, options: ActOptions) =>
    runAct('preflight', options, async acting => {
      await openGuest(acting, source)
      return (await perform(acting, { kind: 'preflight', bundlePath: resolve(path) })).code
    }),
  )
}
