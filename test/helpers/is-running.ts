import { readFileSync } from 'node:fs'

/** Whether a process is at work. One that has ended and that nobody has asked about yet, as in containers, is not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z'
  } catch {
    // A system without /proc, or it has ended just now.
    return process.platform !== 'linux'
  }
}
