import { closeSync, openSync, writeSync } from 'node:fs'
import { BenchRegistry, nodesOfSubtree } from './bench-registry.ts'
import { Random } from './random.ts'
import type { ModelEntry } from './registry-model.ts'
import { belowRoot, openRoot, writeText } from './write-text.ts'

/**
 * Two text dumps of one registry of `nodes` nodes, between which a share of the nodes changed: most of these
 * in a property, the others were added, removed or attached to another provider. Written subtree by
 * subtree, so that the size is no matter.
 * @returns how many changes of each kind there are
 */
export function writeChangedDumps(
  paths: { readonly before: string; readonly after: string },
  nodes: number,
  share = 0.01,
): Record<Edit, number> {
  const registry = new BenchRegistry(1)
  const random = new Random(2)
  const counts = { property: 0, added: 0, removed: 0, moved: 0 }
  const files = { before: openSync(paths.before, 'w'), after: openSync(paths.after, 'w') }
  const root = openRoot(writeText(registry.root()))
  writeSync(files.before, root)
  writeSync(files.after, root)
  // Above all others, so that what is added has a new ID.
  let newId = 0x1_4000_0000n
  for (let left = nodes - 1; left > 0; left -= nodesOfSubtree) {
    const subtree = registry.subtree(Math.min(left, nodesOfSubtree)) as EditableEntry
    const hasSibling = left > nodesOfSubtree
    writeSync(files.before, belowRoot(writeText(subtree), hasSibling))
    for (const entry of everyBelow(subtree)) {
      if (!random.chance(share)) continue
      const wanted = random.pick(edits)
      const edit = canEdit(entry, wanted, subtree) ? wanted : 'property'
      editEntry(entry, edit, subtree, newId++)
      counts[edit]++
    }
    writeSync(files.after, belowRoot(writeText(subtree), hasSibling))
  }
  closeSync(files.before)
  closeSync(files.after)
  return counts
}

const edits = ['property', 'property', 'added', 'removed', 'moved'] as const
type Edit = (typeof edits)[number]

interface EditableEntry extends ModelEntry {
  clients: EditableEntry[]
  properties: ModelEntry['properties']
}

function canEdit(entry: EditableEntry, edit: Edit, top: EditableEntry): boolean {
  if (edit === 'property' || edit === 'added') return true
  return leafOf(entry) >= 0 && (edit === 'removed' || entry !== top)
}

function leafOf(entry: EditableEntry): number {
  return entry.clients.findIndex(client => client.clients.length === 0)
}

function editEntry(entry: EditableEntry, edit: Edit, top: EditableEntry, newId: bigint): void {
  switch (edit) {
    case 'property': {
      const [first, ...rest] = entry.properties
      entry.properties = [...rest, [first![0], { kind: 'string', text: `changed ${newId}` }]]
      return
    }
    case 'added':
      entry.clients.push({ ...entry, id: newId, name: 'Added', clients: [] })
      return
    case 'removed':
    case 'moved': {
      const [taken] = entry.clients.splice(leafOf(entry), 1)
      if (edit === 'moved') top.clients.push(taken!)
    }
  }
}

/** The entry and all below it, as they are now: edits do not change what is walked. */
function everyBelow(entry: EditableEntry): EditableEntry[] {
  return [entry, ...entry.clients.flatMap(everyBelow)]
}
