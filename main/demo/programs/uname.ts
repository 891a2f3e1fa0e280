import { kernelVersion } from '../machine/boot-machine.ts'
import { darwinVersion } from '../machine/kext-table.ts'
import type { Program } from '../program.ts'
import { getopt } from './getopt.ts'

/** `uname`: the fields come in this order, whatever the order of the options. */
export function uname(): Program {
  return async process => {
    const { flags, error } = getopt(process.argv.slice(1), 'amnprsv')
    if (error !== null) {
      await process.stderr(`uname: ${error}\nusage: uname [-amnprsv]\n`)
      return 1
    }
    const all = flags.has('a')
    const fields: readonly (readonly [string, string])[] = [
      ['s', 'Darwin'],
      ['n', process.env.HOSTNAME ?? 'darwinos'],
      ['r', darwinVersion],
      ['v', kernelVersion],
      ['m', 'x86_64'],
      ['p', 'i386'],
    ]
    const shown = fields.filter(([letter]) => (all && letter !== 'p') || flags.has(letter))
    const words = (shown.length > 0 ? shown : fields.slice(0, 1)).map(([, text]) => text)
    await process.stdout(`${words.join(' ')}\n`)
    return 0
  }
}
