import { spawnSync } from 'node:child_process'

/** An independent reader and writer of property lists, where Python is installed. */
export const hasPython = spawnSync('python3', ['-c', 'import plistlib; plistlib.UID']).status === 0

if (!hasPython) console.log('skipped: there is no python3 with plistlib to check against')

/** What a program prints; its standard input is `input`. */
export function runPython(program: string, input: Uint8Array): Uint8Array {
  const { status, stdout, stderr } = spawnSync('python3', ['-c', program], {
    input,
    maxBuffer: 1 << 28,
  })
  if (status !== 0) throw new Error(stderr.toString())
  return new Uint8Array(stdout)
}
