import { gzipSync } from 'node:zlib'
import { FailureError } from '../../../core/failure.ts'
import { captureRecord, type CaptureRecord } from '../../../core/kextant/manifest.ts'
import { isOutputKind } from '../../../core/kextant/output-kinds.ts'
import { redactPlist, redactSource, redactText } from '../../../core/redact/redact-bytes.ts'
import type { Redaction } from '../../../core/redact/redaction.ts'
import type { TakenCapture } from '../capture-guest.ts'
import type { Evidence, Output } from '../evidence.ts'
import { drive, within, type Tell } from './drive.ts'
import { isGzip, piecesIn, Unpacker, wholeOf } from './look-beside.ts'
import { redactTar } from './redact-tar.ts'

/** An output with its secrets replaced; without a content where that cannot be. */
export interface RedactedOutput {
  readonly output: Output
  /** Why it is not shared; a sentence. */
  readonly leftOut: string | null
}

/** Each output of a capture with its secrets replaced, one after the other. */
export async function* redactOutputs(
  taken: TakenCapture,
  redaction: Redaction,
  signal: AbortSignal,
  tell: Tell,
): AsyncGenerator<RedactedOutput> {
  const { snapshot, evidence } = taken
  const sizes = evidence.outputs.map(output => sizeOf(output, taken))
  const total = sizes.reduce((sum, size) => sum + size, 1)
  const unpacker = new Unpacker()
  let before = 0
  for (const [i, output] of evidence.outputs.entries()) {
    const part = within(tell, before / total, (before + sizes[i]!) / total)
    before += sizes[i]!
    const source = sourceOf(output, snapshot.sources.length)
    if (source >= 0) {
      yield shared(output, [await drive(redactSource(snapshot, source, redaction), signal, part)])
      continue
    }
    if (!isOutputKind(output.kind)) {
      // It may be compressed, or anything.
      const leftOut = `${output.path} is of a kind that this Kextant does not know, so it is left out.`
      yield { ...shared(output, []), leftOut }
      continue
    }
    const bytes = wholeOf(await piecesIn(output, taken))
    if (output.kind === 'info-plists' || output.kind === 'boot-personalities') {
      yield await redactArchive(output, bytes, redaction, unpacker, signal)
      continue
    }
    redactText(bytes, redaction)
    yield shared(output, [bytes])
  }
}

function shared(output: Output, pieces: readonly Uint8Array[]): RedactedOutput {
  return { output: { ...output, content: { where: 'memory', pieces } }, leftOut: null }
}

/** A tar of property lists, each of them as it is or in gzip. */
async function redactArchive(
  output: Output,
  bytes: Uint8Array,
  redaction: Redaction,
  unpacker: Unpacker,
  signal: AbortSignal,
): Promise<RedactedOutput> {
  const left: string[] = []
  const pieces = await redactTar(bytes, redaction, async ({ name, content }) => {
    const isPacked = isGzip(content)
    const made = isPacked ? unpacker.unpack(content) : content.slice()
    if (made === null) {
      left.push(name)
      return null
    }
    await drive(redactPlist(made, redaction), signal)
    return isPacked ? new Uint8Array(gzipSync(made)) : made
  })
  if (pieces) {
    const [first] = left
    const names = left.length === 1 ? first : `${first} and ${left.length - 1} more`
    const leftOut =
      first === undefined
        ? null
        : `${output.path}: ${names} cannot be unpacked and looked into, and ${left.length === 1 ? 'is' : 'are'} left out.`
    return { ...shared(output, pieces), leftOut }
  }
  const sentence = `${output.path} is no archive that can be read to its end, so it is left out.`
  return { ...shared(output, []), leftOut: sentence }
}

function sizeOf({ content }: Output, { snapshot }: TakenCapture): number {
  switch (content.where) {
    case 'snapshot':
      return snapshot.sources[content.source]!.bytes.length
    case 'memory':
      return content.pieces.reduce((sum, { length }) => sum + length, 0)
    case 'disk':
      return content.mark.length
  }
}

/** Bytes that were decoded on the way (RTF, UTF-16, gzip) are shared as they were read. */
function sourceOf({ kind, content, path }: Output, sources: number): number {
  if (content.where === 'snapshot') return content.source
  if (kind !== 'dump') return -1
  if (sources === 1) return 0
  const detail = `${path} was decoded while it was read; save it as text or XML first, and redact that`
  throw new FailureError({ kind: 'bad-request', request: 'redaction.preview', detail })
}

/** All of it: what a `.kextant` is made of. */
export async function redactCapture(
  taken: TakenCapture,
  redaction: Redaction,
  signal: AbortSignal,
  tell: Tell,
): Promise<TakenCapture> {
  const outputs: Output[] = []
  const missing: CaptureRecord['missing'] = []
  for await (const { output, leftOut } of redactOutputs(taken, redaction, signal, tell)) {
    if (leftOut !== null) missing.push({ part: output.path, reason: leftOut })
    const isEmpty = output.content.where === 'memory' && output.content.pieces.length === 0
    if (isEmpty && leftOut !== null) continue
    outputs.push(output.kind === 'dump' ? { ...output, path: 'dump/redacted' } : output)
  }
  const { record: whole } = taken.evidence
  // What is left out is called by names of the guest's, too.
  const record = redactRecord({ ...whole, missing: [...whole.missing, ...missing] }, redaction)
  const kept = new Set(outputs.map(({ path }) => path))
  const commands = record.commands.map(command =>
    command.file === null || kept.has(command.file) ? command : { ...command, file: null },
  )
  const evidence: Evidence = {
    record: { ...record, commands },
    outputs,
  }
  return { ...taken, evidence }
}

const redactedLabel = 'Redacted capture'

/** What the user calls the guest, or the file, is a name too, and is in no list of secrets. */
function redactRecord(record: CaptureRecord, redaction: Redaction): CaptureRecord {
  const { label } = record.source
  const text = (words: string) => {
    const bytes = new TextEncoder().encode(words)
    redactText(bytes, redaction)
    return new TextDecoder().decode(bytes)
  }
  const sentence = (words: string) =>
    text(label.trim().length < 3 ? words : words.replaceAll(label, redactedLabel))
  const { identity, takenAt, source, ...said } = record
  // Read again, for what it says came from a guest. A guest that is called “Darwin” has a Darwin kernel all the same.
  return captureRecord.parse({
    ...(withTexts(said, sentence) as typeof said),
    identity: withTexts(identity, text),
    takenAt,
    source: { ...source, label: redactedLabel },
  })
}

/** The same value with each of its texts replaced. */
function withTexts(value: unknown, text: (words: string) => string): unknown {
  if (typeof value === 'string') return text(value)
  if (Array.isArray(value)) return value.map(item => withTexts(item, text))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withTexts(item, text)]),
  )
}
