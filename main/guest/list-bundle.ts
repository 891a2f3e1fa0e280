import { FailureError } from '../../core/failure.ts'
import type { ChecksumTool } from './checksums.ts'
import { readChecksums } from './checksums.ts'
import { textOf } from './command.ts'
import type { PushEntry, PushPlan } from './push-plan.ts'
import type { GuestSession } from './session.ts'

/** What lies in a bundle of the guest; paths as in a `PushPlan`. */
export interface BundleListing {
  readonly directories: ReadonlySet<string>
  /** Path -> where it leads. */
  readonly symlinks: ReadonlyMap<string, string>
  /** Path -> checksum. */
  readonly files: ReadonlyMap<string, string>
  /** The files that their owner may run. */
  readonly executables: ReadonlySet<string>
}

/** No line of find's can be this: they begin with a dot. */
const end = '///'

/** $1 is the bundle, the rest is the checksum tool. Folders, symlinks, where they lead, what is none of these, files that may be run, files. */
const script = [
  'PATH=/usr/bin:/bin',
  'LC_ALL=C',
  'export PATH LC_ALL',
  // cd would follow a symlink, which cp would not.
  'if test -L "$1"; then exit 1; fi',
  'cd "$1" || exit 1',
  'shift',
  'find . -type d -print',
  `echo ${end}`,
  'find . -type l -print',
  `echo ${end}`,
  'find . -type l -exec readlink {} +',
  `echo ${end}`,
  'find . ! -type d ! -type l ! -type f -print',
  `echo ${end}`,
  'find . -type f -perm -100 -print',
  `echo ${end}`,
  'find . -type f -exec "$@" {} +',
].join('; ')

/** The command that lists `path` and makes a checksum of each of its files. */
export function listBundleArguments(path: string, tool: ChecksumTool): readonly string[] {
  return ['/bin/sh', '-c', script, 'sh', path, ...tool.argv]
}

/**
 * Lists a bundle of the guest. Null when what came back is not understood: a name with a newline, a file that
 * this account may not read, a bundle that is not there, names without end.
 */
export async function listBundle(
  session: GuestSession,
  path: string,
  tool: ChecksumTool,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<BundleListing | null> {
  const listing = session.run({
    name: 'list bundle',
    argv: listBundleArguments(path, tool),
    okExitCodes: 'any',
    timeoutMs: 300_000,
    signal: options.signal,
  })
  const result = await listing.catch((error: unknown) => {
    // Longer than that of any bundle which could be pushed.
    if (error instanceof FailureError && error.failure.kind === 'dump-too-large') return null
    throw error
  })
  if (result === null) return null
  return result.exitCode === 0 && result.stderr === '' ? readListing(textOf(result)) : null
}

export function readListing(text: string): BundleListing | null {
  const parts: string[][] = [[]]
  for (const line of text.split('\n').slice(0, -1)) {
    if (line === end) parts.push([])
    else parts.at(-1)!.push(line)
  }
  const [folders, links, targets, others, executables, sums] = parts
  if (!folders || !links || !targets || !others || !executables || !sums) return null
  if (parts.length > 6) return null
  const files = readChecksums(sums)
  if (files === null || others.length > 0 || links.length !== targets.length) return null
  const names = [...folders, ...links, ...files.keys()]
  if (!names.every(isPath) || new Set(names).size !== names.length) return null
  if (files.size !== sums.length) return null
  return {
    directories: new Set(folders.map(inBundle)),
    symlinks: new Map(links.map((link, i) => [inBundle(link), targets[i]!])),
    files: new Map([...files].map(([path, sum]) => [inBundle(path), sum])),
    executables: new Set(executables.map(inBundle)),
  }
}

function isPath(name: string): boolean {
  if (name === '.') return true
  return (
    name.startsWith('./') &&
    !name
      .slice(2)
      .split('/')
      .some(part => /^(\.{1,2})?$/.test(part))
  )
}

function inBundle(name: string): string {
  return name === '.' ? '' : name.slice(2)
}

export interface BundleDifference {
  /** What has to be sent, in the order of the plan. */
  readonly send: readonly PushEntry[]
  /** What has to go before that: what is there no longer, and what gets another content. Shortest first. */
  readonly remove: readonly string[]
  /** Files and symlinks in the plan, and how many of them are the same in the guest. */
  readonly fileCount: number
  readonly sameCount: number
}

/** What is different in the guest. Of the modes only that of being executable
 * counts: a push sets all else, and the owners. */
export function compareBundle(
  plan: PushPlan,
  checksums: ReadonlyMap<string, string>,
  listing: BundleListing,
): BundleDifference {
  const send = plan.entries.filter(entry => {
    switch (entry.kind) {
      case 'directory':
        return !listing.directories.has(entry.path)
      case 'symlink':
        return listing.symlinks.get(entry.path) !== entry.target
      case 'file':
        return (
          listing.files.get(entry.path) !== checksums.get(entry.path) ||
          listing.executables.has(entry.path) !== isExecutable(entry.mode)
        )
    }
  })
  const same = new Set(plan.entries.map(entry => entry.path))
  for (const entry of send) same.delete(entry.path)
  const remove: string[] = []
  const there = [...listing.directories, ...listing.symlinks.keys(), ...listing.files.keys()]
  for (const path of there.sort((a, b) => a.length - b.length)) {
    const isGone = !same.has(path)
    if (isGone && !remove.some(folder => path.startsWith(`${folder}/`))) remove.push(path)
  }
  const isFile = (entry: PushEntry) => entry.kind !== 'directory'
  const fileCount = plan.entries.filter(isFile).length
  return { send, remove, fileCount, sameCount: fileCount - send.filter(isFile).length }
}

function isExecutable(mode: number): boolean {
  return (mode & 0o100) !== 0
}

/** The first thing in which a bundle of the guest is not the planned one, as a path and a reason; null if none. */
export function firstDifference(
  plan: PushPlan,
  checksums: ReadonlyMap<string, string>,
  listing: BundleListing,
): { readonly path: string; readonly detail: string } | null {
  const { send, remove } = compareBundle(plan, checksums, listing)
  const [entry] = send
  if (entry) {
    const there = {
      directory: listing.directories,
      symlink: listing.symlinks,
      file: listing.files,
    }[entry.kind].has(entry.path)
    if (!there) return { path: entry.path, detail: 'it did not arrive in the guest' }
    const isSame =
      entry.kind === 'file' && listing.files.get(entry.path) === checksums.get(entry.path)
    const detail =
      entry.kind === 'symlink'
        ? 'it leads elsewhere in the guest'
        : isSame
          ? 'it may be run on one side and not on the other'
          : 'its checksum in the guest is another one'
    return { path: entry.path, detail }
  }
  const [extra] = remove
  return extra === undefined
    ? null
    : { path: extra, detail: 'it is in the guest and not in this bundle' }
}
