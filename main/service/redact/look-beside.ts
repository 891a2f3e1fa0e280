import { gunzipSync } from 'node:zlib'
import type { TextBeside, ValueBeside } from '../../../core/redact/find-secrets.ts'
import type { TakenCapture } from '../capture-guest.ts'
import { CaptureParts } from '../capture-parts.ts'
import { piecesOf, type Output } from '../evidence.ts'
import { tarFiles } from './redact-tar.ts'

/** Of one file of unpacked personalities, and of all those of a capture; a real one has a few megabytes. */
const unpackedLimit = 64_000_000
const allUnpackedLimit = 128_000_000

/** What lies beside the registry, to be looked through for secrets. */
export interface Beside {
  readonly texts: readonly TextBeside[]
  readonly values: readonly ValueBeside[]
}

/** Lists of kexts and Info.plists hold UUIDs of builds, which are the same for all who have that build. */
const kindsWithBuildUuids: ReadonlySet<string> = new Set([
  'kextstat',
  'kmutil-showloaded',
  'ioclasscount',
  'info-plists',
  'boot-personalities',
  'sw_vers',
])

/** Outputs, personalities, and what the manifest will say. */
export async function lookBeside(taken: TakenCapture, unpacker = new Unpacker()): Promise<Beside> {
  const { evidence, capture } = taken
  const texts: TextBeside[] = []
  const parts = new CaptureParts(capture.identity?.machine ?? null)
  for (const output of evidence.outputs) {
    const { kind, path, content } = output
    // Dumps are looked through as what they are; node lines have no values.
    if (content.where === 'snapshot' || kind === 'dump') continue
    const pieces = await piecesIn(output, taken)
    const bytes = wholeOf(pieces)
    const hasBuildUuids = kindsWithBuildUuids.has(kind)
    if (kind === 'boot-personalities' || kind === 'info-plists') {
      for (const file of tarFiles(bytes)) {
        // tar takes the leading slash away.
        texts.push({ name: path, bytes: new TextEncoder().encode(`/${file.name}`), hasBuildUuids })
        const inside = file.isAboutNext ? null : unpacker.unpack(file.content)
        texts.push({ name: path, bytes: inside ?? file.content, hasBuildUuids })
      }
      await parts.read(kind, pieces)
    } else texts.push({ name: path, bytes, hasBuildUuids })
  }
  const record = new TextEncoder().encode(JSON.stringify(evidence.record))
  texts.push({ name: 'manifest', bytes: record })
  const installed = (parts.installed ?? []).flatMap(({ personalities }) => personalities)
  const boot = parts.bootPersonalities(capture.identity?.darwinMajor ?? null)?.personalities ?? []
  const values: ValueBeside[] = [
    ...installed.map(({ name, properties }) => ({ name, value: properties })),
    ...boot.map(value => ({ name: 'boot personalities', value })),
  ]
  return { texts, values }
}

export async function piecesIn(output: Output, { snapshot }: TakenCapture): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = []
  for await (const piece of piecesOf(output.content, snapshot)) pieces.push(piece)
  return pieces
}

export function wholeOf(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

/**
 * Takes the files of a capture out of their gzip, as far as memory has room for all of them: some kilobytes can be packed
 * megabytes. Who goes through the same files in the same order is given the same ones.
 */
export class Unpacker {
  private left: number

  constructor(limitBytes = allUnpackedLimit) {
    this.left = limitBytes
  }

  /** Null where it is no gzip, or none that can be unpacked whole. */
  unpack(bytes: Uint8Array): Uint8Array | null {
    if (!isGzip(bytes) || this.left === 0) return null
    try {
      const maxOutputLength = Math.min(unpackedLimit, this.left)
      const made = new Uint8Array(gunzipSync(bytes, { maxOutputLength }))
      this.left -= made.length
      return made
    } catch (error) {
      // One that is too large was unpacked up to there: so much is not done again and again.
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') this.left = 0
      return null
    }
  }
}

export const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b
