import type { DumpProblem } from '../registry/snapshot.ts'

/** How many places a sentence names. */
const namedLimit = 4

/** How often it happened. */
export function placeCount({ places, morePlaces = 0 }: DumpProblem): number {
  return (places?.length ?? 1) + morePlaces
}

/** The first byte of each known place; `placeLimit` of them at most. */
export function placesOf({ places, byteOffset }: DumpProblem): readonly number[] {
  return places ?? [byteOffset]
}

/** `byte 120`, `bytes 120 and 340`, `bytes 120, 340, 560 and 785 more`. */
export function placesText(problem: DumpProblem): string {
  const count = placeCount(problem)
  const named = placesOf(problem).slice(0, count > namedLimit ? namedLimit - 1 : namedLimit)
  const parts = named.map(String)
  if (count > named.length) parts.push(`${count - named.length} more`)
  const last = parts.pop()!
  return count === 1 ? `byte ${last}` : `bytes ${parts.join(', ')} and ${last}`
}
