/*
 * The kernel message buffer as `dmesg` prints it (facts: logs-and-misc, section 1): a ring buffer, its
 * bytes encoded by vis(3). Only newline and tab stay as they are:
 *
 *   \^C     control character        \M-c   the same with the high bit set
 *   \M^C    control with high bit    \\     a backslash         \240   octal, where nothing else fits
 */

export interface KernelLogLine {
  /** The message without its time stamp. */
  readonly text: string
  /** Time since boot, which kernels of macOS 11 and later print; null before. */
  readonly uptimeMicroseconds: number | null
}

export interface NewLogLines {
  readonly lines: readonly string[]
  /** The buffer wrapped, or the guest was restarted, between the two readings: lines may be missing. */
  readonly mayLackLines: boolean
}

/** The lines of a `dmesg` output, decoded. The first may be the tail of an older line. */
export function readKernelLog(text: string): readonly string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines.map(line => decodeVis(line.endsWith('\r') ? line.slice(0, -1) : line))
}

/** Takes the time stamp of macOS 11 and later (`[   12.345678]: `) off a line. */
export function splitLogLine(line: string): KernelLogLine {
  const stamp = /^\[ *(\d{1,9})\.(\d{6})\]: ?/.exec(line)
  if (!stamp) return { text: line, uptimeMicroseconds: null }
  return {
    text: line.slice(stamp[0].length),
    uptimeMicroseconds: Number(stamp[1]) * 1_000_000 + Number(stamp[2]),
  }
}

/** Undoes vis(3). Bytes that were escaped one by one become characters again where they are UTF-8. */
export function decodeVis(text: string): string {
  if (!text.includes('\\')) return text
  let decoded = ''
  let pending: number[] = []
  const flush = (): void => {
    if (pending.length > 0) decoded += new TextDecoder().decode(Uint8Array.from(pending))
    pending = []
  }
  const escape = /\\(?:(\\)|\^([?-_])|M-([!-~])|M\^([?-_])|([0-3][0-7]{2}))/y
  for (let at = 0; at < text.length;) {
    escape.lastIndex = at
    const found = text[at] === '\\' ? escape.exec(text) : null
    if (!found) {
      flush()
      const next = text.indexOf('\\', at + 1)
      const end = next < 0 ? text.length : next
      decoded += text.slice(at, end)
      at = end
      continue
    }
    const [whole, backslash, control, meta, metaControl, octal] = found
    if (backslash !== undefined) pending.push(0x5c)
    else if (control !== undefined) pending.push(controlCode(control))
    else if (meta !== undefined) pending.push(meta.charCodeAt(0) | 0x80)
    else if (metaControl !== undefined) pending.push(controlCode(metaControl) | 0x80)
    else pending.push(parseInt(octal!, 8))
    at += whole.length
  }
  flush()
  return decoded
}

/** `^A` is 1, `^?` is 127. */
function controlCode(letter: string): number {
  return letter === '?' ? 0x7f : letter.charCodeAt(0) & 0x1f
}

/**
 * The lines of `after` that were not in `before`. Both are whole readings of the same ring buffer, so
 * `after` begins somewhere inside `before`:
 *
 *   before   a  b  c  d
 *   after       .b  c  d+  e  f      overlap 3: `.b` may be a fragment of b, `d+` may have grown
 *
 * The longest overlap is taken, which for lines that repeat is the answer with the fewest new lines. A
 * last line that grew (a message without a newline, joined by the next one) counts as new.
 */
export function newLinesSince(before: readonly string[], after: readonly string[]): NewLogLines {
  if (before.length === 0) return { lines: after, mayLackLines: false }
  if (after.length === 0) return { lines: [], mayLackLines: true }
  const last = before.at(-1)!
  for (const inner of overlaps(before.slice(0, -1), after.slice(1))) {
    const first = before[before.length - 2 - inner]
    const grown = after[inner + 1]
    if (first === undefined || grown === undefined) continue
    if (!first.endsWith(after[0]!) || !grown.startsWith(last)) continue
    // Two lines that only resemble each other by an empty fragment prove nothing.
    const isExact = first === after[0] && last === grown
    if (inner === 0 && !isExact && after[0]!.length + last.length < 8) continue
    return { lines: after.slice(grown === last ? inner + 2 : inner + 1), mayLackLines: false }
  }
  if (after[0] === last) return { lines: after.slice(1), mayLackLines: false }
  if (last.length >= 8 && after[0]!.startsWith(last)) return { lines: after, mayLackLines: false }
  return { lines: after, mayLackLines: true }
}

/**
 * Every length at which the end of `text` equals the beginning of `pattern`, longest first: the borders
 * of Knuth, Morris and Pratt, so that a log of equal lines costs no more than another.
 */
function overlaps(text: readonly string[], pattern: readonly string[]): number[] {
  const border = new Int32Array(pattern.length + 1)
  border[0] = -1
  for (let i = 0, length = -1; i < pattern.length;) {
    while (length >= 0 && pattern[i] !== pattern[length]) length = border[length]!
    border[++i] = ++length
  }
  let matched = 0
  for (const line of text) {
    if (matched === pattern.length) matched = border[matched]!
    while (matched >= 0 && line !== pattern[matched]) matched = border[matched]!
    matched++
  }
  const lengths: number[] = []
  for (let length = matched; length >= 0; length = border[length]!) lengths.push(length)
  return lengths
}
