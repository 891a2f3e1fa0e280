import type { Random } from './random.ts'

/** One to four places of a dump overwritten, by pieces that its grammar gives a meaning to or by any character. */
export function damaged(random: Random, dump: Buffer, pieces: readonly string[]): Buffer {
  let bytes = dump
  for (let i = random.below(4); i >= 0; i--) {
    const at = random.below(bytes.length)
    const end = at + (random.chance(0.5) ? 0 : random.below(40))
    const piece = random.chance(0.8) ? random.pick(pieces) : String.fromCharCode(random.below(256))
    bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(piece), bytes.subarray(end)])
  }
  return bytes
}
