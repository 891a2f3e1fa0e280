import { selectEntry, type Place, type Selection } from '../../core/query/select-entry.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import { classText, count, idOf, pathText } from './format/entry-text.ts'

const mostCandidates = 20

type Chosen = Extract<Selection, { kind: 'entry' }>

/** The entry that a selector means; null, and said why, where it means none or several. */
export function chooseEntry(
  snapshot: Snapshot,
  selector: string,
  say: (sentence: string) => void,
  preferredPlane?: string,
): Chosen | null {
  const selection = selectEntry(snapshot, selector, preferredPlane)
  switch (selection.kind) {
    case 'entry':
      return selection
    case 'several': {
      const { places } = selection
      say(
        [
          `“${selector}” means ${count(places.length, 'entry', 'entries')}. Name one by its ID or its path:`,
          ...places.slice(0, mostCandidates).map(place => candidate(snapshot, place)),
          ...(places.length > mostCandidates ? [`  … ${places.length - mostCandidates} more`] : []),
        ].join('\n'),
      )
      return null
    }
    case 'none': {
      const { nearest } = selection
      const hint = nearest.length > 0 ? ` Is one of these meant: ${nearest.join(', ')}?` : ''
      say(`no entry is “${selector}”.${hint}`)
      return null
    }
  }
}

function candidate(snapshot: Snapshot, { plane, node }: Place): string {
  const entry = plane.entry[node]!
  const path = pathText(snapshot, plane, node)
  return `  ${idOf(snapshot, entry) ?? '(no ID)'}  ${path}  ${classText(snapshot, entry)}`
}
