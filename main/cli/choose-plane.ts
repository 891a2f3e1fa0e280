import { planeNamed } from '../../core/registry/lookup.ts'
import type { PlaneTable, Snapshot } from '../../core/registry/snapshot.ts'

/** The plane of this name, IOService when none is named, or the first; null, and said why, where there is none. */
export function choosePlane(
  snapshot: Snapshot,
  name: string | undefined,
  say: (sentence: string) => void,
): PlaneTable | null {
  const planes = snapshot.planes.filter(plane => plane.length > 0)
  if (planes.length === 0) {
    say('the source holds no registry.')
    return null
  }
  if (name === undefined) return planeNamed(snapshot, 'IOService') ?? planes[0]!
  const wanted = name.toLowerCase()
  const found = planes.find(plane => plane.plane.toLowerCase() === wanted)
  if (!found) {
    const names = planes.map(plane => plane.plane).join(', ')
    say(`the source has no plane “${name}”; it has ${names}.`)
  }
  return found ?? null
}
