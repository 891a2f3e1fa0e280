import { kextsByClass, owningKext } from '../../../core/kext/owning-kext.ts'
import { findString } from '../../../core/registry/strings.ts'
import type { EntryIndex } from '../../../core/registry/snapshot.ts'
import { readValue } from '../../../core/registry/read-value.ts'
import { textAt } from '../../registry/columns.ts'
import type { OpenCapture } from '../../state/app-state.ts'
import { noName, type EntryNames } from './entry-names.ts'
import { KnownOf } from './known-of.ts'

const readings = new KnownOf<KextReading>()

/** The kexts of a capture's entries, read piece by piece or at once; what was read stays known. */
export function kextReading(current: OpenCapture): KextReading {
  return readings.get(current, () => new KextReading(current))
}

/**
 * The kext of each entry, by its `CFBundleIdentifier` property, else by its class where one kext alone has personalities
 * with it. Values repeat, so each distinct one is decoded once.
 */
export function kextsOfEntries(current: OpenCapture): EntryNames {
  return kextReading(current).finish()
}

const perStep = 2000

export class KextReading {
  readonly #lookUp: KextLookUp
  readonly #of: Int32Array
  #next = 0

  constructor(current: OpenCapture) {
    this.#lookUp = lookUpOf(current)
    this.#of = new Int32Array(current.snapshot.entries.length)
  }

  get isDone(): boolean {
    return this.#next === this.#of.length
  }

  /** From 0 to 1. */
  get share(): number {
    return this.#of.length === 0 ? 1 : this.#next / this.#of.length
  }

  /** Reads on as long as there is time; a step takes about a millisecond. */
  readWhile(hasTime: () => boolean): void {
    while (!this.isDone && hasTime()) this.#read(perStep)
  }

  finish(): EntryNames {
    this.#read(this.#of.length)
    return { of: this.#of, names: this.#lookUp.names }
  }

  #read(count: number): void {
    const end = Math.min(this.#of.length, this.#next + count)
    for (let entry = this.#next; entry < end; entry++) this.#of[entry] = this.#lookUp.of(entry)
    this.#next = end
  }
}

const lookUps = new KnownOf<KextLookUp>()

/** The kext of one entry: a picture names those of a thousand, and reading all of 100 000 takes longer. */
export function kextOfEntry(current: OpenCapture, entry: EntryIndex): string | null {
  const { of, names } = lookUpOf(current)
  const at = of(entry)
  return at === noName ? null : names[at]!
}

interface KextLookUp {
  /** Number of its name, or `noName`. */
  readonly of: (entry: EntryIndex) => number
  readonly names: readonly string[]
}

function lookUpOf(current: OpenCapture): KextLookUp {
  return lookUps.get(current, makeLookUp)
}

function makeLookUp({ snapshot, capture }: OpenCapture): KextLookUp {
  const { entries, properties, strings } = snapshot
  const byClass = kextsByClass(capture.installed ?? [])
  const key = findString(strings, 'CFBundleIdentifier')
  const names: string[] = []
  const numbers = new Map<string, number>()
  const numberOf = (name: string) => {
    let number = numbers.get(name)
    if (number === undefined) numbers.set(name, (number = names.push(name) - 1))
    return number
  }
  /** By one word of the value's hash; the other is compared. */
  const decoded = new Map<number, { readonly high: number; readonly kext: number }>()
  const notAsked = -2
  const ofClass = new Int32Array(byClass.size === 0 ? 0 : strings.length + 1).fill(notAsked)

  const ofProperty = (property: number) => {
    const [low, high] = [properties.hash[2 * property]!, properties.hash[2 * property + 1]!]
    const before = decoded.get(low)
    if (before?.high === high) return before.kext
    const value = readValue(snapshot, property)
    const kext = value.kind === 'string' && value.text !== '' ? numberOf(value.text) : noName
    decoded.set(low, { high, kext })
    return kext
  }
  const byClassName = (at: number) => {
    const found = owningKext({ bundleIdentifier: null, className: textAt(strings, at) }, byClass)
    return found.kind === 'personality' ? numberOf(found.bundleIdentifier) : noName
  }
  const of = (entry: EntryIndex) => {
    const end = key < 0 ? 0 : entries.firstProperty[entry + 1]!
    for (let p = entries.firstProperty[entry]!; p < end; p++) {
      if (properties.key[p] !== key) continue
      const kext = ofProperty(p)
      if (kext !== noName) return kext
      break
    }
    if (ofClass.length === 0) return noName
    const at = entries.className[entry]!
    let owner = ofClass[at + 1]!
    if (owner === notAsked) ofClass[at + 1] = owner = byClassName(at)
    return owner
  }
  return { of, names }
}
