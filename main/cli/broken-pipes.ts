import { exitCodes } from './exit-codes.ts'

let goesOn = false

/** `kextant … | head` closes the pipe: that is no failure, and there is nobody left to work for. */
export function endWithBrokenPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (isBroken(error) && goesOn) return
      process.exit(isBroken(error) ? (process.exitCode ?? exitCodes.ok) : exitCodes.bug)
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
