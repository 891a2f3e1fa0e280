import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { FailureError } from '../../core/failure.ts'
import { Cksum } from './cksum.ts'
import { textOf } from './command.ts'
import type { PushPlan } from './push-plan.ts'
import type { GuestSession } from './session.ts'

/** How the guest can tell what lies in a file. */
export interface ChecksumTool {
  /** Files come behind it. */
  readonly argv: readonly string[]
  /** As it is shown: `SHA-256 (shasum)`. */
  readonly label: string
  readonly kind: 'sha256' | 'cksum'
}

const candidates: readonly (ChecksumTool & { readonly name: string })[] = [
  {
    name: 'shasum',
    argv: ['shasum', '-a', '256'],
    label: 'SHA-256 (shasum)',
    kind: 'sha256',
  },
  {
    name: 'openssl',
    argv: ['openssl', 'dgst', '-sha256'],
    label: 'SHA-256 (openssl)',
    kind: 'sha256',
  },
  { name: 'sha256sum', argv: ['sha256sum'], label: 'SHA-256 (sha256sum)', kind: 'sha256' },
  {
    name: 'cksum',
    argv: ['cksum'],
    label: 'a CRC (cksum), which finds damage but no intent',
    kind: 'cksum',
  },
]

/** shasum is a script of Perl, which a bare Darwin may lack: only what has read a file counts as there. */
const probe = [
  'PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH',
  'export PATH',
  ...candidates.map(
    ({ argv, name }) => `${argv.join(' ')} /dev/null >/dev/null 2>&1 && command -v ${name}`,
  ),
  'command -v tar',
  'exit 0',
].join('; ')

export interface GuestFileTools {
  /** The first that works; null when there is none. */
  readonly checksum: ChecksumTool | null
  readonly tar: string | null
}

/** Looks for a tool that makes checksums, and for tar. */
export async function findFileTools(
  session: GuestSession,
  signal?: AbortSignal,
): Promise<GuestFileTools> {
  const argv = ['/bin/sh', '-c', probe]
  const result = await session.run({ name: 'file tools', argv, timeoutMs: 20_000, signal })
  // Anything but a plain path (an alias, a builtin) is not something to run.
  const paths = textOf(result)
    .split('\n')
    .filter(path => /^\/[\w@%+=:,./-]+$/.test(path))
  const pathOf = (name: string) => paths.find(path => path.endsWith(`/${name}`))
  const found = candidates.find(({ name }) => pathOf(name) !== undefined)
  const checksum = found && {
    argv: [pathOf(found.name)!, ...found.argv.slice(1)],
    label: found.label,
    kind: found.kind,
  }
  return { checksum: checksum ?? null, tar: pathOf('tar') ?? null }
}

/**
 * The lines that such a tool prints, by the name it was given:
 *
 *   e3b0…b855  name        shasum, sha256sum; a backslash in front says that the name is escaped
 *   SHA256(name)= e3b0…    openssl of any age
 *   4294967295 0 name      cksum
 *
 * @returns null when a line is none of these
 */
export function readChecksums(lines: readonly string[]): ReadonlyMap<string, string> | null {
  const found = new Map<string, string>()
  for (const line of lines) {
    const sum = /^(\\?)([0-9a-f]{64}) [ *](.+)$/.exec(line)
    const openssl = /^SHA(?:2-)?256 ?\((.+)\)= ?([0-9a-f]{64})$/.exec(line)
    const cksum = /^(\d{1,10} \d{1,16}) (.+)$/.exec(line)
    if (sum) found.set(sum[1] === '' ? sum[3]! : sum[3]!.replaceAll('\\\\', '\\'), sum[2]!)
    else if (openssl) found.set(openssl[1]!, openssl[2]!)
    else if (cksum) found.set(cksum[2]!, cksum[1]!)
    else return null
  }
  return found
}

/** The checksum of each file of a bundle on this computer, as the guest's tool would print it. */
export async function localChecksums(
  plan: PushPlan,
  kind: ChecksumTool['kind'],
): Promise<ReadonlyMap<string, string>> {
  const sums = new Map<string, string>()
  for (const entry of plan.entries) {
    if (entry.kind !== 'file') continue
    const path = join(plan.localPath, ...entry.path.split('/'))
    sums.set(entry.path, await checksumOf(createReadStream(path), kind, path))
  }
  return sums
}

export async function checksumOf(
  pieces: AsyncIterable<Uint8Array>,
  kind: ChecksumTool['kind'],
  path: string,
): Promise<string> {
  try {
    if (kind === 'sha256') {
      const hash = createHash('sha256')
      for await (const piece of pieces) hash.update(piece)
      return hash.digest('hex')
    }
    const sum = new Cksum()
    for await (const piece of pieces) sum.add(piece)
    return sum.text()
  } catch (error) {
    if (error instanceof FailureError) throw error
    const detail = error instanceof Error ? error.message : String(error)
    throw new FailureError({ kind: 'file-unreadable', path, detail })
  }
}
