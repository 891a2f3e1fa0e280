import type { ReactNode } from 'react'
import { markedRuns } from '../../filter/marked-runs.ts'

/** A text with the words of the filter marked in it. */
export function Marked({ text, filter }: { readonly text: string; readonly filter: string }) {
  return markedText(text, filter)
}

/** The same as what an element holds, where a component for each text would count. */
export function markedText(text: string, filter: string): ReactNode {
  if (filter === '') return text
  return markedRuns(text, filter).map((run, index) =>
    run.isMarked ? <mark key={index}>{run.text}</mark> : run.text,
  )
}
