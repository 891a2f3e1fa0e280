import { FailureError } from '../../../core/failure.ts'
import { parseFilter } from '../../../core/query/filter/parse-filter.ts'
import { nodeLabel, nodePath } from '../../../core/registry/paths.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import type { WatchRule } from '../../../core/watch/watch-rules.ts'
import { chooseEntry } from '../choose-entry.ts'
import { idOf } from '../format/entry-text.ts'

export const conditionHelp = `Conditions:
  first:FILTER           the filter has a hit
  last:FILTER            the filter has no hit any more
  gone:SELECTOR          the entry goes
  busy:SELECTOR          the busy count of the entry is 0 again
  property:KEY@SELECTOR  the property of the entry changes, comes or goes`

/**
 * A condition of the command line as a rule of the watch.
 *
 * @param snapshot names the entries that selectors mean
 * @returns null, and said why, where a selector means none or several
 * @throws FailureError `bad-request` for what is no condition
 */
export function readCondition(
  text: string,
  id: string,
  snapshot: Snapshot,
  say: (sentence: string) => void,
): WatchRule | null {
  const at = text.indexOf(':')
  const kind = text.slice(0, at)
  const rest = text.slice(at + 1).trim()
  const refused = (detail: string) =>
    new FailureError({ kind: 'bad-request', request: 'watch', detail })
  if (at === -1 || rest === '') {
    throw refused(`“${text}” is no condition; “kextant watch --help” lists them`)
  }
  const common = { id, isOn: true }
  if (kind === 'first' || kind === 'last') {
    checkFilter(rest)
    return { ...common, kind: 'filter', filter: rest, when: kind }
  }
  if (kind === 'gone' || kind === 'busy') {
    const entry = entryOf(rest, snapshot, say)
    return entry && { ...common, kind, entry }
  }
  if (kind === 'property') {
    const end = rest.indexOf('@')
    if (end < 1) throw refused(`“${text}” has to be property:KEY@SELECTOR`)
    const entry = entryOf(rest.slice(end + 1), snapshot, say)
    return entry && { ...common, kind, entry, key: rest.slice(0, end) }
  }
  throw refused(`“${kind}” is no condition; “kextant watch --help” lists them`)
}

/** @throws FailureError `bad-request` with the place of the mistake */
export function checkFilter(text: string): void {
  const parsed = parseFilter(text)
  if (parsed.ok) return
  const { message, span } = parsed.problem
  const detail = `${message} (at character ${span.start + 1} of “${text}”)`
  throw new FailureError({ kind: 'bad-request', request: 'watch', detail })
}

function entryOf(selector: string, snapshot: Snapshot, say: (sentence: string) => void) {
  const chosen = chooseEntry(snapshot, selector, say)
  if (!chosen) return null
  const { entry, place } = chosen
  return {
    id: idOf(snapshot, entry),
    path: place && nodePath(snapshot, place.plane, place.node),
    label: place ? nodeLabel(snapshot, place.plane, place.node).slice(0, 1000) : selector,
  }
}
