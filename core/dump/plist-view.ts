import { BinaryKind, type BinaryPlist } from '../plist/binary-plist.ts'
import { binaryValueType } from '../registry/read-binary-value.ts'
import { noString, ValueType, type StringIndex, type ValueTypeTag } from '../registry/snapshot.ts'
import type { StringInterner } from '../registry/string-interner.ts'

/** A dictionary's values by key: places of objects. */
export type Fields = ReadonlyMap<string, number>

/**
 * What the readers of binary files ask of one: containers and short texts by place. Of a keyed archive
 * (NSKeyedArchiver) a UID leads on to its object, and arrays and dictionaries are objects with `NS.objects`
 * and `NS.keys`, so that both kinds of file look the same here.
 *
 * Objects can be shared, so everything looked at is counted: past several times the file's length it is
 * hostile, and reading ends with `dump-malformed`.
 */
export class PlistView {
  readonly plist: BinaryPlist
  /** Where the references of `$objects` start, and how many there are; -1 in a plain property list. */
  private archive = -1
  private archiveCount = 0
  private readonly keys = new Map<number, string>()
  private readonly interned = new Map<number, StringIndex>()
  private spent = 0

  constructor(plist: BinaryPlist) {
    this.plist = plist
  }

  /** From now on UIDs are followed into this array. */
  setArchive(objects: number): void {
    this.archive = this.plist.contentOf(objects)
    this.archiveCount = this.plist.countAt(objects)
  }

  get top(): number {
    return this.plist.placeOf(this.plist.top)
  }

  /** Counts work that a sound file needs a few times for each of its bytes. */
  spend(amount: number): void {
    this.spent += amount
    if (this.spent > freeWork + workPerByte * this.plist.bytes.length) {
      throw this.plist.malformed(0, 'objects that are not shared again and again')
    }
  }

  /** Counts a plane, which takes memory of its own however little is in it. @param roots trees that it may have */
  spendPlane(roots: number): void {
    this.spend(planeWork + roots)
  }

  isDictionary(at: number): boolean {
    return this.plist.kindAt(at) === BinaryKind.dictionary
  }

  isArray(at: number): boolean {
    return this.plist.kindAt(at) === BinaryKind.array
  }

  /** The pairs of a plain dictionary, in the file's order, as places of keys and values. */
  *pairs(at: number): Generator<readonly [key: number, value: number, reference: number]> {
    const { plist } = this
    if (!this.isDictionary(at)) throw plist.malformed(at, 'a dictionary')
    const count = plist.countAt(at)
    const start = plist.contentOf(at)
    this.spend(2 * count)
    for (let i = 0; i < count; i++) {
      const value = plist.referenceAt(start, count + i)
      yield [plist.placeOf(plist.referenceAt(start, i)), plist.placeOf(value), value]
    }
  }

  /** An object's fields; UIDs are not followed yet. */
  fields(at: number): Fields {
    const fields = new Map<string, number>()
    for (const [key, value] of this.pairs(at)) fields.set(this.key(key), value)
    return fields
  }

  /** The object that a field holds; -1 when there is none, or it is nil. */
  field(fields: Fields, name: string): number {
    const at = fields.get(name)
    return at === undefined ? -1 : this.follow(at)
  }

  /** Places of an array's items. */
  items(at: number): number[] {
    if (at < 0) return []
    if (this.archive >= 0 && this.isDictionary(at)) return this.list(at, 'NS.objects')
    if (!this.isArray(at)) throw this.plist.malformed(at, 'an array')
    return this.references(at).map(place => this.follow(place))
  }

  /** Places of a dictionary's values by key. */
  dictionary(at: number): Fields {
    if (at < 0) return noFields
    if (this.archive < 0) return this.fields(at)
    const keys = this.list(at, 'NS.keys')
    const values = this.list(at, 'NS.objects')
    return new Map(keys.map((key, i) => [this.key(key), values[i] ?? -1]))
  }

  /** A string, or null when it is none. Meant for keys and names: it is remembered. */
  text(at: number): string | null {
    return at >= 0 && isString(this.plist, at) ? this.key(at) : null
  }

  /** The same as an index of the snapshot's string table. */
  intern(strings: StringInterner, at: number): StringIndex {
    if (at < 0 || !isString(this.plist, at)) return noString
    const known = this.interned.get(at)
    if (known !== undefined) return known
    const { plist } = this
    const start = plist.contentOf(at)
    const end = start + plist.countAt(at)
    const isAscii =
      plist.kindAt(at) === BinaryKind.ascii &&
      plist.bytes.subarray(start, end).every(byte => byte < 0x80)
    this.spend(end - start)
    const index = isAscii
      ? strings.internKey(plist.bytes, start, end)
      : strings.internText(plist.textAt(at))
    this.interned.set(at, index)
    return index
  }

  /** An integer or boolean as a number, exact up to 2^53; null when it is neither. */
  number(at: number): number | null {
    const integer = this.integer(at)
    return integer === null ? null : Number(integer)
  }

  /** A number of the kernel's 32 bits, signed or not; null for what is none, as a part of it would be another. */
  word(at: number): number | null {
    const integer = this.integer(at)
    if (integer === null || integer >= 1n << 32n || integer < -(1n << 31n)) return null
    return Number(BigInt.asUintN(32, integer))
  }

  integer(at: number): bigint | null {
    if (at < 0) return null
    const marker = this.plist.byteAt(at)
    if (marker === 0x08 || marker === 0x09) return BigInt(marker & 1)
    return marker >> 4 === BinaryKind.integer ? this.plist.integerAt(at) : null
  }

  typeOf(at: number): ValueTypeTag {
    const type = binaryValueType(this.plist, at)
    return type === ValueType.integer && (this.plist.byteAt(at) & 0x0f) > 4
      ? ValueType.unreadable
      : type
  }

  private key(at: number): string {
    const known = this.keys.get(at)
    if (known !== undefined) return known
    this.spend(this.plist.countAt(at))
    const key = this.plist.textAt(at)
    this.keys.set(at, key)
    return key
  }

  private list(at: number, name: string): number[] {
    const list = this.fields(at).get(name)
    if (list === undefined) throw this.plist.malformed(at, `an object with ${name}`)
    return this.references(list).map(place => this.follow(place))
  }

  private references(at: number): number[] {
    const { plist } = this
    if (!this.isArray(at)) throw plist.malformed(at, 'an array')
    const count = plist.countAt(at)
    const start = plist.contentOf(at)
    this.spend(count)
    return Array.from({ length: count }, (_, i) => plist.placeOf(plist.referenceAt(start, i)))
  }

  /** In a keyed archive: the object of a UID, -1 for `$null`, which is number 0. */
  private follow(at: number): number {
    const { plist } = this
    if (this.archive < 0 || plist.kindAt(at) !== BinaryKind.uid) return at
    const uid = plist.uidAt(at)
    if (uid === 0) return -1
    if (uid >= this.archiveCount) throw plist.malformed(at, `more than ${uid} archived objects`)
    const found = plist.placeOf(plist.referenceAt(this.archive, uid))
    // An archiver writes no UID that leads to a UID, and two of them could go round in a circle.
    if (plist.kindAt(found) === BinaryKind.uid) throw plist.malformed(found, 'an archived object')
    return found
  }
}

/** Real files need about one. */
const workPerByte = 8
const freeWork = 100_000
/** Real files have some ten planes. */
const planeWork = 1000

const noFields: Fields = new Map()

function isString(plist: BinaryPlist, at: number): boolean {
  const kind = plist.kindAt(at)
  return kind === BinaryKind.ascii || kind === BinaryKind.utf16
}
