import type { ClassChain } from '../matching/verdict.ts'
import { propertyOf } from '../registry/lookup.ts'
import type { PropertyValue } from '../registry/property-value.ts'
import { readValue } from '../registry/read-value.ts'
import { EntryFlag, type EntryIndex, type Snapshot } from '../registry/snapshot.ts'
import { stringAt } from '../registry/strings.ts'

/** What drafting a driver asks of the service that it is for. */
export interface ServiceLook {
  readonly snapshot: Snapshot
  readonly entry: EntryIndex
  /** The kernel's, also where a tool shows another; empty where the dump does not say. */
  readonly className: string
  readonly chain: ClassChain
  readonly name: string
  /** The dump shows its properties; else there may be some and nobody knows. */
  readonly hasProperties: boolean
  /** The first of these that the service is known to be: its class or a superclass. */
  classAmong(...names: readonly string[]): string | null
  property(key: string): PropertyValue | undefined
}

/** @param chain the service's class and superclasses, as the matcher knows them */
export function lookAt(snapshot: Snapshot, entry: EntryIndex, chain: ClassChain): ServiceLook {
  const { entries, strings } = snapshot
  return {
    snapshot,
    entry,
    className: chain.classes[0] ?? stringAt(strings, entries.className[entry]!),
    chain,
    name: stringAt(strings, entries.name[entry]!),
    hasProperties: (entries.flags[entry]! & EntryFlag.hasProperties) !== 0,
    classAmong: (...names) => names.find(name => chain.classes.includes(name)) ?? null,
    property: key => propertyValue(snapshot, entry, key),
  }
}

export function propertyValue(
  snapshot: Snapshot,
  entry: EntryIndex,
  key: string,
): PropertyValue | undefined {
  const property = propertyOf(snapshot, entry, key)
  return property < 0 ? undefined : readValue(snapshot, property)
}

/** A number as an archive or text shows it, or as devices keep it in data: little-endian, 32 bits of it. */
export function numberOf(value: PropertyValue | undefined): number | null {
  if (value?.kind === 'integer') return Number(BigInt.asUintN(32, value.value))
  if (value?.kind !== 'data' || value.isLossy || value.bytes.length === 0) return null
  const bytes = value.bytes.subarray(0, 4)
  return bytes.reduceRight((number, byte) => number * 256 + byte, 0)
}

/** The text of a string that a personality can ask for, or null. */
export function textOf(value: PropertyValue | undefined): string | null {
  return value?.kind === 'string' && !value.bytes && value.text !== '' && isPlain(value.text)
    ? value.text
    : null
}

/** Without characters that XML cannot hold, and without line ends, which nobody writes into a personality. */
export function isPlain(text: string): boolean {
  return text.length <= 256 && !/[\p{Cc}\p{Surrogate}\ufffd-\uffff]/u.test(text)
}

/**
 * The names of a device tree property: a string, or data of texts with a NUL after each
 * (facts: matching, section 4.1). What is no text is passed over.
 */
export function namesOf(value: PropertyValue | undefined): readonly string[] {
  const text =
    value?.kind === 'data' ? new TextDecoder().decode(value.bytes) : (textOf(value) ?? '')
  return text.split('\0').filter(name => /^[\x20-\x7e]{1,128}$/.test(name))
}
