/** The process that opened a user client. */
export interface Creator {
  readonly pid: number
  readonly processName: string
}

/**
 * `IOUserClientCreator` as the kernel writes it: `pid 402, sshd`. A name may hold anything, a comma too.
 *
 * @returns null for a text of another form
 */
export function readCreator(text: string | null): Creator | null {
  const found = text === null ? null : /^pid (\d{1,10}), ([^]{1,256})/.exec(text)
  return found ? { pid: Number(found[1]), processName: found[2]! } : null
}

/** `reader (pid 531)`. */
export function creatorName({ pid, processName }: Creator): string {
  return `${processName} (pid ${pid})`
}
