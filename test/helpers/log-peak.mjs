import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { isMainThread } from 'node:worker_threads'

// Preloaded by `--import`: writes the most memory that the process ever had, in KB, into a file; where the system
// tells. `process.resourceUsage()` does not: on Linux it begins with what the parent had.

const path = process.env.KEXTANT_PEAK_LOG
const status = '/proc/self/status'
if (path && isMainThread && existsSync(status)) {
  process.on('exit', () => {
    const [, peak] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8')) ?? []
    if (peak) writeFileSync(path, peak)
  })
}
