import type { Random } from './random.ts'

/** A copy with a few places overwritten: by pieces that the grammar gives a meaning to, or by any byte. */
export function damaged(bytes: Buffer, pieces: readonly string[], random: Random): Buffer {
  let copy = bytes
  for (let i = random.below(4); i >= 0; i--) {
    const at = random.below(copy.length)
    const end = at + (random.chance(0.5) ? 0 : random.below(40))
    const piece = random.chance(0.8) ? random.pick(pieces) : String.fromCharCode(random.below(256))
    copy = Buffer.concat([copy.subarray(0, at), Buffer.from(piece), copy.subarray(end)])
  }
  return copy
}
