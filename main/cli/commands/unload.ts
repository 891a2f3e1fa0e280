import type { Command } from 'commander'
import {
  addActHelp,
  addActOptions,
  addTimeout,
  guestSourceHelp,
  loadedOrPathHelp,
  timeoutMsOf,
  type TimedOptions,
} from '../act/act-options.ts'
import { guestIdentifier } from '../act/guest-kext.ts'
import { perform } from '../act/perform.ts'
import { openGuest, runAct } from '../act/run-act.ts'
import { blockerLines } from '../format/blocker-lines.ts'
import { lookOf } from '../look.ts'

interface UnloadOptions extends TimedOptions {
  readonly dependents?: boolean
}

export function define(command: Command): void {
  command
    .argument('<source>', guestSourceHelp)
    .argument('<kext>', loadedOrPathHelp)
    .option('--dependents', 'unload the kexts that are linked against it first')
  addActHelp(
    addActOptions(addTimeout(command)),
    `Unloads a kext. What is in the way is said before: kexts that are linked against it, instances with their state,
who has them open. After a refusal it says whether something still holds it, which can be closed, or whether a
reference has leaked, against which only a reboot helps.`,
    [
      'kextant unload ssh://author@192.168.1.20 io.darwinos.contrib.MyKext --yes',
      'kextant unload ssh://author@192.168.1.20 io.darwinos.contrib.MyKext        # without a terminal: tells what is in the way, and ends',
    ],
  ).action((source: string, kext: string, options: UnloadOptions) =>
    runAct('unload', options, async acting => {
      const taken = await openGuest(acting, source)
      const bundleIdentifier = guestIdentifier('unload', taken, kext)
      const blockers = await acting.ask('unload.explain', { bundleIdentifier })
      const { code } = await perform(
        acting,
        {
          kind: 'unload',
          bundleIdentifier,
          dependents: options.dependents ? 'unload-first' : 'refuse',
          timeoutMs: timeoutMsOf(options),
        },
        undefined,
        blockerLines(blockers, lookOf(process.stderr, options.color)),
      )
      return code
    }),
  )
}
