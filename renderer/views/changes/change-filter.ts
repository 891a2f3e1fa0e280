import { kextsByClass } from '../../../core/kext/owning-kext.ts'
import { compileFilter } from '../../../core/query/filter/compile-filter.ts'
import { createKextOf } from '../../../core/query/filter/kext-of-entry.ts'
import type { FilterNode } from '../../../core/query/filter/filter-tree.ts'
import { parseFilter } from '../../../core/query/filter/parse-filter.ts'
import type { Comparison } from '../../state/app-state.ts'
import { haystacksOf, type ChangeList } from './change-rows.ts'

/** Which items of the list a filter leaves, or why it does not read; then all of them stay. */
export interface ChangeFilter {
  readonly passes: (item: number) => boolean
  readonly problem: string | null
}

const everything: ChangeFilter = { passes: () => true, problem: null }

/**
 * The filter of the registry, asked of entries that differ. Bare words look in names and classes as everywhere,
 * and in the keys that changed besides.
 *
 * @param haystacks made when they are first wanted
 */
export function changeFilter(
  text: string,
  list: ChangeList,
  comparison: Comparison,
  haystacks: () => readonly string[],
): ChangeFilter {
  const wanted = text.trim()
  if (wanted === '') return everything
  const parsed = parseFilter(wanted)
  if (!parsed.ok) return { ...everything, problem: parsed.problem.message }
  const words = wordsOf(parsed.filter.root)
  if (words) {
    const folded = words.map(word => word.toLowerCase())
    const all = haystacks()
    return { passes: item => folded.every(word => all[item]!.includes(word)), problem: null }
  }
  const { snapshot, marks } = comparison.merged
  const compiled = compileFilter(parsed.filter, {
    snapshot,
    scope: 'names',
    values: null,
    marks,
    kextOf: createKextOf(snapshot, kextsByClass(comparison.after.capture.installed ?? [])),
  })
  return { passes: item => compiled.has(list.entry[item]!), problem: null }
}

/** Makes the haystacks once. */
export function lazyHaystacks(list: ChangeList, comparison: Comparison): () => readonly string[] {
  let made: readonly string[] | undefined
  return () => (made ??= haystacksOf(list, comparison))
}

/** The words of a filter that has nothing else. */
function wordsOf(root: FilterNode | null): readonly string[] | null {
  if (root === null) return []
  if (root.kind === 'test') return root.test.kind === 'text' ? [root.test.text] : null
  if (root.kind !== 'and') return null
  const words = root.terms.map(wordsOf)
  return words.every(each => each !== null) ? words.flat() : null
}
