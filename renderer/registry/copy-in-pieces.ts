import { whenIdle } from './when-idle.ts'

const pieceBytes = 1 << 22
const sliceMs = 8
/** Somebody may wait for the copy: a page that is never idle copies all the same, but not before it has shown the capture. */
const timeoutMs = { first: 1000, next: 40 } as const

/** One run of bytes, copied a few milliseconds at a time when the page is idle: it may be about to show the capture. */
export async function copyInPieces(
  parts: readonly Uint8Array[],
  isWanted: () => boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  let until = 0
  for (const part of parts) {
    for (let from = 0; from < part.length; from += pieceBytes) {
      if (performance.now() >= until) {
        const patience = at === 0 ? timeoutMs.first : timeoutMs.next
        await new Promise<void>(resolve => whenIdle(() => resolve(), patience))
        if (!isWanted()) return bytes
        until = performance.now() + sliceMs
      }
      const piece = part.subarray(from, from + pieceBytes)
      bytes.set(piece, at)
      at += piece.length
    }
  }
  return bytes
}
