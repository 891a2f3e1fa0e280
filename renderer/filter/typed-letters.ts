/** A stretch of a suggestion: typed, or added by it. */
export interface LetterRun {
  readonly text: string
  readonly isTyped: boolean
}

/**
 * Which letters of a suggestion were typed, to be shown bold: where the text stands in it as it is, else its letters one
 * after the other, whatever the case.
 */
export function letterRuns(text: string, typed: string): readonly LetterRun[] {
  const wanted = typed.replace(/["“”]/g, '').toLowerCase()
  const folded = text.toLowerCase()
  // Folding may change a text's length: then nothing can be said of its letters.
  if (wanted === '' || folded.length !== text.length) return [{ text, isTyped: false }]
  const at = folded.indexOf(wanted)
  const isTyped = new Array<boolean>(text.length).fill(false)
  if (at !== -1) isTyped.fill(true, at, at + wanted.length)
  else {
    let from = 0
    for (const letter of wanted) {
      const next = folded.indexOf(letter, from)
      if (next === -1) return [{ text, isTyped: false }]
      isTyped[next] = true
      from = next + 1
    }
  }
  const runs: LetterRun[] = []
  for (let start = 0; start < text.length;) {
    let end = start + 1
    while (end < text.length && isTyped[end] === isTyped[start]) end++
    runs.push({ text: text.slice(start, end), isTyped: isTyped[start]! })
    start = end
  }
  return runs
}
