import type { WriteLosses } from '../../core/write/write-losses.ts'

/** Everything a writer yields, and what it returns. */
export function collectWritten(writer: Generator<Uint8Array, WriteLosses>): {
  readonly bytes: Uint8Array
  readonly text: string
  readonly losses: WriteLosses
  readonly pieces: readonly number[]
} {
  const pieces: Uint8Array[] = []
  let step = writer.next()
  for (; !step.done; step = writer.next()) pieces.push(step.value)
  const bytes = new Uint8Array(Buffer.concat(pieces))
  return {
    bytes,
    text: Buffer.from(bytes).toString('utf8'),
    losses: step.value,
    pieces: pieces.map(piece => piece.length),
  }
}
