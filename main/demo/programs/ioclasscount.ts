import type { Kernel } from '../kernel/kernel.ts'
import type { Program } from '../program.ts'

/** `ioclasscount` (facts: logs-and-misc, section 3): one line per class, or the named ones on one line. */
export function ioclasscount(kernel: Kernel): Program {
  return async process => {
    const names = process.argv.slice(1)
    const option = names.find(name => name.startsWith('-'))
    if (option !== undefined) {
      await process.stderr(
        `ioclasscount: illegal option -- ${option.slice(1, 2)}\nusage: ioclasscount [CLASS...]\n`,
      )
      return 1
    }
    const { classes } = kernel.boot
    if (names.length > 0) {
      const counts = names.map(name =>
        classes.get(name)
          ? `${name} = ${classes.instanceCount(name)}`
          : `${name} = <no such class>`,
      )
      await process.stdout(`${counts.join(', ')}\n`)
      return 0
    }
    const sorted = [...classes.names()].sort((a, b) => compareIgnoringCase(a, b))
    await process.stdout(sorted.map(name => `${name} = ${classes.instanceCount(name)}\n`).join(''))
    return 0
  }
}

function compareIgnoringCase(left: string, right: string): number {
  const a = left.toLowerCase()
  const b = right.toLowerCase()
  return a < b ? -1 : a > b ? 1 : 0
}
