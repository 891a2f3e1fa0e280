import type { EntryIndex, Snapshot } from '../registry/snapshot.ts'

/** The further rows of each entry that a dump printed more than once. */
export type Sightings = ReadonlyMap<EntryIndex, readonly number[]>

/** Empty where each entry was printed once, which costs nothing to see. */
export function sightingsOf({ planes, entries }: Snapshot): Sightings {
  const sightings = new Map<EntryIndex, number[]>()
  if (entries.rows === entries.length) return sightings
  for (const plane of planes) {
    for (let node = 0; node < plane.length; node++) {
      const row = plane.sighting[node]!
      if (row < entries.length) continue
      const known = sightings.get(plane.entry[node]!)
      if (known) known.push(row)
      else sightings.set(plane.entry[node]!, [row])
    }
  }
  return sightings
}
