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

/** How many letters to add, drop, replace or swap with the next; anything above `limit` where it is more. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let twoAbove: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    let least = i
    for (let j = 1; j <= b.length; j++) {
      const replaced = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      let cost = Math.min(replaced, above[j]! + 1, row[j - 1]! + 1)
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isSwapped) cost = Math.min(cost, twoAbove[j - 2]! + 1)
      row.push(cost)
      least = Math.min(least, cost)
    }
    // A swap reaches two rows up, and gets no better than that row by it.
    if (least > limit + 1) return limit + 1
    twoAbove = above
    above = row
  }
  return above[b.length]!
}
