import { asksForKeys, wordsOf } from './read-filter.ts'

/** A stretch of a text: what was looked for, or what stands between. */
export interface MarkedRun {
  readonly text: string
  readonly isMarked: boolean
}

/** Whether a hit has to say in which property it was found: its name and class do not tell. */
export function needsPlace(label: string, className: string, filter: string): boolean {
  return asksForKeys(filter) || (!hasWord(label, filter) && !hasWord(className, filter))
}

/** Whether a text has one of the words that a filter looks for. */
export function hasWord(text: string, filter: string): boolean {
  const folded = text.toLowerCase()
  return wordsOf(filter).some(word => folded.includes(word))
}

/** A text in runs, with every word that a filter looks for marked, where it stands first. */
export function markedRuns(text: string, filter: string): readonly MarkedRun[] {
  const folded = text.toLowerCase()
  // Folding may change a text's length: then its places are not those of the text.
  const places = (folded.length === text.length ? wordsOf(filter) : [])
    .map(word => ({ from: folded.indexOf(word), to: folded.indexOf(word) + word.length }))
    .filter(({ from }) => from !== -1)
    .toSorted((a, b) => a.from - b.from)
  const runs: MarkedRun[] = []
  let at = 0
  for (const { from, to } of places) {
    if (to <= at) continue
    const start = Math.max(from, at)
    if (start > at) runs.push({ text: text.slice(at, start), isMarked: false })
    runs.push({ text: text.slice(start, to), isMarked: true })
    at = to
  }
  if (at < text.length) runs.push({ text: text.slice(at), isMarked: false })
  return runs
}
