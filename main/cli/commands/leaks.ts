import { InvalidArgumentError, type Command } from 'commander'
import {
  addActHelp,
  addActOptions,
  addTimeout,
  guestSourceHelp,
  loadedOrPathHelp,
  timeoutMsOf,
  type TimedOptions,
} from '../act/act-options.ts'
import { guestKext } from '../act/guest-kext.ts'
import { perform } from '../act/perform.ts'
import { openGuest, runAct } from '../act/run-act.ts'
import { wholeNumber } from '../options.ts'

interface LeaksOptions extends TimedOptions {
  readonly cycles: number
}

const mostCycles = 1000

export function define(command: Command): void {
  command
    .argument('<source>', guestSourceHelp)
    .argument('<kext>', loadedOrPathHelp)
    .option('--cycles <count>', 'how often to load and unload', cycleCount, 10)
  addActHelp(
    addActOptions(addTimeout(command)),
    `Loads and unloads a kext over and over, counts its classes (and allocations, where the guest has ioalloccount)
after each, and stops at the first growth with the class named.`,
    [
      'kextant leaks ssh://author@192.168.1.20 io.darwinos.contrib.LeaksInstance --cycles 20 --yes',
      "kextant leaks ssh://author@192.168.1.20 io.darwinos.contrib.MyKext --yes --json | jq '.leaks.verdict'",
    ],
  ).action((source: string, kext: string, options: LeaksOptions) =>
    runAct('leaks', options, async acting => {
      const taken = await openGuest(acting, source)
      const { code } = await perform(acting, {
        kind: 'leak-hunt',
        ...guestKext('leaks', taken, kext),
        cycles: options.cycles,
        timeoutMs: timeoutMsOf(options),
      })
      return code
    }),
  )
}

function cycleCount(text: string): number {
  const count = wholeNumber(text)
  if (count >= 1 && count <= mostCycles) return count
  throw new InvalidArgumentError(`It is not between 1 and ${mostCycles}.`)
}
