import { owningKext, type KextsByClass } from '../../kext/owning-kext.ts'
import { propertyOf } from '../../registry/lookup.ts'
import { readValue } from '../../registry/read-value.ts'
import { noString, type EntryIndex, type Snapshot } from '../../registry/snapshot.ts'
import { stringAt } from '../../registry/strings.ts'

/**
 * The kext that owns each entry, as `owningKext` knows it: null where that is not known, or several are as likely.
 * Each entry is looked at when it is first asked for, and remembered.
 *
 * @param byClass empty where the source does not tell: then only what the entries say themselves
 */
export function createKextOf(
  snapshot: Snapshot,
  byClass: KextsByClass,
): (entry: EntryIndex) => string | null {
  const { entries, strings } = snapshot
  const names: string[] = []
  const indices = new Map<string, number>()
  /** 0 not looked at, 1 not known, else 2 + the name's index. */
  const known = new Uint32Array(entries.length)
  return entry => {
    let index = known[entry]!
    if (index === 0) {
      const owner = ownerOf(entry)
      if (owner === null) index = 1
      else {
        let name = indices.get(owner)
        if (name === undefined) indices.set(owner, (name = names.push(owner) - 1))
        index = 2 + name
      }
      known[entry] = index
    }
    return index === 1 ? null : names[index - 2]!
  }

  function ownerOf(entry: EntryIndex): string | null {
    const property = propertyOf(snapshot, entry, 'CFBundleIdentifier')
    const value = property < 0 ? null : readValue(snapshot, property)
    const className = entries.className[entry]!
    const owner = owningKext(
      {
        bundleIdentifier: value?.kind === 'string' ? value.text : null,
        className: className === noString ? null : stringAt(strings, className),
      },
      byClass,
    )
    return 'bundleIdentifier' in owner ? owner.bundleIdentifier : null
  }
}
