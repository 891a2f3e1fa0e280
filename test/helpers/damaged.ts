import type { Random } from './random.ts'

/** Pieces that the grammar of an archive gives a meaning to, to be put where they do not belong. */
export const archivePieces = [
  ...['<dict>', '</dict>', '<array>', '</array>', '<key>', '</key>', '<string>', '</plist>'],
  ...['<!--', '-->', '<![CDATA[', ']]>', '<?', '/>', '&', '&#', '\0'],
]

/** The same of a text. */
export const textPieces = [
  ...[
    '+-o ',
    '  <class ',
    '{',
    '}',
    '"',
    '" = ',
    '$',
    '\n',
    '\r\n',
    '| ',
    ', id 0x',
    'IOService:\n',
  ],
]

/** A copy with a few places overwritten: by such pieces, or by any byte, so that it may be no UTF-8 then. */
export function damaged(bytes: Buffer, pieces: readonly string[], random: Random): Buffer {
  let copy = bytes
  for (let i = random.below(4); i >= 0; i--) {
    const at = random.below(copy.length)
    const end = at + (random.chance(0.5) ? 0 : random.below(40))
    const piece = random.chance(0.8)
      ? Buffer.from(random.pick(pieces))
      : Buffer.of(random.below(256))
    copy = Buffer.concat([copy.subarray(0, at), piece, copy.subarray(end)])
  }
  return copy
}
