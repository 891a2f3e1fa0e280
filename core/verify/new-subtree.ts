import { kextsByClass, owningKext } from '../kext/owning-kext.ts'
import type { InstalledKext } from '../kext/kext.ts'
import { planeNamed } from '../registry/lookup.ts'
import { nodeLabel } from '../registry/paths.ts'
import type { NodeIndex } from '../registry/snapshot.ts'
import type { SubtreeRow } from './action-changes.ts'
import type { RegistryView } from './observed-guest.ts'
import { describeState } from './state-words.ts'

const rowLimit = 500

/**
 * What an action added to the service plane, as the rows of a tree, with the providers above to say where:
 *
 *   IOResources            was there before
 *     MyKext               new
 *       MyKextUserClient   new
 *
 * The registry's root is left out; it says nothing. At most 500 rows, the first ones.
 *
 * @param added -> EntryTable
 */
export function newSubtree(
  view: RegistryView,
  added: Int32Array,
  installed: readonly InstalledKext[],
): readonly SubtreeRow[] {
  const { snapshot } = view
  const plane = planeNamed(snapshot, 'IOService')
  if (plane === undefined || added.length === 0) return []
  const isNew = new Set(added)
  const shown = new Set<NodeIndex>()
  for (let node = 0; node < plane.length && shown.size <= rowLimit; node++) {
    if (!isNew.has(plane.entry[node]!)) continue
    for (let at = node; at >= 0 && !shown.has(at); at = plane.parent[at]!) shown.add(at)
  }
  const isRoot = (node: NodeIndex): boolean =>
    plane.parent[node]! < 0 && nodeLabel(snapshot, plane, node) === 'Root'
  const hasRoot = [...shown].some(isRoot)
  const byClass = kextsByClass(installed)
  const { flags, state } = snapshot.entries
  return [...shown]
    .sort((a, b) => a - b)
    .filter(node => !isRoot(node))
    .slice(0, rowLimit)
    .map(node => {
      const entry = plane.entry[node]!
      const owner = owningKext(
        {
          bundleIdentifier: view.stringProperty(entry, 'CFBundleIdentifier'),
          className: view.classOf(entry),
        },
        byClass,
      )
      return {
        depth: plane.depth[node]! - (hasRoot ? 1 : 0),
        // The label of this place: of an entry with two providers each is told by its own.
        entry: { ...view.brief(entry), name: nodeLabel(snapshot, plane, node) },
        stateWords: describeState({ flags: flags[entry]!, state: state[entry]! }).words,
        isNew: isNew.has(entry),
        bundleIdentifier: 'bundleIdentifier' in owner ? owner.bundleIdentifier : null,
      }
    })
}
