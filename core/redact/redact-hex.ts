import { growColumn } from '../registry/grow-column.ts'
import { hexDigitValue, isHexDigit } from './hex-digits.ts'
import type { Redaction } from './redaction.ts'

const space = 32
const less = 60
const greater = 62
const hexDigits = '0123456789abcdef'

/**
 * The data of a text dump: `<0a1b2c3d>`, in one run or in groups. All runs of a part are read into one buffer, a NUL
 * between them, and looked through at once: they are many and short. Those in which something was replaced are written
 * again, each digit in its place.
 */
export class HexRuns {
  private readonly redaction: Redaction
  private readonly count: (secret: number) => void
  private data = new Uint8Array(1 << 16)
  private length = 0
  /** For each run: where its bytes begin in `data`, and where its digits begin and end. */
  private runs = new Uint32Array(3 << 10)
  private runCount = 0

  constructor(redaction: Redaction) {
    this.redaction = redaction
    this.count = secret => redaction.counts[secret]!++
  }

  /** Replaces in `bytes[from … to - 1]`. */
  redact(bytes: Uint8Array, from: number, to: number): void {
    this.length = 0
    this.runCount = 0
    if (this.data.length < to - from) this.data = new Uint8Array(to - from)
    for (let at = bytes.indexOf(less, from); at >= 0 && at < to; at = bytes.indexOf(less, at + 1)) {
      if (isHexDigit[bytes[at + 1]!] === 1) this.read(bytes, at + 1, to)
    }
    this.replace(bytes)
  }

  private read(bytes: Uint8Array, from: number, to: number): void {
    const { data, redaction } = this
    let { length } = this
    let at = from
    for (; at + 1 < to; at += 2) {
      const high = bytes[at]!
      const low = bytes[at + 1]!
      if (isHexDigit[high] === 1 && isHexDigit[low] === 1) {
        data[length++] = (hexDigitValue[high]! << 4) | hexDigitValue[low]!
      } else if (high === space && at > from) at--
      else break
    }
    if (bytes[at] !== greater || length - this.length < redaction.inData.shortest) return
    const run = 3 * this.runCount++
    if (run + 3 > this.runs.length) this.runs = growColumn(this.runs, run + 3)
    this.runs[run] = this.length
    this.runs[run + 1] = from
    this.runs[run + 2] = at
    data[length++] = 0
    this.length = length
  }

  private replace(bytes: Uint8Array): void {
    const { data, length, runs } = this
    const { inData } = this.redaction
    let run = 0
    let dirty = -1
    let at = inData.next(data, 0, 0, length)
    while (at >= 0) {
      while (run + 1 < this.runCount && runs[3 * (run + 1)]! <= at) run++
      const begin = runs[3 * run]!
      const end = (run + 1 < this.runCount ? runs[3 * (run + 1)]! : length) - 1
      let goOn = at + 1
      // Nothing stands across the end of a run; something shorter may stand there.
      if (inData.isAt(data, at, begin, end)) {
        goOn = inData.put(data, at, end, this.count)
        if (dirty >= 0 && dirty !== run) this.write(bytes, dirty)
        dirty = run
      }
      at = inData.after(data, goOn, 0, length)
    }
    if (dirty >= 0) this.write(bytes, dirty)
  }

  private write(bytes: Uint8Array, run: number): void {
    let from = this.runs[3 * run]!
    const end = this.runs[3 * run + 2]!
    for (let at = this.runs[3 * run + 1]!; at < end; at += 2) {
      while (bytes[at] === space) at++
      const byte = this.data[from++]!
      bytes[at] = hexDigits.charCodeAt(byte >> 4)
      bytes[at + 1] = hexDigits.charCodeAt(byte & 15)
    }
  }
}
