import { kextsByClass, owningKext } from '../../../core/kext/owning-kext.ts'
import { findString } from '../../../core/registry/strings.ts'
import type { EntryIndex } from '../../../core/registry/snapshot.ts'
import { readValue } from '../../../core/registry/read-value.ts'
import { textAt } from '../../registry/columns.ts'
import type { OpenCapture } from '../../state/app-state.ts'

const known = new WeakMap<OpenCapture, readonly (string | null)[]>()

/**
 * The kext of each entry, by its `CFBundleIdentifier` property, else by its class where one kext alone has personalities
 * with it; null where neither tells. Values repeat, so each distinct one is decoded once.
 */
export function kextOfEntries(current: OpenCapture): readonly (string | null)[] {
  let kexts = known.get(current)
  if (!kexts) known.set(current, (kexts = find(current)))
  return kexts
}

const lookUps = new WeakMap<OpenCapture, (entry: EntryIndex) => string | null>()

/** The kext of one entry: a picture names those of a thousand, and reading all of 100 000 takes ten times as long. */
export function kextOfEntry(current: OpenCapture, entry: EntryIndex): string | null {
  const all = known.get(current)
  if (all) return all[entry] ?? null
  let lookUp = lookUps.get(current)
  if (!lookUp) lookUps.set(current, (lookUp = lookUpOf(current)))
  return lookUp(entry)
}

function find(current: OpenCapture): readonly (string | null)[] {
  const lookUp = lookUpOf(current)
  return Array.from({ length: current.snapshot.entries.length }, (_, entry) => lookUp(entry))
}

function lookUpOf({ snapshot, capture }: OpenCapture): (entry: EntryIndex) => string | null {
  const { entries, properties, strings } = snapshot
  const byClass = kextsByClass(capture.installed ?? [])
  const key = findString(strings, 'CFBundleIdentifier')
  /** By one word of the value's hash; the other is compared. */
  const decoded = new Map<number, { readonly high: number; readonly kext: string | null }>()
  const ofClass = new Map<number, string | null>()
  return entry => {
    let kext: string | null = null
    const end = key < 0 ? 0 : entries.firstProperty[entry + 1]!
    for (let p = entries.firstProperty[entry]!; p < end; p++) {
      if (properties.key[p] !== key) continue
      const [low, high] = [properties.hash[2 * p]!, properties.hash[2 * p + 1]!]
      const before = decoded.get(low)
      if (before?.high === high) kext = before.kext
      else {
        const value = readValue(snapshot, p)
        kext = value.kind === 'string' && value.text !== '' ? value.text : null
        decoded.set(low, { high, kext })
      }
      break
    }
    if (kext === null && byClass.size > 0) {
      const at = entries.className[entry]!
      let owner = ofClass.get(at)
      if (owner === undefined) {
        const found = owningKext(
          { bundleIdentifier: null, className: textAt(strings, at) },
          byClass,
        )
        owner = found.kind === 'personality' ? found.bundleIdentifier : null
        ofClass.set(at, owner)
      }
      kext = owner
    }
    return kext
  }
}
