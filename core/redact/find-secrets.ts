import { BinaryKind, BinaryPlist } from '../plist/binary-plist.ts'
import { propertyOf } from '../registry/lookup.ts'
import { readValue } from '../registry/read-value.ts'
import {
  ValueType,
  type DumpSource,
  type EntryIndex,
  type PropertyIndex,
  type Snapshot,
} from '../registry/snapshot.ts'
import { findString, stringAt } from '../registry/strings.ts'
import type { PropertyValue } from '../registry/property-value.ts'
import { contentOf, isBinary } from './binary-objects.ts'
import { FoundSecrets, type FoundSecretsOptions } from './found-secrets.ts'
import type { Digest } from './pseudonym.ts'
import { formsOf, type SecretForms } from './secret-forms.ts'
import { categoryOfKey, publicUuidKeys, type SecretCategory } from './secret-rules.ts'
import type { ShapeScan } from './shape-scan.ts'
import { ValueGlance } from './value-glance.ts'
import { hexOf } from './ways-to-write.ts'

/** An output beside the registry: the kernel log, what `sysctl` printed. */
export interface TextBeside {
  readonly name: string
  readonly bytes: Uint8Array
  /** UUIDs in it are those of builds. */
  readonly hasBuildUuids?: boolean
}

/** Dictionaries beside the registry: the personalities that were sent to the kernel at boot, Info.plists. */
export interface ValueBeside {
  readonly name: string
  readonly value: PropertyValue
}

export interface Secret extends SecretForms {
  readonly category: SecretCategory
  /** Keys it stands under, and texts it stands in, a few of them. */
  readonly places: readonly string[]
}

/** In the order in which they were found. */
export interface FoundAll {
  readonly secrets: readonly Secret[]
  /** There were more than can be replaced: not all were taken. */
  readonly isCut: boolean
}

export interface FindOptions extends FoundSecretsOptions {
  readonly digest: Digest
  /** Names of hosts and users that are known from elsewhere. */
  readonly names?: readonly {
    readonly category: SecretCategory
    readonly text: string
    readonly place: string
  }[]
  readonly values?: Iterable<ValueBeside>
}

/**
 * The secrets of a snapshot, and of the outputs beside it. By their keys, at every depth; by their looks wherever they
 * stand. What is no secret is left out by `isTelling`, and UUIDs of types and builds by the keys they stand under.
 * Yields how far it has come, 0 to 1.
 */
export function* findSecrets(
  snapshot: Snapshot,
  texts: readonly TextBeside[],
  options: FindOptions,
): Generator<number, FoundAll> {
  const found = new FoundSecrets(options)
  for (const { category, text, place } of options.names ?? []) found.text(category, text, place)
  const total = snapshot.sources.reduce((sum, { bytes }) => sum + bytes.length, 1)
  let before = 0
  // What is found by its key too is named by that.
  const looks = new FoundSecrets(options)
  const glances: (ValueGlance | null)[] = []
  for (const source of snapshot.sources) {
    const glance =
      source.syntax === 'binary-plist' ? null : new ValueGlance(source.syntax === 'xml')
    glances.push(glance)
    for (const at of byLooks(source, glance, looks)) yield (0.6 * (before + at)) / total
    before += source.bytes.length
  }
  for (const part of byKeys(snapshot, glances, found)) yield 0.6 + 0.3 * part
  for (const { name, value } of options.values ?? []) {
    yield 0.9
    // What a driver calls the device that it matches is no name that a person gave.
    found.without(['people', 'network'], () => found.value(name, null, value))
  }
  namesOfDisks(snapshot, found)
  found.take(looks)
  for (const { name, bytes, hasBuildUuids } of texts) {
    yield 0.95
    if (hasBuildUuids === true) found.without(['uuids'], () => found.shapesIn(bytes, name))
    else {
      found.shapesIn(bytes, name)
      found.serialsIn(bytes, name)
    }
  }
  const secrets: Secret[] = []
  for (const { secret, places, writings } of found.all()) {
    if (secrets.length % 256 === 0) yield 1
    const forms = formsOf(secret, options.digest, writings)
    secrets.push({ ...forms, category: secret.category, places: [...places] })
  }
  return { secrets, isCut: found.isCut }
}

/** Of a key: what its value is. */
const KeyKind = { unknown: 0, plain: 1, secret: 2, public: 3 } as const

/**
 * What properties tell by their keys, and data by the looks of what stands in it. Nearly all of them tell nothing, and are
 * not decoded. Yields 0 to 1.
 */
function* byKeys(
  snapshot: Snapshot,
  glances: readonly (ValueGlance | null)[],
  found: FoundSecrets,
): Generator<number, void> {
  const { properties, strings } = snapshot
  const kinds = new Uint8Array(strings.length)
  for (let row: PropertyIndex = 0; row < properties.length; row++) {
    if ((row & 4095) === 0) yield row / properties.length
    const key = properties.key[row]!
    let kind = key < 0 ? KeyKind.plain : kinds[key]!
    if (kind === KeyKind.unknown) {
      const name = stringAt(strings, key)
      kind = publicUuidKeys.test(name)
        ? KeyKind.public
        : categoryOfKey(name) !== null
          ? KeyKind.secret
          : KeyKind.plain
      kinds[key] = kind
    }
    if (kind === KeyKind.public) found.publish(readValue(snapshot, row))
    else if (kind === KeyKind.secret || mayTell(snapshot, row, glances)) {
      const name = stringAt(strings, key)
      found.value(name, categoryOfKey(name), readValue(snapshot, row))
    }
  }
}

function mayTell(
  { properties }: Snapshot,
  row: PropertyIndex,
  glances: readonly (ValueGlance | null)[],
): boolean {
  const type = properties.type[row]!
  if (
    type !== ValueType.data &&
    type !== ValueType.dictionary &&
    type !== ValueType.array &&
    type !== ValueType.set
  ) {
    // Looks in strings are found in the bytes of the whole source.
    return false
  }
  const glance = glances[properties.source[row]!]!
  return glance === null || glance.isMarked(properties.start[row]!, properties.end[row]!)
}

/** Names of partitions and volumes are given by people, those of whole disks by their makers. */
function namesOfDisks(snapshot: Snapshot, found: FoundSecrets): void {
  const { entries, strings } = snapshot
  const volume = findString(strings, 'AppleAPFSVolume')
  const media = findString(strings, 'IOMedia')
  for (let entry: EntryIndex = 0; entry < entries.length; entry++) {
    const kind = entries.className[entry]!
    const name = entries.name[entry]!
    if (kind < 0 || name < 0) continue
    if (kind !== volume && !(kind === media && isPart(snapshot, entry))) continue
    found.text('people', stringAt(strings, name).replace(/ Media$/, ''), 'name of a disk')
  }
}

function isPart(snapshot: Snapshot, entry: EntryIndex): boolean {
  const row = propertyOf(snapshot, entry, 'Whole')
  if (row < 0) return false
  const value = readValue(snapshot, row)
  return value.kind === 'boolean' && !value.value
}

const stride = 1 << 20

/** Yields how far it has come, in bytes. */
function* byLooks(
  source: DumpSource,
  glance: ValueGlance | null,
  found: FoundSecrets,
): Generator<number, void> {
  const { bytes, label, syntax } = source
  const looks = found.looking(label, syntax === 'xml', glance)
  if (isBinary(bytes)) {
    yield* inObjects(source, looks, found)
    return
  }
  for (let at = 0; at < bytes.length; at += stride) {
    yield at
    looks.scan(bytes, at, Math.min(bytes.length, at + stride))
  }
}

/**
 * Each object of a binary property list by itself: the marker of the next one, which follows without a gap, may be a letter.
 * Strings that are not ASCII have two bytes a character there.
 */
function* inObjects(
  { bytes, label }: DumpSource,
  looks: ShapeScan,
  found: FoundSecrets,
): Generator<number, void> {
  const list = new BinaryPlist(bytes, label)
  const places = list.places()
  const wide: number[] = []
  let told = 0
  for (const [i, place] of places.entries()) {
    const kind = list.kindAt(place)
    if (kind === BinaryKind.utf16) wide.push(place)
    if (kind !== BinaryKind.ascii && kind !== BinaryKind.data) continue
    const content = contentOf(list, place, places[i + 1])
    if (!content) continue
    const { start, end } = content
    looks.restart(start)
    for (let at = start; at < end; at += stride) {
      if (at - told > stride / 4) yield (told = at)
      looks.scan(bytes, at, Math.min(end, at + stride), start, end)
    }
  }
  for (const [i, place] of wide.entries()) {
    if ((i & 1023) === 0) yield place
    const text = textAt(list, place)
    if (/[/@.:-]/.test(text)) found.shapesIn(encoder.encode(text), label)
  }
}

const encoder = new TextEncoder()

/** Empty for a size that no file has. */
function textAt(list: BinaryPlist, at: number): string {
  try {
    return list.textAt(at)
  } catch {
    return ''
  }
}

/** A name for a secret that tells nothing of it, the same in each preview. */
export function secretId(secret: Secret, digest: Digest): string {
  return hexOf(digest(`id:${secret.category}:${secret.original}`)).slice(0, 16)
}
