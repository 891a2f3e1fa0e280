import type { Kernel } from '../kernel/kernel.ts'
import type { Program } from '../program.ts'

const usage = 'usage: sudo dmesg\n'

/** `dmesg` (facts: logs-and-misc, section 1): root only, no arguments, vis(3)-encoded. */
export function dmesg(kernel: Kernel): Program {
  return async process => {
    if (process.argv.length > 1) {
      await process.stderr(usage)
      return 1
    }
    if (process.uid !== 0) {
      await process.stderr(`Unable to obtain kernel buffer: Operation not permitted\n${usage}`)
      return 1
    }
    await process.stdout(vis(kernel.boot.log.bytes()))
    return 0
  }
}

/** `\^X` for control bytes, `\M-x` and `\M^X` for bytes with the top bit; tab and newline stay. */
export function vis(bytes: Uint8Array): string {
  let out = ''
  for (const byte of bytes) {
    const low = byte & 0x7f
    const isHigh = byte >= 0x80
    const isControl = low < 0x20 || low === 0x7f
    if (byte === 0x09 || byte === 0x0a) out += String.fromCharCode(byte)
    else if (isControl)
      out += `\\${isHigh ? 'M' : ''}^${low === 0x7f ? '?' : String.fromCharCode(low + 0x40)}`
    else if (isHigh) out += low === 0x20 ? '\\240' : `\\M-${String.fromCharCode(low)}`
    else if (byte === 0x5c) out += '\\\\'
    else out += String.fromCharCode(byte)
  }
  return out
}
