import type { Kernel } from '../kernel/kernel.ts'
import type { Program } from '../program.ts'

/** `ioalloccount` (facts: logs-and-misc, section 3). */
export function ioalloccount(kernel: Kernel): Program {
  return async process => {
    const lines = Object.entries(kernel.boot.allocations.counts()).map(([name, bytes]) => {
      const hex = (bytes as number).toString(16).padStart(8, '0')
      const kilobytes = String(Math.floor((bytes as number) / 1024)).padStart(4)
      return `${name.padStart(22)} = 0x${hex} = ${kilobytes} K\n`
    })
    await process.stdout(lines.join(''))
    return 0
  }
}
