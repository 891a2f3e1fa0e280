import { exitCodes } from './exit-codes.ts'

let goesOn = false

/**
 * `kextant … | head` closes the pipe: that is no failure, and there is nobody left to work for. `kextant … > file` on a
 * disk that is full is one.
 */
export function endWithBrokenPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (isBroken(error) && goesOn) return
      if (isBroken(error)) process.exit(process.exitCode ?? exitCodes.ok)
      if (stream === process.stdout) {
        const why = error.code === 'ENOSPC' ? 'the disk is full' : error.message
        process.stderr.write(`kextant: not all could be printed: ${why}.\n`)
      }
      process.exit(exitCodes.unreadable)
    })
  }
}

/** From now on the work goes on without anybody who reads: a guest is not left in the middle of a change. */
export function outliveBrokenPipes(): void {
  goesOn = true
}

export function isBroken(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED'
}
