import type { InstalledKext } from '../kext/kext.ts'
import { probeScoreOf } from '../kext/read-info-plist.ts'
import type { DictionaryValue } from '../registry/property-value.ts'
import { stringAt, valueAt } from '../registry/property-value.ts'
import type { EntryIndex, Snapshot } from '../registry/snapshot.ts'
import { asSent, type BootPersonalities } from './boot-personalities.ts'
import type { CatalogueItem, PersonalityOrigin } from './catalogue-item.ts'
import { instancePersonality } from './instance-personality.ts'
import { originalsIn } from './own-score.ts'
import { darwinVersionOf } from './platform.ts'
import { PersonalityIndex } from './same-personality.ts'

/** All personalities that a kernel knows, as far as a snapshot and what lies beside it tell. */
export interface Catalogue {
  /** In the order of insertion: `items[i].index` is `i`. */
  readonly items: readonly CatalogueItem[]
  /** Those whose `IOProviderClass` is this very class, in the order of insertion. */
  forProviderClass(name: string): readonly CatalogueItem[]
  /** What the kernel does not take, with the reason; `index` is −1. */
  readonly ignored: readonly IgnoredPersonality[]
  /** What whoever reads a verdict should know of where the personalities are from; sentences. */
  readonly notes: readonly string[]
}

export interface IgnoredPersonality {
  readonly item: CatalogueItem
  /** A sentence. */
  readonly because: string
}

export interface CatalogueSources {
  readonly snapshot: Snapshot
  /** The kexts on the guest's disk; null where they are not known. */
  readonly installed: readonly InstalledKext[] | null
  readonly bootCache?: BootPersonalities | null | undefined
  /** Added by the user: as if they were sent to the kernel now, after all others. */
  readonly whatIf?: readonly InstalledKext[] | undefined
  /** The guest's, where something else than the snapshot tells. From 19 on each personality names its kernel kext. */
  readonly darwinMajor?: number | null | undefined
}

const defaultCategory = 'IODefaultMatchCategory'

/**
 * The catalogue as the kernel would have it after it got, in this order, the personalities of the installed
 * kexts, what the boot-time cache has besides, those of running drivers that neither explains, and what the
 * user adds. The true order of insertion is not observable (facts: kexts, section 2): between equal scores it
 * is a guess, which verdicts say.
 *
 * A personality whose `IOProviderClass` is no string is ignored, as by the kernel; of exact duplicates the
 * first stands for all, and `alsoFrom` names the others (facts: matching, section 1).
 */
export function buildCatalogue(sources: CatalogueSources): Catalogue {
  const { snapshot, installed, bootCache, whatIf = [] } = sources
  const building = new CatalogueBuilding(sources.darwinMajor ?? darwinVersionOf(snapshot))
  for (const kext of installed ?? []) {
    building.addKext(kext, name => ({ kind: 'installed', kextPath: kext.path, name }))
  }
  if (bootCache) building.addSent(bootCache)
  const stoodIn = building.addInstances(snapshot)
  const running = building.ofInstances()
  for (const kext of whatIf) {
    building.addKext(kext, name => ({ kind: 'what-if', kextPath: kext.path, name }))
  }
  return building.done(notesOn(sources, stoodIn, running))
}

interface StoodIn {
  readonly drivers: number
  readonly personalities: number
}

class CatalogueBuilding {
  readonly #items: Growing[] = []
  readonly #ignored: IgnoredPersonality[] = []
  readonly #known = new PersonalityIndex<Growing>()
  /** `bundle\0class\0provider class`: what a driver's own properties say of where it is from. */
  readonly #explained = new Set<string>()
  readonly #darwinMajor: number | null

  constructor(darwinMajor: number | null) {
    this.#darwinMajor = darwinMajor
  }

  /** Bundles whose personalities are put together from drivers that run. */
  ofInstances(): ReadonlySet<string> {
    const own = this.#items.filter(({ origin }) => origin.kind === 'instance')
    return new Set(own.map(({ bundleIdentifier }) => bundleIdentifier))
  }

  addKext(kext: InstalledKext, originOf: (name: string) => PersonalityOrigin): void {
    for (const { name, publisher, properties } of kext.personalities) {
      this.add(properties, originOf(name), name, publisher)
    }
  }

  add(
    properties: DictionaryValue,
    origin: PersonalityOrigin,
    name?: string,
    publisher?: string,
  ): void {
    const sent = asSent(properties, this.#darwinMajor)
    const item = itemFrom(sent, origin, name, publisher)
    if (item.providerClass === null) {
      this.#ignored.push({ item, because: whyIgnored(sent) })
      return
    }
    const known = this.#known.find(sent)
    if (known) {
      known.alsoFrom.push(origin)
      return
    }
    const stored = { ...item, index: this.#items.length, alsoFrom: [] }
    this.#known.add(stored)
    this.#items.push(stored)
    this.#explained.add(kindOf(stored))
  }

  /** The boot cache: what no installed kext has, and which of theirs it has. */
  addSent({ path, personalities, notSent }: BootPersonalities): void {
    const origin = { kind: 'boot-cache', path } as const
    // Those of the installed kexts have been taken out of it, but for these.
    const missing = notSent && new Set(notSent.map(place => place.join('\0')))
    for (const item of missing ? this.#items : []) {
      const places = [item.origin, ...item.alsoFrom]
      const isSent = places.some(
        place => place.kind === 'installed' && !missing!.has(`${place.kextPath}\0${place.name}`),
      )
      if (isSent) item.alsoFrom.push(origin)
    }
    for (const properties of personalities) this.add(properties, origin)
  }

  /** The personalities of running drivers that nothing so far explains. */
  addInstances(snapshot: Snapshot): StoodIn {
    const originalOf = originalsIn(snapshot)
    const found: [EntryIndex, DictionaryValue][] = []
    for (let entry = 0; entry < snapshot.entries.length; entry++) {
      const personality = instancePersonality(snapshot, entry)
      if (!personality || this.#explained.has(kindOf(itemOf(personality.properties)))) continue
      found.push([entry, originalOf(entry, personality)])
    }
    const before = this.#items.length
    for (const [entry, properties] of found) {
      this.add(properties, { kind: 'instance', entry })
    }
    return { drivers: found.length, personalities: this.#items.length - before }
  }

  done(notes: readonly string[]): Catalogue {
    const byProviderClass = new Map<string, CatalogueItem[]>()
    for (const item of this.#items) {
      const others = byProviderClass.get(item.providerClass!)
      if (others) others.push(item)
      else byProviderClass.set(item.providerClass!, [item])
    }
    return {
      items: this.#items,
      forProviderClass: name => byProviderClass.get(name) ?? [],
      ignored: this.#ignored,
      notes,
    }
  }
}

/** An item whose duplicates are still being found. */
interface Growing extends CatalogueItem {
  readonly alsoFrom: PersonalityOrigin[]
}

type Named = Pick<CatalogueItem, 'bundleIdentifier' | 'ioClass' | 'providerClass' | 'properties'>

function itemOf(properties: DictionaryValue): Named {
  return {
    bundleIdentifier: stringAt(properties, 'CFBundleIdentifier') ?? '',
    ioClass: stringAt(properties, 'IOClass') ?? null,
    providerClass: stringAt(properties, 'IOProviderClass') ?? null,
    properties,
  }
}

/** Drivers of DriverKit share their kernel class; their own is `IOUserClass`. */
function kindOf({ bundleIdentifier, ioClass, providerClass, properties }: Named): string {
  const userClass = stringAt(properties, 'IOUserClass') ?? ''
  return [bundleIdentifier, ioClass, providerClass, userClass].join('\0')
}

function itemFrom(
  properties: DictionaryValue,
  origin: PersonalityOrigin,
  name: string | undefined,
  publisher: string | undefined,
): CatalogueItem {
  const named = itemOf(properties)
  const ownClass = stringAt(properties, 'IOUserClass') ?? named.ioClass
  return {
    ...named,
    index: -1,
    name: name ?? ownClass ?? '(no class)',
    origin,
    alsoFrom: [],
    publisher:
      publisher ?? stringAt(properties, 'IOPersonalityPublisher') ?? named.bundleIdentifier,
    category: stringAt(properties, 'IOMatchCategory') ?? defaultCategory,
    probeScore: probeScoreOf(properties) ?? 0,
  }
}

function whyIgnored(properties: DictionaryValue): string {
  return valueAt(properties, 'IOProviderClass') === undefined
    ? 'It has no IOProviderClass: the kernel ignores it without a word.'
    : 'Its IOProviderClass is not a string: the kernel ignores it without a word.'
}

/** Kexts that one sentence names. */
const mostNamed = 10

function notesOn(
  { installed, bootCache, whatIf = [] }: CatalogueSources,
  stoodIn: StoodIn,
  running: ReadonlySet<string>,
): string[] {
  const notes: string[] = []
  if (installed === null) {
    notes.push(
      'The kexts on the guest’s disk are not known. Only drivers that run tell of their personalities: one that lost, or never matched, is not seen.',
    )
  }
  if (stoodIn.drivers > 0) {
    const { drivers, personalities } = stoodIn
    const made = drivers === 1 ? 'One running driver is' : `${drivers} running drivers are`
    const stand = `${personalities} ${personalities === 1 ? 'personality is' : 'personalities are'}`
    notes.push(
      `${made} not explained by a known Info.plist: ${stand} put together from their properties, which may hold more or less than the original.`,
    )
  }
  if (bootCache?.notSent && bootCache.notSent.length > 0) {
    const kexts = [...new Set(bootCache.notSent.map(([kextPath]) => kextPath))]
    const some = kexts.slice(0, mostNamed).join(', ')
    const more = kexts.length > mostNamed ? ` and ${kexts.length - mostNamed} more` : ''
    notes.push(
      `Not in the cache that was sent to the kernel at boot, and so perhaps unknown to it: the personalities of ${some}${more}. Such a kext is invalid, not owned by root, not approved, or was installed since.`,
    )
  }
  const known = new Map((installed ?? []).map(kext => [kext.bundleIdentifier, kext]))
  for (const { bundleIdentifier, path } of whatIf) {
    const guests = known.get(bundleIdentifier)
    if (bundleIdentifier === '') continue
    if (guests === undefined) {
      if (running.has(bundleIdentifier)) {
        notes.push(
          `Drivers of ${bundleIdentifier} run: what they show of their personalities and those of ${path} stand side by side, as after a load that did not unload the old ones.`,
        )
      }
      continue
    }
    notes.push(
      `${bundleIdentifier} is on the guest’s disk too (${guests.path}): its personalities and those of ${path} stand side by side, as after a load that did not unload the old ones.`,
    )
  }
  return notes
}
