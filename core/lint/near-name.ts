import { editDistance, nearestWords } from '../query/nearest-words.ts'

/** Suggests the one name that was probably meant, or undefined. */
export type NearName = (wanted: string, names: Iterable<string>) => string | undefined

/** A hostile list of names would be compared with another a million times; nobody reads that many suggestions. */
const mostSuggestions = 50

/** How near is near. */
export interface NearNameOptions {
  /** Also a longer name that holds the wanted one: for the few names of one bundle. */
  readonly allowsLonger?: true
}

/**
 * Closer than what a search offers, since a finding says it unasked: the same in other letters, or a quarter of its
 * letters away at most. After some dozens it finds nothing any more.
 */
export function createNearName({ allowsLonger }: NearNameOptions = {}): NearName {
  let left = mostSuggestions
  return (wanted, names) => {
    if (left-- <= 0) return undefined
    const allowed = Math.max(2, Math.floor(wanted.length / 4))
    const lower = wanted.toLowerCase()
    return nearestWords(wanted, names).find(
      name =>
        editDistance(lower, name.toLowerCase(), allowed) <= allowed ||
        (allowsLonger === true && lower.length > 3 && name.toLowerCase().includes(lower)),
    )
  }
}
