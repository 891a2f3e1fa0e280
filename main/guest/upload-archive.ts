import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { pack } from 'tar-stream'
import type { Pack } from 'tar-stream'
import { FailureError } from '../../core/failure.ts'
import type { PushEntry, PushPlan } from './push-plan.ts'
import type { GuestSession } from './session.ts'
import { failedTransfer, type UploadOptions } from './upload-bundle.ts'

/** bsdtar of macOS takes `._name` for the metadata of `name`, unless it is told not to. */
export function unpackArguments(tar: string, folder: string): readonly string[] {
  return ['/usr/bin/env', 'COPYFILE_DISABLE=1', tar, '-x', '-f', '-', '-C', folder]
}

/** Sends `entries` of the bundle as one tar stream, which the guest unpacks in `folder`; what lies there stays. */
export async function uploadArchive(
  session: GuestSession,
  plan: PushPlan,
  entries: readonly PushEntry[],
  { folder, tar }: { readonly folder: string; readonly tar: string },
  options: UploadOptions,
): Promise<void> {
  const archive = pack()
  const stream = Readable.from(archive as AsyncIterable<Uint8Array>, { objectMode: false })
  const trouble: { error: Error | null } = { error: null }
  const filling = fill(archive, plan, entries, options).catch((error: unknown) => {
    trouble.error = error instanceof Error ? error : new Error(String(error))
    archive.destroy(trouble.error)
  })
  try {
    await session.run({
      name: 'push, archive',
      argv: unpackArguments(tar, folder),
      stdinStream: stream,
      timeoutMs: 3_600_000,
      signal: options.signal,
    })
    // tar may leave the padding at the end unread.
    stream.unpipe()
    stream.resume()
  } catch (error) {
    stream.destroy()
    archive.destroy()
    await filling
    // A file that cannot be read cuts the archive short; of the two complaints the first is the reason.
    if (trouble.error instanceof FailureError && !isOwnEnd(error)) throw trouble.error
    throw error
  }
  await filling
  if (trouble.error !== null) throw trouble.error
}

function isOwnEnd(error: unknown): boolean {
  const ends = ['cancelled', 'connection-lost', 'not-connected']
  return error instanceof FailureError && ends.includes(error.failure.kind)
}

async function fill(
  archive: Pack,
  plan: PushPlan,
  entries: readonly PushEntry[],
  options: UploadOptions,
): Promise<void> {
  const totalBytes = entries.reduce((sum, one) => sum + (one.kind === 'file' ? one.bytes : 0), 0)
  let sentBytes = 0
  for (const entry of entries) {
    const name = entry.path === '' ? plan.name : `${plan.name}/${entry.path}`
    if (entry.kind === 'file') {
      const mode = (entry.mode & 0o755) | 0o600
      const target = archive.entry({ name, type: 'file', size: entry.bytes, mode })
      const source = createReadStream(join(plan.localPath, ...entry.path.split('/')))
      source.on('data', piece => {
        sentBytes += piece.length
        options.onProgress?.({ path: entry.path, sentBytes, totalBytes })
      })
      try {
        await pipeline(source, target)
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException
        const isSize = code === undefined && /size/i.test(message)
        throw failedTransfer(
          entry.path,
          isSize ? 'it changed while it was being sent; is a build still running?' : message,
        )
      }
    } else if (entry.kind === 'symlink') {
      archive.entry({ name, type: 'symlink', linkname: entry.target, mode: 0o755 })
    } else archive.entry({ name, type: 'directory', mode: 0o755 })
  }
  archive.finalize()
}
