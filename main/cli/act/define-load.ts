import type { Command } from 'commander'
import { resolve } from 'node:path'
import {
  addActHelp,
  addActOptions,
  addExpect,
  addTimeout,
  guestSourceHelp,
  loadedOrPathHelp,
  timeoutMsOf,
  type ExpectingOptions,
} from './act-options.ts'
import { guestKext } from './guest-kext.ts'
import { perform } from './perform.ts'
import { openGuest, runAct } from './run-act.ts'

/** `load` and `reload` differ in what is done before: the same arguments, options and answer. */
export function defineLoad(command: Command, kind: 'load' | 'reload', about: string): void {
  command.argument('<source>', guestSourceHelp).argument('<kext>', loadedOrPathHelp)
  addActHelp(addActOptions(addTimeout(addExpect(command))), about, [
    `kextant ${kind} ssh://author@192.168.1.20 io.darwinos.contrib.MyKext --yes`,
    `kextant ${kind} ssh://author@192.168.1.20 /Library/Extensions/MyKext.kext --expect kextant.yaml --junit result.xml --yes`,
  ]).action((source: string, kext: string, options: ExpectingOptions) =>
    runAct(kind, options, async acting => {
      const taken = await openGuest(acting, source)
      const { code } = await perform(acting, {
        kind,
        ...guestKext(kind, taken, kext),
        expectationsPath: options.expect === undefined ? null : resolve(options.expect),
        timeoutMs: timeoutMsOf(options),
      })
      return code
    }),
  )
}
