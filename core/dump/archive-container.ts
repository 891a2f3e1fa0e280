import { nextLess, tagEnd } from './archive-tags.ts'

/** `<![CDATA[` and `</integer>` with a byte to spare: a tag is looked at when this much is there. */
export const lookahead = 12

/** Why skipping stopped. */
export const Stop = {
  /** The bytes end, or a tag's `>` is missing. */
  cut: 0,
  /** The container is complete. */
  closed: 1,
  /** Markup begins, which may hold a `<`. */
  markup: 2,
} as const
type StopCode = (typeof Stop)[keyof typeof Stop]

const slash = 47

/**
 * A container value, skipped until its brackets close. Inside, only `<dict>` and `<array>` count, and
 * characters that may hold a `<`: comments and CDATA.
 */
export class OpenContainer {
  /** Why `skip` returned. */
  stop: StopCode = Stop.cut
  private depth = 0

  /** A container's opening tag was read. */
  begin(): void {
    this.depth = 1
  }

  /** Goes on at `from`. Returns where it stopped. */
  skip(bytes: Uint8Array, from: number, isLast: boolean): number {
    const length = bytes.length
    let stop: StopCode = Stop.cut
    let depth = this.depth
    let at = from
    for (;;) {
      at = nextLess(bytes, at)
      if (at < 0) {
        at = length
        break
      }
      if (length - at < lookahead && !isLast) break
      const second = bytes[at + 1]!
      if (second === slash) {
        const third = bytes[at + 2]!
        if (third === 0x61 || (third === 0x64 && bytes[at + 3] === 0x69)) {
          const end = tagEnd(bytes, at, third === 0x61 ? at + 7 : at + 6)
          if (end < 0) break
          at = end
          if (--depth === 0) {
            stop = Stop.closed
            break
          }
        } else at += 4
      } else if (second === 0x61 || (second === 0x64 && bytes[at + 2] === 0x69)) {
        const end = tagEnd(bytes, at, second === 0x61 ? at + 6 : at + 5)
        if (end < 0) break
        at = end
        if (bytes[at - 2] !== slash) depth++
      } else if (second === 33 || second === 63) {
        stop = Stop.markup
        break
      } else at += 3
    }
    this.depth = depth
    this.stop = stop
    return at
  }
}
