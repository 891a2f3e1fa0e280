import { readFileSync } from 'node:fs'
import { uptime } from 'node:os'

/** Which process writes a record: another Kextant may run at the same time, and process ids are used again. */
export interface Writer {
  readonly pid: number
  /** When this computer booted, in seconds since 1970; a second or two off each time it is asked. */
  readonly bootedAt: number
  /** The kernel's own name of this boot, which no clock changes; absent where it tells none. */
  readonly bootId?: string | undefined
  /** When the process began, in ticks of the kernel; null where that is not told. */
  readonly startTicks: string | null
}

export function thisWriter(): Writer {
  const bootId = bootIdOf()
  const writer = { pid: process.pid, bootedAt: bootedAt(), startTicks: startTicksOf(process.pid) }
  return bootId === undefined ? writer : { ...writer, bootId }
}

/** Clocks are set and drift; two boots are farther apart. */
const bootToleranceSeconds = 30

/** Whether the process that wrote this is still the one that has its id. */
export function isAlive(writer: Writer): boolean {
  if (!isOfThisBoot(writer)) return false
  try {
    process.kill(writer.pid, 0)
  } catch (error) {
    // It is there, and belongs to somebody else: a Kextant that was run with sudo, perhaps.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const ticks = startTicksOf(writer.pid)
  return ticks === null || writer.startTicks === null || ticks === writer.startTicks
}

/** A clock that is set moves the time of the boot with it: who wrote an hour ago is no less alive for that. */
function isOfThisBoot(writer: Writer): boolean {
  const bootId = bootIdOf()
  if (bootId !== undefined && writer.bootId !== undefined) return bootId === writer.bootId
  return Math.abs(writer.bootedAt - bootedAt()) <= bootToleranceSeconds
}

function bootIdOf(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim() || undefined
  } catch {
    return undefined
  }
}

function bootedAt(): number {
  return Math.round(Date.now() / 1000 - uptime())
}

/** Field 22 of `/proc/PID/stat`; the name before it, in parentheses, may hold anything. */
function startTicksOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}
