import type { Redaction } from '../../../core/redact/redaction.ts'
import { redactText } from '../../../core/redact/redact-bytes.ts'

/*
 * A tar (POSIX ustar): for each file a header of 512 bytes, then its content, filled up to a multiple of 512. Numbers are
 * octal digits; the checksum is the sum of the header's bytes with its own place blank.
 *
 *   0 name, 100 mode, 108 uid, 116 gid, 124 size (12), 136 mtime, 148 checksum (8), 156 type, 157 linkname,
 *   257 magic, 265 uname, 297 gname, 345 prefix (155)
 */

const block = 512
/** Where names of files stand in a header. */
const names = [
  [0, 100],
  [157, 257],
  [345, 500],
] as const
/** Who owns the file, and its group: a kext that its author has copied there is his. */
const owners = [265, 329] as const

export interface TarFile {
  readonly name: string
  readonly content: Uint8Array
  /** Of type `x`, `g`, `K` or `L`: its content is the name of the next. */
  readonly isAboutNext: boolean
}

/** Null for bytes that are no tar. */
export function* tarFiles(
  bytes: Uint8Array,
): Generator<TarFile & { readonly at: number }, boolean> {
  for (let at = 0; at + block <= bytes.length;) {
    const header = bytes.subarray(at, at + block)
    if (header.every(byte => byte === 0)) return true
    const size = octal(header, 124, 136)
    const end = at + block + size
    if (size < 0 || end > bytes.length || octal(header, 148, 156) !== sumOf(header)) return false
    yield {
      at,
      name: textOf(header, 0, 100),
      content: bytes.subarray(at + block, end),
      isAboutNext: 'xgKL'.includes(String.fromCharCode(header[156]!)) && header[156] !== 0,
    }
    at += block + Math.ceil(size / block) * block
  }
  return true
}

/**
 * A tar with its secrets replaced, in names and in contents, and without the names of the files' owners.
 * @param redactFile gives a file's content anew; null leaves the file out
 * @returns null where it is no tar to its end
 */
export async function redactTar(
  bytes: Uint8Array,
  redaction: Redaction,
  redactFile: (file: TarFile) => Promise<Uint8Array | null>,
): Promise<Uint8Array[] | null> {
  const pieces: Uint8Array[] = []
  const files = tarFiles(bytes)
  for (let step = files.next(); ; step = files.next()) {
    if (step.done === true) {
      if (!step.value) return null
      pieces.push(new Uint8Array(2 * block))
      return pieces
    }
    const { at, content, isAboutNext } = step.value
    const made = isAboutNext ? redactedText(content, redaction) : await redactFile(step.value)
    if (made === null) continue
    const header = bytes.slice(at, at + block)
    for (const [from, to] of names) redactText(header.subarray(from, to), redaction)
    header.fill(0, ...owners)
    put(header, 124, `${made.length.toString(8).padStart(11, '0')}\0`)
    put(header, 148, `${sumOf(header).toString(8).padStart(6, '0')}\0 `)
    pieces.push(header, made, new Uint8Array((block - (made.length % block)) % block))
  }
}

function redactedText(content: Uint8Array, redaction: Redaction): Uint8Array {
  const made = content.slice()
  redactText(made, redaction)
  return made
}

function textOf(header: Uint8Array, from: number, to: number): string {
  return Buffer.from(header.subarray(from, to)).toString('utf8').replace(/\0.*$/s, '')
}

/** -1 for what is no number; sizes of 8 GB and more are written otherwise, and are none here. */
function octal(header: Uint8Array, from: number, to: number): number {
  const text = textOf(header, from, to).trim()
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : text === '' ? 0 : -1
}

function sumOf(header: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < block; i++) sum += i >= 148 && i < 156 ? 32 : header[i]!
  return sum
}

function put(header: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) header[at + i] = text.charCodeAt(i)
}
