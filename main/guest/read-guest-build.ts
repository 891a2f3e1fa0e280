import { posix } from 'node:path'
import { FailureError } from '../../core/failure.ts'
import type { Build } from '../../core/kext/compare-builds.ts'
import { lookAtExecutable } from '../../core/kext/look-at-executable.ts'
import { stringAt } from '../../core/registry/property-value.ts'
import { plistLimitBytes, readPlist } from '../plist/read-plist.ts'
import type { GuestSession } from './session.ts'

export interface BuildReading {
  /** Null where there is no bundle, or none that can be read; its parts are null where only they are unknown. */
  readonly build: Build | null
  /** What could not be read and why, in a sentence; null where all could. */
  readonly reason: string | null
  /** The classes that its code defines; null where that is not known. */
  readonly classes: readonly string[] | null
}

export interface BuildReadingOptions {
  /** Of the guest: `x86_64`. Null takes the first of a fat file. */
  readonly architecture: string | null
  /** A larger executable is not read; default 64 MiB. */
  readonly limitBytes?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** A kext's code is rarely larger than a few megabytes; that of graphics drivers is. */
export const executableLimitBytes = 64 * 1024 * 1024

/**
 * Which build of a kext lies in the guest: the version of its Info.plist and the UUID of its code. When it was built
 * is not known there, since a push gives its files new times.
 *
 * @throws FailureError when the guest cannot be reached or the question was cancelled
 */
export async function readGuestBuild(
  session: GuestSession,
  bundlePath: string,
  options: BuildReadingOptions,
): Promise<BuildReading> {
  const read = (path: string, limitBytes: number) =>
    readWhole(session, posix.join(bundlePath, path), limitBytes, options.signal)
  const unknown = (reason: string): BuildReading => ({ build: null, reason, classes: null })

  // Flat bundles without `Contents` are accepted too (facts: kexts, section 2).
  const inContents = await read('Contents/Info.plist', plistLimitBytes)
  const infoPlist = inContents.bytes ? inContents : await read('Info.plist', plistLimitBytes)
  if (!infoPlist.bytes) {
    return unknown(`No kext can be read at ${bundlePath} in the guest: ${inContents.because}.`)
  }
  let info
  try {
    info = readPlist(infoPlist.bytes, `${bundlePath}’s Info.plist`)
  } catch (error) {
    if (!(error instanceof FailureError)) throw error
    return unknown(error.message)
  }
  if (info.kind !== 'dictionary') {
    return unknown(`The Info.plist of ${bundlePath} in the guest holds no dictionary.`)
  }
  const version = stringAt(info, 'CFBundleVersion') ?? null
  const executable = stringAt(info, 'CFBundleExecutable')
  const withUuid = (
    uuid: string | null,
    because: string | null,
    classes: readonly string[] | null = null,
  ): BuildReading => ({
    build: { version, uuid, builtAt: null },
    classes,
    reason:
      because === null ? null : `The UUID of ${bundlePath} in the guest is not known: ${because}.`,
  })
  if (executable === undefined) return withUuid(null, 'the kext has no code of its own')
  if (!isFileName(executable)) return withUuid(null, 'its CFBundleExecutable is no file name')
  const folder = inContents.bytes ? 'Contents/MacOS' : ''
  const code = await read(
    posix.join(folder, executable),
    options.limitBytes ?? executableLimitBytes,
  )
  if (!code.bytes) return withUuid(null, code.because)
  const { uuid, because, classes } = lookAtExecutable(code.bytes, options.architecture)
  return withUuid(uuid, because, classes)
}

/** A name that stays in its folder, whatever a guest's Info.plist says. */
export function isFileName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name)
}

type Whole =
  | { readonly bytes: Uint8Array; readonly because: null }
  | { readonly bytes: null; readonly because: string }

async function readWhole(
  session: GuestSession,
  path: string,
  limitBytes: number,
  signal: AbortSignal | undefined,
): Promise<Whole> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  const onStdout = (piece: Uint8Array) => {
    bytes += piece.length
    if (bytes > limitBytes) {
      throw new FailureError({ kind: 'dump-too-large', source: path, limitBytes })
    }
    pieces.push(piece)
  }
  try {
    const argv = ['/bin/cat', '--', path]
    await session.run({ name: 'read build', argv, signal, onStdout })
    return { bytes: Buffer.concat(pieces), because: null }
  } catch (error) {
    if (!(error instanceof FailureError)) throw error
    switch (error.failure.kind) {
      case 'command-failed':
        return { bytes: null, because: error.failure.stderr.trim().slice(0, 300) || 'cat failed' }
      case 'dump-too-large':
        return { bytes: null, because: `${posix.basename(path)} is too large to be a kext’s` }
      default:
        throw error
    }
  }
}
