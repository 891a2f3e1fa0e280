import { noiseRules } from '../diff/noise.ts'
import type { PropertyValue } from '../registry/property-value.ts'
import { readValue } from '../registry/read-value.ts'
import type { EntryIndex } from '../registry/snapshot.ts'
import { stringAt } from '../registry/strings.ts'
import { integer, type Entry } from './plist-values.ts'
import { isPlain, propertyValue, textOf, type ServiceLook } from './service-look.ts'

/** So many of one class are compared; a registry with more of it is no help to tell one from the others. */
const mostOthers = 2000
const mostKeys = 3
/** Each is compared with each of the others; no entry of a real dump has more that could serve. */
const mostCandidates = 50

export interface TellingProperties {
  /** For `IOPropertyMatch`; empty where no property helps. */
  readonly entries: readonly Entry[]
  /** Others of the class that have all of them too. */
  readonly remaining: number
}

/** Other services of the very class. */
export function othersOfClass({ snapshot, entry }: ServiceLook): readonly EntryIndex[] {
  const { className, length } = snapshot.entries
  const others: EntryIndex[] = []
  for (let other = 0; other < length && others.length < mostOthers; other++) {
    if (other !== entry && className[other] === className[entry]) others.push(other)
  }
  return others
}

/**
 * A few own properties that tell a service from others of its class and stay as they are: those that leave out
 * the most others first, names and types before numbers.
 */
export function tellingProperties(
  look: ServiceLook,
  others: readonly EntryIndex[],
): TellingProperties {
  const stable = stableProperties(look)
  const entries: Entry[] = []
  let remaining = others
  // What is of one specimen, such as a serial number, only where nothing of its kind tells it.
  for (const isOfSpecimen of [false, true]) {
    const candidates = stable.filter(({ rank }) => rank >= specimenRank === isOfSpecimen)
    while (entries.length < mostKeys && candidates.length > 0) {
      const best = mostTelling(look, candidates, remaining)
      const leavesFewer = best.left.length < remaining.length
      // Of a class with one member the best name is enough.
      if (!leavesFewer && (others.length > 0 || entries.length > 0)) break
      entries.push(...candidates.splice(best.index, 1).map(({ entry }) => entry))
      remaining = best.left
      if (remaining.length === 0) return { entries, remaining: 0 }
    }
  }
  return { entries, remaining: remaining.length }
}

interface Candidate {
  readonly entry: Entry
  /** Less is better. */
  readonly rank: number
}

/** Which leaves the fewest of the others, and who they are; of equals the first. There is at least one. */
function mostTelling(
  { snapshot }: ServiceLook,
  candidates: readonly Candidate[],
  others: readonly EntryIndex[],
): { readonly index: number; readonly left: readonly EntryIndex[] } {
  let best: { readonly index: number; readonly left: readonly EntryIndex[] } = {
    index: 0,
    left: others,
  }
  for (const [index, candidate] of candidates.entries()) {
    const [key, value] = candidate.entry
    const left = others.filter(other => {
      const theirs = propertyValue(snapshot, other, key)
      return theirs !== undefined && isSame(value, theirs)
    })
    if (left.length < best.left.length) best = { index, left }
  }
  return best
}

/** Own properties that a personality can ask for, the best first. */
function stableProperties({ snapshot, entry, hasProperties }: ServiceLook): readonly Candidate[] {
  if (!hasProperties) return []
  const { entries, properties, strings } = snapshot
  const found = new Map<string, Candidate>()
  const end = entries.firstProperty[entry + 1]!
  for (let property = entries.firstProperty[entry]!; property < end; property++) {
    const key = stringAt(strings, properties.key[property]!)
    if (isVolatile(key) || !isPlain(key) || found.has(key)) continue
    const value = askable(readValue(snapshot, property))
    if (value) found.set(key, { entry: [key, value], rank: rankOf(key, value) })
  }
  return [...found.values()].sort((a, b) => a.rank - b.rank).slice(0, mostCandidates)
}

/** What the kernel adds to an instance, and what is another after every boot or at another port. */
const ofTheInstance = new Set([
  'CFBundleIdentifier',
  'CFBundleIdentifierKernel',
  'IOClass',
  'IOProviderClass',
  'IOMatchCategory',
  'IOMatchedAtBoot',
  'IOMatchedPersonality',
  'IONameMatch',
  'IONameMatched',
  'IOPersonalityPublisher',
  'IOProbeScore',
  'IOPropertyMatch',
  'IOResourceMatch',
  'IOUserClientCreator',
  'IOUserClientClass',
  'IORegistryEntryID',
  'IOServiceState',
  'BSD Name',
  'BSD Major',
  'BSD Minor',
  'BSD Unit',
  'AAPL,phandle',
  'IODeviceMemory',
  'IOInterruptControllers',
  'IOInterruptSpecifiers',
  'IOPCIResourced',
  'IOGeneralInterest',
  'IOBusyInterest',
  'IOConsoleUsers',
  'sessionID',
  'assigned-addresses',
  'Open',
])

/** Words of keys whose values are counted, measured or of the moment. */
const ofTheMoment =
  /statistic|counter|count$|interest$|power|\btime|time$|timer|timestamp|duration|elapsed|latency|tick|temperature|voltage|amperage|battery|capacity|current|busy|state$|status|pending|active|idle|session|pointer|handle|seed$|generation|debug|queue|event|last|\bpid\b|owner|creator|address|interrupt|registryentry|link(?:speed|status)|speed$/i

const ofRules = new Set(noiseRules.flatMap(rule => rule.values ?? []).map(([key]) => key))

/** Does it say something of the moment, of this boot or of the driver that runs? Then it selects nothing. */
export function isVolatile(key: string): boolean {
  return ofTheInstance.has(key) || ofRules.has(key) || ofTheMoment.test(key)
}

/** A value short and exact enough for a personality, as it is written there; null for others. */
function askable(value: PropertyValue): PropertyValue | null {
  switch (value.kind) {
    case 'string':
      // What the kernel cannot print stands as `IOCommand is not serializable`.
      return textOf(value) === null ||
        value.text.length > 128 ||
        value.text.endsWith(' is not serializable')
        ? null
        : value
    case 'boolean':
      return value
    case 'integer':
      // Text prints -1 as 18446744073709551615; in a property list it is -1 that everybody reads.
      return value.value >= -(1n << 63n) && value.value < 1n << 64n
        ? integer(BigInt.asIntN(64, value.value))
        : null
    case 'data':
      return value.isLossy || value.bytes.length === 0 || value.bytes.length > 32 ? null : value
    default:
      return null
  }
}

/** What names one specimen or one place of it begins here. */
const specimenRank = 4

/** Less is better: what names a device, then other texts and types, then numbers and bytes. */
function rankOf(key: string, value: PropertyValue): number {
  if (/uuid|guid|serial|location|path|number/i.test(key)) return specimenRank
  if (/^(?:compatible|device-?type|device_type|model|IOModel|IOName|name)$/i.test(key)) return 0
  if (/model|vendor|product|type|content|transport|class|name|id$/i.test(key)) return 1
  return value.kind === 'string' ? 2 : value.kind === 'boolean' ? specimenRank + 1 : 3
}

function isSame(a: PropertyValue, b: PropertyValue): boolean {
  switch (a.kind) {
    case 'string':
      return b.kind === 'string' && a.text === b.text
    case 'boolean':
      return b.kind === 'boolean' && a.value === b.value
    case 'integer':
      return b.kind === 'integer' && a.value === BigInt.asIntN(64, b.value)
    case 'data':
      return (
        b.kind === 'data' &&
        a.bytes.length === b.bytes.length &&
        a.bytes.every((byte, i) => byte === b.bytes[i])
      )
    default:
      return false
  }
}
