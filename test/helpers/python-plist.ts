import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Python's plistlib: a reader and writer of property lists that has nothing in common with ours. */
export const hasPython =
  spawnSync('python3', ['-c', 'import plistlib'], { stdio: 'ignore' }).status === 0
if (!hasPython) console.log('skipped: there is no python3 with plistlib on this machine')

const compare = `
import plistlib, sys
def differ(a, b, path):
    if type(a) is not type(b): return f'{path}: {a!r} is not {b!r}'
    if isinstance(a, dict):
        if a.keys() != b.keys(): return f'{path}: keys {sorted(a.keys() ^ b.keys())}'
        found = (differ(a[k], b[k], path + '/' + k) for k in a)
    elif isinstance(a, list):
        if len(a) != len(b): return f'{path}: {len(a)} items are not {len(b)}'
        found = (differ(x, y, f'{path}/{i}') for i, (x, y) in enumerate(zip(a, b)))
    else: return None if a == b else f'{path}: {a!r} is not {b!r}'
    return next((d for d in found if d), None)
sys.setrecursionlimit(20000)
a, b = (plistlib.load(open(p, 'rb')) for p in sys.argv[1:3])
print(differ(a, b, '') or 'equal')
`

const rewrite = `
import plistlib, sys
sys.stdout.buffer.write(plistlib.dumps(plistlib.load(open(sys.argv[1], 'rb')), sort_keys=True))
`

/** `equal`, or the first place where two property lists differ, types included. */
export function comparePlists(a: Uint8Array, b: Uint8Array): string {
  return python(compare, [a, b]).toString('utf8').trim()
}

/** The same property list as Python lays it out, which is CoreFoundation's way. */
export function rewrittenByPython(plist: Uint8Array): string {
  return python(rewrite, [plist]).toString('utf8')
}

function python(script: string, files: readonly Uint8Array[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'kextant-plist-'))
  try {
    const paths = files.map((bytes, i) => {
      const path = join(folder, `${i}.plist`)
      writeFileSync(path, bytes)
      return path
    })
    const run = spawnSync('python3', ['-c', script, ...paths], { maxBuffer: 1 << 30 })
    if (run.status !== 0) throw new Error(run.stderr.toString('utf8'))
    return run.stdout
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
