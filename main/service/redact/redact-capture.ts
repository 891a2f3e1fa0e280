import { FailureError } from '../../../core/failure.ts'
import { captureRecord, type CaptureRecord } from '../../../core/kextant/manifest.ts'
import { redactSource, redactText, type Redaction } from '../../../core/redact/redact-bytes.ts'
import type { TakenCapture } from '../capture-guest.ts'
import { piecesOf, type Evidence, type Output } from '../evidence.ts'
import { drive } from './drive.ts'

/** Outputs in which secrets are looked for by their looks too. Kext lists hold UUIDs of builds, which are none. */
export const textKinds: ReadonlySet<string> = new Set(['dmesg', 'sysctl', 'uname', 'root'])

/** Compressed, so that nothing can be replaced in place. */
const closedKinds: ReadonlySet<string> = new Set(['boot-personalities'])

export function whyNotLookedInto({ evidence }: TakenCapture): readonly string[] {
  return evidence.outputs
    .filter(({ kind }) => closedKinds.has(kind))
    .map(
      ({ path }) => `${path} is compressed and kept as it is: personalities that came with kexts.`,
    )
}

/** Each output of a capture with its secrets replaced, one after the other. */
export async function* redactOutputs(
  { snapshot, evidence }: TakenCapture,
  redaction: Redaction,
  signal: AbortSignal,
): AsyncGenerator<Output> {
  for (const output of evidence.outputs) {
    const { content } = output
    if (closedKinds.has(output.kind)) {
      yield output
      continue
    }
    const source = sourceOf(output, snapshot.sources.length)
    if (source >= 0) {
      const bytes = await drive(redactSource(snapshot, source, redaction), signal)
      yield { ...output, content: { where: 'memory', pieces: [bytes] } }
      continue
    }
    const pieces: Uint8Array[] = []
    for await (const piece of piecesOf(content, snapshot)) pieces.push(piece)
    const bytes = new Uint8Array(Buffer.concat(pieces))
    redactText(bytes, redaction)
    yield { ...output, content: { where: 'memory', pieces: [bytes] } }
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
): Promise<TakenCapture> {
  const outputs: Output[] = []
  for await (const output of redactOutputs(taken, redaction, signal)) {
    const isDump = output.kind === 'dump'
    outputs.push(isDump ? { ...output, path: 'dump/redacted' } : output)
  }
  const evidence: Evidence = { record: redactRecord(taken.evidence.record, redaction), outputs }
  return { ...taken, evidence }
}

function redactRecord(record: CaptureRecord, redaction: Redaction): CaptureRecord {
  const bytes = new TextEncoder().encode(JSON.stringify(record))
  redactText(bytes, redaction)
  // Pseudonyms are letters and digits: JSON stays JSON. Read again all the same, for it came from a guest.
  const redacted = captureRecord.parse(JSON.parse(new TextDecoder().decode(bytes)))
  return { ...redacted, source: { ...redacted.source, label: 'Redacted capture' } }
}
