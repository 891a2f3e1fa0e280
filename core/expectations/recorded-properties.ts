import { noiseRules } from '../diff/noise.ts'
import { hexOf } from '../registry/byte-text.ts'
import type { PropertyValue } from '../registry/property-value.ts'
import { readValue } from '../registry/read-value.ts'
import type { EntryIndex, Snapshot } from '../registry/snapshot.ts'
import { stringAt } from '../registry/strings.ts'
import { yamlString } from './yaml-text.ts'

/** A property whose value will be the same another time, as far as can be told. */
export interface RecordedProperty {
  readonly key: string
  readonly value: PropertyValue
  /** As the file has it. */
  readonly written: string
}

const mostProperties = 16
const longestKey = 64
const longestString = 120
const mostBytes = 32

/**
 * What is asked otherwise (class, provider, kext), what matching leaves behind (facts: service-state, section 5), and
 * what belongs to the moment.
 */
const passedOver: ReadonlySet<string> = new Set([
  'CFBundleIdentifier',
  'CFBundleIdentifierKernel',
  'IOClass',
  'IOProviderClass',
  'IOProbeScore',
  'IOMatchedAtBoot',
  'IOMatchedPersonality',
  'IOPersonalityPublisher',
  'IOGeneralInterest',
  'IOPowerManagement',
  'IOUserClientCreator',
  'IOKitDebug',
  'IONameMatched',
  ...noiseRules.flatMap(rule => (rule.values ?? []).map(([key]) => key ?? '')),
])

/** Words of keys under which times, counts, addresses and their like are kept. */
const changingKey =
  /address|pointer|time|date|count|index|idle|busy|statistic|retain|uptime|tick|session|pid|thread|random|nonce|seed|usage|error|state|level|temperature|current|remaining/i

/** The properties of a service that are worth asking for again, in the order of the dump. */
export function recordedProperties(
  snapshot: Snapshot,
  entry: EntryIndex,
): readonly RecordedProperty[] {
  const { firstProperty } = snapshot.entries
  const found: RecordedProperty[] = []
  const seen = new Set<string>()
  for (let index = firstProperty[entry]!; index < firstProperty[entry + 1]!; index++) {
    if (found.length >= mostProperties) break
    const key = stringAt(snapshot.strings, snapshot.properties.key[index]!)
    if (seen.has(key) || !isSteady(key)) continue
    seen.add(key)
    const value = readValue(snapshot, index)
    const written = writtenValue(value)
    if (written !== null) found.push({ key, value, written })
  }
  return found
}

function isSteady(key: string): boolean {
  if (key === '' || key.length > longestKey || key.includes('\ufffd')) return false
  return !passedOver.has(key) && !changingKey.test(key)
}

/** Null where it cannot be written so that it is read as the same, or is likely to differ. */
function writtenValue(value: PropertyValue): string | null {
  switch (value.kind) {
    case 'string':
      if (value.bytes !== undefined || value.text.includes('\ufffd')) return null
      return value.text.length > longestString || /0x[\da-f]{6,}/i.test(value.text)
        ? null
        : yamlString(value.text)
    case 'integer':
      return isAddress(value.value) ? null : value.value.toString()
    case 'boolean':
      return value.value ? 'true' : 'false'
    case 'data':
      return value.isLossy === true || value.bytes.length > mostBytes
        ? null
        : `<${hexOf(value.bytes)}>`
    default:
      return null
  }
}

/** Addresses of the kernel on 64-bit machines begin at 0xffffff80…; small negative numbers are none. */
function isAddress(value: bigint): boolean {
  const word = BigInt.asUintN(64, value)
  return word >= 0xffff_0000_0000_0000n && word < 0xffff_ffff_0000_0000n
}
