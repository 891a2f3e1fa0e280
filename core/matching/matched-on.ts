import { providersOf } from '../registry/lookup.ts'
import { stringAt } from '../registry/strings.ts'
import { EntryFlag, type EntryIndex, type PlaneTable, type Snapshot } from '../registry/snapshot.ts'
import type { ProviderView } from './provider-view.ts'
import { isResourceClass } from './service-classes.ts'

/** More places than any driver is printed at; a dump made to confuse has more. */
const mostPlaces = 64

/** On which of its providers matching has made a driver. */
export class MatchedOn {
  readonly #snapshot: Snapshot
  readonly #plane: PlaneTable | undefined
  readonly #view: (entry: EntryIndex) => ProviderView
  #byClass: Map<string, EntryIndex[]> | undefined

  constructor(
    snapshot: Snapshot,
    plane: PlaneTable | undefined,
    view: (entry: EntryIndex) => ProviderView,
  ) {
    this.#snapshot = snapshot
    this.#plane = plane
    this.#view = view
  }

  /** Those above in the IOService plane: `getProvider()` first, then further ones. */
  providers(entry: EntryIndex): readonly EntryIndex[] {
    return this.#plane ? providersOf(this.#snapshot, this.#plane, entry) : []
  }

  /** Of several, the first that is of the driver's provider class; null where none is shown. */
  matchedOn(entry: EntryIndex): EntryIndex | null {
    const providers = this.providers(entry)
    const [first = null] = providers
    const wanted = this.#view(entry).property('IOProviderClass')
    if (wanted?.kind !== 'string') return first
    const ofClass = (answer: boolean | null) => (provider: EntryIndex) =>
      this.#view(provider).conformsTo(wanted.text) === answer
    // Nothing comes from these classes, of which there is one object each.
    if (isResourceClass(wanted.text)) return this.#ofClass(wanted.text)[0] ?? first
    return (
      providers.find(ofClass(true)) ??
      this.#printedElsewhere(entry).find(ofClass(true)) ??
      providers.find(ofClass(null)) ??
      first
    )
  }

  /** All that it may have been matched on, `matchedOn` first. */
  possibleProviders(entry: EntryIndex): readonly EntryIndex[] {
    const first = this.matchedOn(entry)
    if (first === null) return []
    const all = new Set([first, ...this.providers(entry), ...this.#printedElsewhere(entry)])
    return [...all].slice(0, mostPlaces)
  }

  /** A dump without IDs prints a driver anew under each of its providers: those of its other places. */
  #printedElsewhere(entry: EntryIndex): readonly EntryIndex[] {
    const { flags, className, name } = this.#snapshot.entries
    if ((flags[entry]! & EntryFlag.hasId) !== 0) return []
    const found: EntryIndex[] = []
    for (const twin of this.#ofClass(stringAt(this.#snapshot.strings, className[entry]!))) {
      if (twin === entry || name[twin] !== name[entry]) continue
      found.push(...this.providers(twin))
      if (found.length >= mostPlaces) break
    }
    return found
  }

  #ofClass(className: string): readonly EntryIndex[] {
    if (!this.#byClass) {
      this.#byClass = new Map()
      const { entries, strings } = this.#snapshot
      for (let entry = 0; entry < entries.length; entry++) {
        const key = stringAt(strings, entries.className[entry]!)
        const others = this.#byClass.get(key)
        if (others) others.push(entry)
        else this.#byClass.set(key, [entry])
      }
    }
    return this.#byClass.get(className) ?? []
  }
}
