import type { PropertyValue } from '../../core/registry/property-value.ts'
import { readValue } from '../../core/registry/read-value.ts'
import { EntryFlag, type PlaneTable, type Snapshot } from '../../core/registry/snapshot.ts'
import { stringAt } from '../../core/registry/strings.ts'

/** One node as plain data, for comparing. Null: the dump does not say. */
export interface DescribedNode {
  readonly depth: number
  readonly label: string
  readonly id: bigint | null
  readonly className: string
  readonly classChain: string
  readonly state: number | null
  readonly busyCount: number | null
  readonly busyTimeNs: bigint | null
  readonly retainCount: number | null
  readonly properties: readonly (readonly [string, PropertyValue])[]
}

/** Every node of every plane, top to bottom. */
export function describeSnapshot(snapshot: Snapshot): DescribedNode[] {
  return snapshot.planes.flatMap(plane =>
    Array.from({ length: plane.length }, (_, node) => describeNode(snapshot, plane, node)),
  )
}

function describeNode(snapshot: Snapshot, plane: PlaneTable, node: number): DescribedNode {
  const { entries, strings } = snapshot
  const entry = plane.entry[node]!
  const has = (flag: number) => (entries.flags[entry]! & flag) !== 0
  const location = plane.location[node]!
  const name = stringAt(strings, plane.name[node]!)
  return {
    depth: plane.depth[node]!,
    label: location < 0 ? name : `${name}@${stringAt(strings, location)}`,
    id: has(EntryFlag.hasId) ? entries.id[entry]! : null,
    className: stringAt(strings, entries.className[entry]!),
    classChain: stringAt(strings, entries.classChain[entry]!),
    state: has(EntryFlag.isService) ? entries.state[entry]! : null,
    busyCount: has(EntryFlag.hasBusyCount) ? entries.busyCount[entry]! : null,
    busyTimeNs: has(EntryFlag.hasBusyTime) ? entries.busyTimeNs[entry]! : null,
    retainCount: has(EntryFlag.hasRetainCount) ? entries.retainCount[entry]! : null,
    properties: propertiesOf(snapshot, entry),
  }
}

export function propertiesOf(snapshot: Snapshot, entry: number): [string, PropertyValue][] {
  const { entries, properties, strings } = snapshot
  const described: [string, PropertyValue][] = []
  for (let p = entries.firstProperty[entry]!; p < entries.firstProperty[entry + 1]!; p++) {
    described.push([stringAt(strings, properties.key[p]!), readValue(snapshot, p)])
  }
  return described
}
