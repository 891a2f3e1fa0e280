import { DataDigits } from './redact-data.ts'
import { redactInteger } from './redact-integer.ts'
import { dataTag, type Redaction } from './redaction.ts'

const less = 60
const greater = 62
const slash = 47

/** A pass over everything is made in parts of about this size. */
const stride = 1 << 20

/**
 * Replaces secrets in the texts and the data of XML, in `bytes` themselves. Tags stay, whatever a guest calls its things;
 * comments are looked into. Numbers are left to whoever knows which of them are values. Yields how far it has come, in
 * bytes.
 */
export function* redactXmlTexts(bytes: Uint8Array, redaction: Redaction): Generator<number, void> {
  const { inXml, counts } = redaction
  const digits = new DataDigits(redaction)
  const count = (secret: number) => counts[secret]!++
  const tags = new TagMemory(bytes)
  const { length } = bytes
  let told = 0
  let at = inXml.next(bytes, 0, 0, length)
  while (at >= 0) {
    if (at - told >= stride) {
      yield at
      told = at
    }
    const { secret, isElement, put } = inXml.found!
    let goOn = at + 1
    if (secret === dataTag) goOn = replaceData(bytes, at, digits)
    else if (isElement === true) {
      bytes.set(put, at)
      count(secret)
    } else if (!tags.isInside(at)) {
      const next = bytes.indexOf(less, at)
      const end = next < 0 ? length : next
      // A longer one that reaches into a tag is none; a shorter one may stand there.
      if (inXml.isAt(bytes, at, 0, end)) goOn = inXml.put(bytes, at, end, count)
    }
    at = inXml.after(bytes, goOn, 0, length)
  }
}

/** @returns where to go on */
function replaceData(bytes: Uint8Array, at: number, digits: DataDigits): number {
  const open = bytes.indexOf(greater, at)
  if (open < 0) return bytes.length
  if (bytes[open - 1] === slash) return open
  const close = bytes.indexOf(less, open)
  digits.base64(bytes, open + 1, close < 0 ? bytes.length : close)
  // The text between the tags is done.
  return close < 0 ? bytes.length : close
}

/** Whether a place is inside of a tag, by the nearest bracket before it. Places are asked for in their order. */
class TagMemory {
  private readonly bytes: Uint8Array
  private last = 0
  private wasInside = false

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  isInside(at: number): boolean {
    const { bytes } = this
    for (let i = at - 1; i >= this.last; i--) {
      const byte = bytes[i]!
      if (byte !== less && byte !== greater) continue
      this.wasInside = byte === less && isTagName(bytes[i + 1]!)
      break
    }
    this.last = at
    return this.wasInside
  }
}

/** `</`, `<?` or a letter: not `<!`, with which comments and sections of characters begin. */
function isTagName(byte: number): boolean {
  return byte === slash || byte === 63 || ((byte | 32) >= 97 && (byte | 32) <= 122)
}

/** Replaces the numbers of an XML document in which each of them is a value. */
export function redactXmlNumbers(bytes: Uint8Array, redaction: Redaction): void {
  if (redaction.integers.size === 0) return
  const tag = new TextEncoder().encode('<integer')
  for (let at = bytes.indexOf(less); at >= 0; at = bytes.indexOf(less, at + 1)) {
    if (!tag.every((byte, i) => bytes[at + i] === byte)) continue
    const open = bytes.indexOf(greater, at)
    const close = open < 0 ? -1 : bytes.indexOf(less, open)
    if (close < 0) return
    redactInteger(bytes, open + 1, close, redaction)
  }
}
