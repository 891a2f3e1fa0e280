import { posix } from 'node:path'
import { textOf } from './command.ts'
import { quoteCommand } from './quote.ts'
import type { GuestSession } from './session.ts'

export interface ParentsCheck {
  /** The folder that is to hold the bundle is not there. */
  readonly isMissing: boolean
  /** What is wrong with the folders above the bundle and what to do about it, in sentences. */
  readonly warnings: readonly string[]
}

/**
 * The folders above an installed bundle: each must be a folder of root:wheel that only root may write, else kmutil
 * refuses what lies below (facts: kexts, section 5, reported). A push changes none of them; it only says so.
 */
export async function checkParents(
  session: GuestSession,
  installFolder: string,
  signal?: AbortSignal,
): Promise<ParentsCheck> {
  const paths = parentsOf(installFolder)
  const result = await session.run({
    name: 'parent folders',
    argv: ['/usr/bin/env', 'LC_ALL=C', '/bin/ls', '-ldn', '--', ...paths],
    okExitCodes: 'any',
    timeoutMs: 20_000,
    signal,
  })
  return judgeParents(installFolder, textOf(result))
}

/** @param listing what `ls -ldn` printed for the folder and all above it; what is not there is not in it */
export function judgeParents(installFolder: string, listing: string): ParentsCheck {
  const lines = listing.split('\n')
  const warnings: string[] = []
  let isMissing = false
  for (const path of parentsOf(installFolder)) {
    // `drwxr-xr-x@ 65 0 0 2210 Nov 25 17:09 /Library`; a symlink goes on with ` -> target`.
    const line = lines.find(one => one.endsWith(` ${path}`) || one.includes(` ${path} -> `))
    const found = line && /^(.)(.{9})[@+.]? +\d+ +(\d+) +(\d+) /.exec(line)
    if (!found) {
      if (path === installFolder) isMissing = true
      else warnings.push(`${path} in the guest cannot be looked at. Is it there?`)
      continue
    }
    const [, kind, mode, uid, gid] = found
    const refuses = 'kmutil (macOS 11 and later) is reported to refuse kexts below such a folder.'
    if (kind !== 'd') {
      warnings.push(`${path} in the guest is not a folder but ${kindOf(kind!)}. ${refuses}`)
      continue
    }
    if (uid !== '0' || gid !== '0') {
      const mend = quoteCommand(['sudo', 'chown', 'root:wheel', path])
      warnings.push(
        `${path} in the guest belongs to ${uid}:${gid}, not to root:wheel (0:0). ${refuses} To change it: ${mend}`,
      )
    }
    if (mode![4] === 'w' || mode![7] === 'w') {
      const mend = quoteCommand(['sudo', 'chmod', 'go-w', path])
      warnings.push(
        `${path} in the guest may be written by others than root (${kind}${mode}). ${refuses} To change it: ${mend}`,
      )
    }
  }
  return { isMissing, warnings }
}

function kindOf(letter: string): string {
  return letter === 'l' ? 'a symlink' : letter === '-' ? 'a file' : 'something else'
}

/** `/`, `/Library`, `/Library/Extensions` */
function parentsOf(folder: string): readonly string[] {
  const above = posix.dirname(folder)
  return above === folder ? [folder] : [...parentsOf(above), folder]
}
