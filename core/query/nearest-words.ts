/** Longer words are not compared: no name that somebody types is. */
const longestWord = 128

/**
 * The words most like one that was mistyped, best first: the same in other letters, then those that contain it
 * or differ from it by few letters. None when nothing is alike.
 */
export function nearestWords(wanted: string, words: Iterable<string>, most = 5): readonly string[] {
  if (wanted === '' || wanted.length > longestWord) return []
  const lower = wanted.toLowerCase()
  const allowed = Math.max(1, Math.floor(lower.length / 3))
  const found: { readonly word: string; readonly distance: number }[] = []
  for (const word of new Set(words)) {
    if (word === '' || word.length > longestWord) continue
    const other = word.toLowerCase()
    if (other === lower) found.push({ word, distance: 0 })
    else if (other.includes(lower)) found.push({ word, distance: 0.5 })
    else {
      const distance = editDistance(lower, other, allowed)
      if (distance <= allowed) found.push({ word, distance })
    }
  }
  return found
    .sort((a, b) => a.distance - b.distance || a.word.length - b.word.length)
    .slice(0, most)
    .map(({ word }) => word)
}

/** Levenshtein's distance; anything above `limit` where it is more than that. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    let least = i
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const cost = Math.min(replaced, row[j]! + 1, next[j - 1]! + 1)
      next.push(cost)
      least = Math.min(least, cost)
    }
    if (least > limit) return limit + 1
    row = next
  }
  return row[b.length]!
}
