import { hasBit } from '../../../core/registry/bit-set.ts'
import type { NodeIndex, PlaneTable, Snapshot } from '../../../core/registry/snapshot.ts'
import { knownPropertyRow, knownStateRow } from '../../../core/registry/place-rows.ts'
import { nodePath } from '../../../core/registry/paths.ts'
import { entryFacts, propertiesJson, rowFacts, textOf } from './entry-json.ts'
import { deepestPath, idOf } from './entry-text.ts'
import { otherProviders, shownNodes, type TreePart } from './tree-lines.ts'
import type { JsonValue } from '../../../core/write/value-json.ts'

/** The part of a tree as JSON lines: an object for each node, which can be read while the rest is written. */
export function* treeJson(snapshot: Snapshot, part: TreePart): Generator<string> {
  const { plane, first } = part
  for (const node of shownNodes(part)) {
    const parent = plane.parent[node]!
    const row: Record<string, JsonValue> = {
      node,
      parent: parent < 0 || node === first ? null : parent,
      depth: plane.depth[node]! - plane.depth[first]!,
      path: plane.depth[node]! > deepestPath ? null : nodePath(snapshot, plane, node),
      name: textOf(snapshot, plane.name[node]!),
      location: textOf(snapshot, plane.location[node]!),
      ...entryFacts(snapshot, plane.entry[node]!),
      ...rowFacts(snapshot, knownStateRow(snapshot, plane, node)),
      alsoUnder: otherProviders(snapshot, plane, node).map(other =>
        nodeName(snapshot, plane, other),
      ),
      nodesBelow: plane.end[node]! - node - 1,
      ...(part.hits ? { match: hasBit(part.hits.found, node) } : {}),
    }
    if (part.hasProperties) {
      row['properties'] = propertiesJson(snapshot, knownPropertyRow(snapshot, plane, node))
    }
    yield JSON.stringify(row)
  }
}

/** A node of another place: its number, and its ID where it has one. */
function nodeName(snapshot: Snapshot, plane: PlaneTable, node: NodeIndex): JsonValue {
  const id = idOf(snapshot, plane.entry[node]!)
  return { node, id, name: textOf(snapshot, plane.name[node]!) }
}
