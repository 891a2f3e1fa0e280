import { posix } from 'node:path'
import type { SFTPWrapper } from 'ssh2'
import type { PushEntry, PushPlan } from './push-plan.ts'
import type { GuestSession } from './session.ts'
import { failedTransfer, stopWith } from './upload-bundle.ts'

type FileEntry = Extract<PushEntry, { kind: 'file' }>

const pieceBytes = 32 * 1024

/** Reads each planned file of the bundle at `path` in the guest; of one that is longer than planned, a byte more. */
export async function readBack(
  session: GuestSession,
  plan: PushPlan,
  path: string,
  options: { readonly signal?: AbortSignal | undefined },
  take: (entry: FileEntry, pieces: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<void> {
  const stop = stopWith(session, options.signal)
  try {
    const lease = await stop.unless(session.sftp())
    try {
      for (const entry of plan.entries) {
        if (entry.kind !== 'file') continue
        await stop.unless(take(entry, pieces(lease.channel, posix.join(path, entry.path), entry)))
      }
    } finally {
      lease.release()
    }
  } finally {
    stop.release()
  }
}

async function* pieces(
  sftp: SFTPWrapper,
  path: string,
  entry: FileEntry,
): AsyncGenerator<Uint8Array> {
  const failed = (error: Error) =>
    failedTransfer(entry.path, `it cannot be read back: ${error.message}`)
  const handle = await new Promise<Buffer>((resolve, reject) => {
    sftp.open(path, 'r', (error, opened) => (error ? reject(failed(error)) : resolve(opened)))
  })
  let position = 0
  while (position <= entry.bytes) {
    const length = Math.min(pieceBytes, entry.bytes + 1 - position)
    const piece = await new Promise<Buffer | null>((resolve, reject) => {
      const buffer = Buffer.alloc(length)
      sftp.read(handle, buffer, 0, length, position, (error, count) => {
        // The end of a file is an error in SFTP: SSH_FX_EOF.
        if (error && (error as { code?: unknown }).code === 1) resolve(null)
        else if (error) reject(failed(error))
        else resolve(buffer.subarray(0, count))
      })
    })
    if (piece === null || piece.length === 0) break
    position += piece.length
    yield piece
  }
  await new Promise<void>((resolve, reject) => {
    sftp.close(handle, error => (error ? reject(failed(error)) : resolve()))
  })
}
