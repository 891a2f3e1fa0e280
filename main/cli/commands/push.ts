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
    `Puts a bundle into the guest's /Library/Extensions and loads nothing. It is sent under another name, compared by
checksum, given to root:wheel with the modes that the tools want, and then moved into its place: a push that breaks
off leaves the old kext whole.`,
    [
      'kextant push demo build/qemu-x86_64/kexts/MyKext.kext --yes',
      'kextant push ssh://author@192.168.1.20 MyKext.kext --vm',
    ],
  ).action((source: string, path: string, options: ActOptions) =>
    runAct('push', options, async acting => {
      await openGuest(acting, source)
      return (await perform(acting, { kind: 'push', bundlePath: resolve(path) })).code
    }),
  )
}
