import { ascii } from '../registry/xml-characters.ts'

/**
 * `ioreg -b` turns bold on before a node's name and off after it with the terminal's own sequences (termcap `md`
 * and `me`): for instance `ESC [ 1 m` and `ESC ( B ESC [ m`.
 */
export interface BoldName {
  readonly nameStart: number
  readonly nameEnd: number
  /** After the sequence that turns bold off. */
  readonly end: number
  readonly marks: readonly [on: string, off: string]
}

const escape = 27
const shiftIn = 15

/** Null where the name at `from` is not bold. */
export function boldName(bytes: Uint8Array, from: number, to: number): BoldName | null {
  if (bytes[from] !== escape) return null
  const nameStart = sequencesEnd(bytes, from, to)
  let nameEnd = nameStart
  while (nameEnd < to && bytes[nameEnd] !== escape) nameEnd++
  const end = sequencesEnd(bytes, nameEnd, to)
  const marks = [ascii(bytes, from, nameStart), ascii(bytes, nameEnd, end)] as const
  return { nameStart, nameEnd, end, marks }
}

/** After the control sequences at `at`: `ESC [ … letter`, `ESC ( B`, and the control character SI. */
function sequencesEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  for (;;) {
    if (bytes[at] === shiftIn && at > from) at++
    else if (bytes[at] !== escape || at >= to) return Math.min(at, to)
    else if (bytes[at + 1] === 0x5b) {
      at += 2
      while (at < to && bytes[at]! >= 0x20 && bytes[at]! < 0x40) at++
      at++
    } else at += bytes[at + 1] === 0x28 ? 3 : 2
  }
}
