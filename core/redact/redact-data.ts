import { base64Room, decodeBase64Into, encodeBase64 } from '../registry/base64.ts'
import type { Redaction } from './redaction.ts'

/** The digits of data in XML, read, looked through, and written again where something was replaced. */
export class DataDigits {
  private readonly redaction: Redaction
  private scratch = new Uint8Array(1 << 12)
  private readonly count: (secret: number) => void

  constructor(redaction: Redaction) {
    this.redaction = redaction
    this.count = secret => redaction.counts[secret]!++
  }

  /** White space stays where it is. What is no base64 is left as it is. */
  base64(bytes: Uint8Array, from: number, to: number): void {
    const data = this.room(base64Room(to - from))
    const length = decodeBase64Into(data, bytes, from, to)
    if (length < 0 || !this.redaction.inData.replace(data, 0, length, this.count)) return
    const digits = encodeBase64(data.subarray(0, length))
    let digit = 0
    for (let at = from; at < to; at++) {
      if (bytes[at]! > 32 && bytes[at] !== padding) bytes[at] = digits[digit++]!
    }
  }

  private room(length: number): Uint8Array {
    if (this.scratch.length < length) this.scratch = new Uint8Array(2 * length)
    return this.scratch
  }
}

const padding = 61
