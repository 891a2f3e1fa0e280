const pieceBytes = 1 << 22

/** One run of bytes, copied a few milliseconds at a time: a page that shows a capture is busy with that. */
export async function copyInPieces(
  parts: readonly Uint8Array[],
  isWanted: () => boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  let sincePause = pieceBytes
  for (const part of parts) {
    for (let from = 0; from < part.length;) {
      if (sincePause >= pieceBytes) {
        sincePause = 0
        await new Promise(resolve => setTimeout(resolve))
        if (!isWanted()) return bytes
      }
      const piece = part.subarray(from, from + pieceBytes)
      bytes.set(piece, at)
      at += piece.length
      from += piece.length
      sincePause += piece.length
    }
  }
  return bytes
}
