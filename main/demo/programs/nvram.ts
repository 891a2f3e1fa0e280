import type { Kernel } from '../kernel/kernel.ts'
import type { Program } from '../program.ts'

/** `nvram name…`: needs no root to read (facts: logs-and-misc, section 4). Writing is refused here. */
export function nvram(kernel: Kernel): Program {
  return async process => {
    const variables = new Map([
      ['boot-args', kernel.bootArguments],
      ['csr-active-config', 'g%00%00%00'],
      ['SystemAudioVolume', '@'],
    ])
    const names = process.argv.slice(1)
    if (names[0] === '-p') {
      for (const [name, value] of variables) await process.stdout(`${name}\t${value}\n`)
      return 0
    }
    if (names.length === 0) {
      await process.stderr('nvram: Too few arguments\n')
      return 1
    }
    for (const name of names) {
      if (name.includes('=')) {
        await process.stderr(
          `nvram: Error setting variable - '${name.split('=')[0]}': (iokit/common) not permitted\n`,
        )
        return 1
      }
      const value = variables.get(name)
      if (value === undefined) {
        await process.stderr(
          `nvram: Error getting variable - '${name}': (iokit/common) data was not found\n`,
        )
        return 1
      }
      await process.stdout(`${name}\t${value}\n`)
    }
    return 0
  }
}
