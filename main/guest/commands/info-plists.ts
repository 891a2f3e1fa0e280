import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import type { Extract } from 'tar-stream'
import { FailureError } from '../../../core/failure.ts'
import type { CommandResult } from '../command.ts'
import type { GuestSession } from '../session.ts'

/** The Info.plist of one kext of the guest. */
export interface InfoPlistFile {
  /** Full path in the guest, `…/Foo.kext/Contents/Info.plist`. */
  readonly path: string
  readonly bytes: Uint8Array
}

export interface InfoPlistsReport {
  readonly fileCount: number
  /** Files left out and why, in sentences. */
  readonly problems: readonly string[]
}

const fileLimitBytes = 4 * 1024 * 1024
const totalLimitBytes = 512 * 1024 * 1024
const fileLimit = 20_000

/**
 * One archive of every kext's Info.plist: a guest has hundreds, and a command or an SFTP read for each
 * would take half a minute where this takes a second. The folders are those that the kext tools scan
 * (facts: kexts, section 2). COPYFILE_DISABLE keeps Apple's tar from adding a `._` file for each. The
 * script is constant; nothing is ever put into it.
 */
const script = [
  'PATH=/usr/bin:/bin:/usr/sbin:/sbin; export PATH',
  'COPYFILE_DISABLE=1; export COPYFILE_DISABLE',
  'for root in /System/Library/Extensions /Library/Extensions /Library/Apple/System/Library/Extensions; ' +
    'do if test -d "$root"; then find -L "$root" -name Info.plist -type f -print0; fi; done ' +
    '| tar -c -f - --null -T -',
].join('; ')

/**
 * Reads every kext's Info.plist, PlugIns included, and gives them to `onFile` one by one, in the order of
 * the guest's folders. Files that cannot be read there are missing here: the tools' exit codes count
 * only when nothing came at all.
 *
 * @throws FailureError dump-malformed (not an archive), dump-too-large, command-missing
 */
export async function readInfoPlists(
  session: GuestSession,
  onFile: (file: InfoPlistFile) => void | Promise<void>,
  signal?: AbortSignal,
): Promise<InfoPlistsReport> {
  const problems: string[] = []
  let fileCount = 0
  let totalBytes = 0
  const archive = extract()
  const broken: { by: Error | null } = { by: null }
  const read = new Map<string, Uint8Array>()
  const unpacked = unpack(archive, async entry => {
    if (!isInfoPlistOfKext(entry.path)) return
    if (entry.size > fileLimitBytes) {
      const limit = `${fileLimitBytes / 1024 / 1024} MB`
      problems.push(`${entry.path} is larger than ${limit} and was left out.`)
      return
    }
    // The same file by another way, through a symlinked folder or a hard link.
    const bytes = entry.linkedPath === null ? await entry.read() : read.get(entry.linkedPath)
    if (!bytes) return
    totalBytes += bytes.length
    if (++fileCount > fileLimit || totalBytes > totalLimitBytes) {
      const source = 'the guest’s Info.plist files'
      throw new FailureError({ kind: 'dump-too-large', source, limitBytes: totalLimitBytes })
    }
    read.set(entry.path, bytes)
    await onFile({ path: entry.path, bytes })
  }).catch((error: Error) => {
    broken.by = isTarError(error) ? notAnArchive(received) : error
  })
  let received = 0
  let result: CommandResult
  try {
    result = await session.run({
      name: 'Info.plists',
      argv: ['/bin/sh', '-c', script],
      okExitCodes: 'any',
      timeoutMs: 180_000,
      signal,
      onStdout: async chunk => {
        received += chunk.length
        if (!broken.by && !archive.write(chunk)) {
          await Promise.race([once(archive, 'drain'), unpacked])
        }
        if (broken.by) throw broken.by
      },
    })
  } catch (error) {
    archive.destroy()
    throw error
  }
  archive.end(undefined)
  await unpacked
  if (broken.by) throw broken.by
  if (received === 0 && result.exitCode !== 0) {
    const { command, exitCode, stderr } = result
    throw new FailureError({ kind: 'command-failed', command, exitCode, stderr })
  }
  return { fileCount, problems }
}

interface ArchivedFile {
  readonly path: string
  readonly size: number
  /** The path of the entry that has the content, when this one is a link to it. */
  readonly linkedPath: string | null
  readonly read: () => Promise<Uint8Array>
}

/** Goes through the entries; `visit` may read one, and what it does not read is skipped. */
async function unpack(
  archive: Extract,
  visit: (file: ArchivedFile) => Promise<void>,
): Promise<void> {
  for await (const entry of archive) {
    const { name, size = 0, type, linkname } = entry.header
    if (type === 'file' || type === 'link') {
      const linkedPath = type === 'link' ? fullPath(linkname ?? '') : null
      await visit({ path: fullPath(name), size, linkedPath, read: () => buffer(entry) })
    }
    entry.resume()
  }
}

/** tar takes the leading slash away. */
function fullPath(name: string): string {
  return name.startsWith('/') ? name : `/${name}`
}

/** `*.kext/Contents/Info.plist`, or `*.kext/Info.plist` in a flat bundle; nothing else that is called so. */
function isInfoPlistOfKext(path: string): boolean {
  return /\.kext(\/Contents)?\/Info\.plist$/.test(path) && !path.split('/').includes('..')
}

function notAnArchive(byteOffset: number): FailureError {
  const source = 'the guest’s archive of Info.plist files'
  return new FailureError({ kind: 'dump-malformed', source, byteOffset, expected: 'a tar archive' })
}

/** tar-stream has no type of its own for these; all else that is thrown here is a bug or the caller's. */
function isTarError(error: Error): boolean {
  return /^(Invalid (tar )?header|Header exceeds|Unexpected end of data)/i.test(error.message)
}
