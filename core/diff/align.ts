/**
 * Pairs two lists of distinct things that are nearly in the same order, without an index over them: what is
 * not where it is expected is looked for a little further on. A list that goes out of step for long is not
 * searched any more.
 *
 * @param partner is filled: for each item of the first list its partner, or -1
 * @param isSame whether item `i` of the first list is item `j` of the second
 * @returns for each item of the second list whether it has a partner, 1 or 0
 */
export function align(
  partner: Int32Array,
  otherCount: number,
  isSame: (i: number, j: number) => boolean,
): Uint8Array {
  const isTaken = new Uint8Array(otherCount)
  let next = 0
  let missesInARow = 0
  for (let i = 0; i < partner.length; i++) {
    partner[i] = -1
    const end = Math.min(otherCount, next + (missesInARow < lostAfter ? lookAhead : 1))
    let j = next
    while (j < end && !isSame(i, j)) j++
    if (j < end) {
      partner[i] = j
      isTaken[j] = 1
      next = j + 1
      missesInARow = 0
    } else missesInARow++
  }
  return isTaken
}

const lookAhead = 24
const lostAfter = 100
