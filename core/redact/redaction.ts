import { PatternSet, type BytePattern } from './byte-patterns.ts'
import type { Secret } from './find-secrets.ts'
import { integerPseudonym, type Digest } from './pseudonym.ts'

/** Secrets made ready to be looked for. */
export interface Redaction {
  readonly inText: PatternSet
  /** The same and the beginnings of `<data>`, whose digits are read before they are looked through. */
  readonly inXml: PatternSet
  /** All forms: data holds texts too. */
  readonly inData: PatternSet
  readonly integers: ReadonlyMap<bigint, { readonly to: bigint; readonly secret: number }>
  /** The low 32 bits of each of them: whether a number is worth a closer look. */
  readonly integerWords: ReadonlySet<number>
  /** By its bytes, a unit each: a short text that counts where it is all of a value. */
  readonly wholes: ReadonlyMap<string, { readonly put: Uint8Array; readonly secret: number }>
  readonly digest: Digest
  /** How often each secret was replaced so far. */
  readonly counts: Uint32Array
}

/** The secret's number of the pattern that is none. */
export const dataTag = -1

export function prepareRedaction(secrets: readonly Secret[], digest: Digest): Redaction {
  const inText: BytePattern[] = []
  const inXml: BytePattern[] = []
  const inData: BytePattern[] = []
  const integers = new Map<bigint, { to: bigint; secret: number }>()
  const wholes = new Map<string, { put: Uint8Array; secret: number }>()
  secrets.forEach((secret, number) => {
    for (const form of secret.inText) {
      ;(form.isElement ? inXml : inText).push({ ...form, secret: number })
    }
    for (const form of secret.inData) inData.push({ ...form, secret: number })
    for (const { find, put } of secret.wholes) {
      wholes.set(String.fromCharCode(...find), { put, secret: number })
    }
    if (secret.integer) {
      const { from, to } = secret.integer
      integers.set(from, { to, secret: number })
      const other = otherSign(from)
      if (other === from || integers.has(other)) return
      const made = otherSign(to)
      const isFit = String(made).length === String(other).length && made !== to
      integers.set(other, { to: isFit ? made : integerPseudonym(other, digest), secret: number })
    }
  })
  const open = new TextEncoder().encode('<data')
  const tag: BytePattern = { find: open, put: open, isWord: false, secret: dataTag }
  return {
    inText: new PatternSet(inText),
    inXml: new PatternSet([tag, ...inText, ...inXml]),
    inData: new PatternSet([...inText, ...inData]),
    integers,
    integerWords: new Set([...integers.keys()].map(value => Number(BigInt.asUintN(32, value)))),
    wholes,
    digest,
    counts: new Uint32Array(secrets.length),
  }
}

/** The same 64 bits, read as a number with a sign where it had none, and without where it had one. */
function otherSign(value: bigint): bigint {
  return value < 0n ? BigInt.asUintN(64, value) : BigInt.asIntN(64, value)
}
