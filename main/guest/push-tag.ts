import { createHash, randomBytes } from 'node:crypto'
import { hostname, networkInterfaces, userInfo } from 'node:os'

/**
 * Whose push something in the guest belongs to. The name of a staging folder says it, and what lies beside the place
 * of a bundle carries the same words, so that the next push can tell one that was cut off from one that still runs:
 *
 *   kextant-3f6c0d11-3a7-t6k2a1-815faa4d730e44e1
 *           │        │   │      └ random: nobody can have guessed and prepared it
 *           │        │   └ when it began, in seconds of this computer's clock, base 36
 *           │        └ the process on this computer, base 36
 *           └ this computer and account, a digest
 *
 * The process is not in the guest, so its number alone says nothing there; age alone would let a slow upload be taken
 * for dead, or the next try after a cut connection wait for hours. So: on the same computer the process decides, and
 * elsewhere age does. It is in the name, since a name is there at once and whole.
 */
export interface PushTag {
  readonly host: string
  readonly pid: number
  /** Seconds since 1970. */
  readonly startedAt: number
}

/** Longer than any push, on whatever line. What another computer began before that is left over. */
export const staleAfterSeconds = 2 * 3600

export const tagPattern = /^kextant-([0-9a-f]{8})-([0-9a-z]{1,8})-([0-9a-z]{1,8})-[0-9a-f]{16}$/

/** The folders of the pushes of this very process that are under way. */
const ownPushes = new Set<string>()

export function newStagingFolder(tag: PushTag = ownTag()): string {
  const { host, pid, startedAt } = tag
  const random = randomBytes(8).toString('hex')
  return `/tmp/kextant-${host}-${pid.toString(36)}-${startedAt.toString(36)}-${random}`
}

export function ownTag(): PushTag {
  return { host: thisHost(), pid: process.pid, startedAt: nowSeconds() }
}

/** @param name the last part of a staging folder's path; null for a name that no push makes */
export function readTag(name: string): PushTag | null {
  const found = tagPattern.exec(name)
  if (!found) return null
  const [, host, pid, startedAt] = found
  return { host: host!, pid: parseInt(pid!, 36), startedAt: parseInt(startedAt!, 36) }
}

/** Says that a push with this folder is under way; returns what says that it is over. */
export function beginPush(stagingFolder: string): () => void {
  ownPushes.add(stagingFolder)
  return () => ownPushes.delete(stagingFolder)
}

/** Whether the push to which a name belongs may still be at work. */
export function mayBeRunning(name: string): boolean {
  if (ownPushes.has(`/tmp/${name}`)) return true
  const tag = readTag(name)
  if (tag === null) return true
  if (tag.host === thisHost() && (tag.pid === process.pid || !isAlive(tag.pid))) return false
  return nowSeconds() - tag.startedAt < staleAfterSeconds
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}

let known: string | undefined

/** Tells this computer and account from others, and says nothing else about them. */
function thisHost(): string {
  known ??= createHash('sha256').update(JSON.stringify(identity())).digest('hex').slice(0, 8)
  return known
}

function identity(): readonly string[] {
  const macs = Object.values(networkInterfaces()).flatMap(list => (list ?? []).map(one => one.mac))
  return [hostname(), userInfo().username, ...[...new Set(macs)].sort()]
}
