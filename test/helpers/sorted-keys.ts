import type { PropertyValue } from '../../core/registry/property-value.ts'
import type { DescribedNode } from './describe-snapshot.ts'

/** The same nodes with all keys in order: a dump of the tool has them as its dictionaries hash them. */
export function sortedKeys(nodes: readonly DescribedNode[]): DescribedNode[] {
  return nodes.map(node => ({ ...node, properties: byKey(node.properties) }))
}

type Entries = DescribedNode['properties']

function byKey(entries: Entries): Entries {
  return entries
    .map(([key, value]) => [key, sortedValue(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
}

function sortedValue(value: PropertyValue): PropertyValue {
  switch (value.kind) {
    case 'dictionary':
      return { kind: 'dictionary', entries: byKey(value.entries) }
    case 'array':
    case 'set':
      return { kind: value.kind, items: value.items.map(sortedValue) }
    default:
      return value
  }
}
