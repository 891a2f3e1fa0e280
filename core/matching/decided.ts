/** What a check can say: it holds, it fails, or the snapshot does not show enough. */
export type Decided = boolean | null

/** All of them: one that fails decides, one that is open leaves it open. */
export function allOf<T>(items: readonly T[], ask: (item: T) => Decided): Decided {
  let isOpen = false
  for (const item of items) {
    const answer = ask(item)
    if (answer === false) return false
    if (answer === null) isOpen = true
  }
  return isOpen ? null : true
}

/** One of them: one that holds decides, one that is open leaves it open. */
export function oneOf<T>(items: readonly T[], ask: (item: T) => Decided): Decided {
  let isOpen = false
  for (const item of items) {
    const answer = ask(item)
    if (answer === true) return true
    if (answer === null) isOpen = true
  }
  return isOpen ? null : false
}

export function outcomeOf(answer: Decided): 'holds' | 'fails' | 'unknown' {
  return answer === null ? 'unknown' : answer ? 'holds' : 'fails'
}
