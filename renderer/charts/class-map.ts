import type { Snapshot } from '../../core/registry/snapshot.ts'
import { mapByClass } from './registry-map-groups.ts'
import { entrySizes, type MapSize } from './registry-map-sizes.ts'
import type { MapTree } from './registry-map-tree.ts'

const known = new WeakMap<Snapshot, Map<MapSize, MapTree>>()

/** `mapByClass`, made once for each kind of size: it is what the map begins with. */
export function classMap(snapshot: Snapshot, size: MapSize): MapTree {
  let maps = known.get(snapshot)
  if (!maps) known.set(snapshot, (maps = new Map<MapSize, MapTree>()))
  let map = maps.get(size)
  if (!map) maps.set(size, (map = mapByClass(snapshot, entrySizes(snapshot, size))))
  return map
}
