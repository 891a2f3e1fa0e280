import { EntryFlag, type Snapshot } from '../../core/registry/snapshot.ts'
import { propertyRowAt } from '../../core/registry/place-rows.ts'
import { describeSnapshot, propertiesOf, type DescribedNode } from './describe-snapshot.ts'

/** What each place of the first plane shows, which is not always what its entry has. */
export function describePlaces(snapshot: Snapshot): DescribedNode[] {
  const plane = snapshot.planes[0]!
  const { entries } = snapshot
  const first = { ...snapshot, planes: [plane] }
  return describeSnapshot(first).map((described, node) => {
    const row = plane.sighting[node]!
    const has = (flag: number) => (entries.flags[row]! & flag) !== 0
    return {
      ...described,
      state: has(EntryFlag.isService) ? entries.state[row]! : null,
      busyCount: has(EntryFlag.hasBusyCount) ? entries.busyCount[row]! : null,
      busyTimeNs: has(EntryFlag.hasBusyTime) ? entries.busyTimeNs[row]! : null,
      retainCount: has(EntryFlag.hasRetainCount) ? entries.retainCount[row]! : null,
      properties: propertiesOf(snapshot, propertyRowAt(snapshot, plane, node)),
    }
  })
}
