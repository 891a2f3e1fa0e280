import type { Program } from '../program.ts'

/** `csrutil status`; everything else needs the recovery system. A driver author's guest has SIP off. */
export function csrutil(): Program {
  return async process => {
    if (process.argv[1] === 'status') {
      await process.stdout('System Integrity Protection status: disabled.\n')
      return 0
    }
    await process.stdout('usage: csrutil <command>\n')
    return process.argv.length > 1 ? 64 : 0
  }
}
