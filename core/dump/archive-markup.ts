import { FailureError } from '../failure.ts'
import { ascii } from '../registry/xml-characters.ts'
import { xmlWithEntities } from './looks-like.ts'

const dash = 45
const closingBracket = 93

/** What an archive may hold that is no element and may hold a `<`: comments, CDATA sections, declarations. */
export class OpenMarkup {
  /** For messages: names the dump. */
  private readonly label: string
  /** What stands twice before the `>` that closes it; 0: `<?…>`, `<!DOCTYPE …>`, which any `>` does. */
  private closer = 0
  /** Its first character: what opens it does not close it too. */
  private start = 0

  constructor(label: string) {
    this.label = label
  }

  /** Opens what begins with the `<!` or `<?` at `at`. Returns its first character. */
  begin(bytes: Uint8Array, at: number): number {
    if (bytes[at + 2] === dash && bytes[at + 3] === dash) {
      this.closer = dash
      this.start = at + 4
    } else if (bytes[at + 2] === 91) {
      this.closer = closingBracket
      this.start = at + 9
    } else {
      this.closer = 0
      this.start = at + 2
    }
    return Math.min(this.start, bytes.length)
  }

  /**
   * One past its end, looked for from `from`; -1 when it is not there yet.
   * @throws FailureError not-a-dump where it declares entities
   */
  end(bytes: Uint8Array, from: number): number {
    const { closer, start } = this
    for (let at = bytes.indexOf(62, from); at >= 0; at = bytes.indexOf(62, at + 1)) {
      if (closer === 0) {
        this.refuseEntities(bytes, at)
        return at + 1
      }
      if (at - 2 >= start && bytes[at - 1] === closer && bytes[at - 2] === closer) return at + 1
    }
    return -1
  }

  /** A DOCTYPE that declares something itself is refused, as is a declaration by itself. */
  private refuseEntities(bytes: Uint8Array, end: number): void {
    const text = ascii(bytes, this.start, Math.min(end, this.start + 1024))
    if (!/^(DOCTYPE[^>]*\[|ENTITY\b)/i.test(text)) return
    throw new FailureError({ kind: 'not-a-dump', source: this.label, looksLike: xmlWithEntities })
  }
}
