import type { Kernel } from '../kernel/kernel.ts'
import type { Program } from '../program.ts'

/** `reboot`: everything is cut, and the guest comes back as a new boot. */
export function reboot(kernel: Kernel): Program {
  return async process => {
    if (process.uid !== 0) {
      await process.stderr('reboot: Operation not permitted\n')
      return 1
    }
    kernel.restart()
    return 0
  }
}

/** `shutdown -r now`. A guest that stayed off could not be reached again, so the rest is refused. */
export function shutdown(kernel: Kernel): Program {
  return async process => {
    if (process.uid !== 0) {
      await process.stderr('shutdown: NOT super-user\n')
      return 1
    }
    const [option, time] = process.argv.slice(1)
    if (option !== '-r' || time !== 'now') {
      await process.stderr('usage: shutdown -r now\n')
      return 1
    }
    kernel.restart()
    return 0
  }
}
