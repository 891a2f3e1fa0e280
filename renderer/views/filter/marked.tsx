import { markedRuns } from '../../filter/marked-runs.ts'

/** A text with the words of the filter marked in it. */
export function Marked({ text, filter }: { readonly text: string; readonly filter: string }) {
  if (filter === '') return text
  return markedRuns(text, filter).map((run, index) =>
    run.isMarked ? <mark key={index}>{run.text}</mark> : run.text,
  )
}
