import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join, posix } from 'node:path'
import type { SFTPWrapper } from 'ssh2'
import { FailureError } from '../../core/failure.ts'
import type { PushEntry, PushPlan } from './push-plan.ts'
import type { GuestSession } from './session.ts'

export interface PushProgress {
  /** The file being sent, inside the bundle. */
  readonly path: string
  readonly sentBytes: number
  readonly totalBytes: number
}

export interface UploadOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: PushProgress) => void) | undefined
}

/** What SFTP servers take in one request at the least, and how many requests are under way at once. */
const requestBytes = 32 * 1024
const requestsAtOnce = 32

/**
 * Sends `entries` of a bundle to `target` by SFTP. Nothing of them may be there yet, and the folders in which they
 * lie are there or are among them.
 */
export async function uploadBundle(
  session: GuestSession,
  plan: PushPlan,
  entries: readonly PushEntry[],
  target: string,
  options: UploadOptions,
): Promise<void> {
  const totalBytes = entries.reduce((sum, one) => sum + (one.kind === 'file' ? one.bytes : 0), 0)
  const stop = stopWith(session, options.signal)
  try {
    const lease = await stop.unless(session.sftp())
    try {
      let sentBytes = 0
      for (const entry of entries) {
        const sent = (bytes: number) => {
          sentBytes += bytes
          options.onProgress?.({ path: entry.path, sentBytes, totalBytes })
        }
        await send(lease.channel, plan, entry, posix.join(target, entry.path), stop.unless, sent)
      }
    } finally {
      lease.release()
    }
  } finally {
    stop.release()
  }
}

type Unless = <T>(work: Promise<T>) => Promise<T>

async function send(
  sftp: SFTPWrapper,
  plan: PushPlan,
  entry: PushEntry,
  target: string,
  unless: Unless,
  sent: (bytes: number) => void,
): Promise<void> {
  const call = (start: (done: (error?: Error | null) => void) => void) =>
    unless(
      new Promise<void>((resolve, reject) => {
        start(error => (error ? reject(failedTransfer(entry.path, error.message)) : resolve()))
      }),
    )
  switch (entry.kind) {
    case 'directory':
      return call(done => sftp.mkdir(target, { mode: 0o755 }, done))
    case 'symlink':
      return call(done => sftp.symlink(entry.target, target, done))
    case 'file': {
      const file = await openLocal(join(plan.localPath, ...entry.path.split('/')), entry.path)
      try {
        await sendFile(sftp, file, entry, target, unless, call, sent)
      } finally {
        await file.close()
      }
    }
  }
}

async function sendFile(
  sftp: SFTPWrapper,
  file: FileHandle,
  entry: Extract<PushEntry, { kind: 'file' }>,
  target: string,
  unless: Unless,
  call: (start: (done: (error?: Error | null) => void) => void) => Promise<void>,
  sent: (bytes: number) => void,
): Promise<void> {
  // `wx`: what is there already was not put there by us.
  const handle = await unless(
    new Promise<Buffer>((resolve, reject) => {
      sftp.open(target, 'wx', { mode: (entry.mode & 0o755) | 0o600 }, (error, opened) => {
        if (error) reject(failedTransfer(entry.path, error.message))
        else resolve(opened)
      })
    }),
  )
  let position = 0
  for (;;) {
    const { bytesRead, buffer } = await file.read({
      buffer: Buffer.allocUnsafe(requestBytes * requestsAtOnce),
      position,
    })
    if (bytesRead === 0) break
    const writes: Promise<void>[] = []
    for (let start = 0; start < bytesRead; start += requestBytes) {
      const length = Math.min(requestBytes, bytesRead - start)
      const at = position + start
      writes.push(call(done => sftp.write(handle, buffer, start, length, at, done)))
    }
    await Promise.all(writes)
    position += bytesRead
    sent(bytesRead)
  }
  await call(done => sftp.close(handle, done))
  if (position !== entry.bytes) {
    throw failedTransfer(
      entry.path,
      'it changed while it was being sent; is a build still running?',
    )
  }
}

async function openLocal(path: string, shown: string): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (error) {
    throw failedTransfer(shown, error instanceof Error ? error.message : String(error))
  }
}

export function failedTransfer(path: string, detail: string): FailureError {
  return new FailureError({ kind: 'transfer-failed', path: path || 'the bundle', detail })
}

/** SFTP requests do not end when the connection does, nor when the user has had enough. */
export function stopWith(session: GuestSession, signal: AbortSignal | undefined) {
  let stop: (error: FailureError) => void = () => {}
  const stopped = new Promise<never>((_, reject) => {
    stop = reject
  })
  stopped.catch(() => {})
  const cancel = () => stop(new FailureError({ kind: 'cancelled' }))
  const forget = session.onClose(failure => stop(new FailureError(failure)))
  if (signal?.aborted) cancel()
  signal?.addEventListener('abort', cancel, { once: true })
  const unless: Unless = work => Promise.race([work, stopped])
  const release = () => {
    forget()
    signal?.removeEventListener('abort', cancel)
  }
  return { unless, release }
}
