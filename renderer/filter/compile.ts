import { compileFilter, type CompiledFilter } from '../../core/query/filter/compile-filter.ts'
import type { SearchScope } from '../../core/query/search.ts'
import type { OpenCapture } from '../state/app-state.ts'
import { kextOf } from './kext-of.ts'
import { parseFilter } from '../../core/query/filter/parse-filter.ts'

const compiled = new WeakMap<OpenCapture, Map<string, CompiledFilter | null>>()

/** Those of the last few texts are kept: what a filter has prepared is asked for each row and each plane. */
const mostKept = 40

/** A filter made ready for a capture, on the page's own thread; null where the text does not read. */
export function compiledFor(
  current: OpenCapture,
  text: string,
  scope: SearchScope,
): CompiledFilter | null {
  let known = compiled.get(current)
  if (!known) compiled.set(current, (known = new Map<string, CompiledFilter | null>()))
  const key = `${scope} ${text}`
  const before = known.get(key)
  if (before !== undefined) return before
  const parsed = parseFilter(text)
  const made = parsed.ok
    ? compileFilter(parsed.filter, {
        snapshot: current.snapshot,
        scope,
        values: null,
        marks: current.marks ?? null,
        kextOf: kextOf(current.snapshot, current.capture),
      })
    : null
  if (known.size >= mostKept) known.delete(known.keys().next().value!)
  known.set(key, made)
  return made
}
