import type { ActionSummary } from '../../../core/contract/types.ts'

export interface HistoryFilter {
  /** `null`: of all targets. */
  readonly targetId: string | null
  readonly text: string
  /** Records that hold the text anywhere, as the host found them; null as long as it has not answered. */
  readonly found: ReadonlySet<string> | null
}

/** What the list shows: of the target, with every word of the text in its line, or the text anywhere in its record. */
export function shownActions(
  history: readonly ActionSummary[],
  { targetId, text, found }: HistoryFilter,
): readonly ActionSummary[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return history.filter(action => {
    if (targetId !== null && action.targetId !== targetId) return false
    return words.length === 0 || hasWords(action, words) || found?.has(action.id) === true
  })
}

function hasWords(action: ActionSummary, words: readonly string[]): boolean {
  const text = `${action.title}\n${action.headline}\n${action.targetLabel}`.toLowerCase()
  return words.every(word => text.includes(word))
}

/** The targets that the history speaks of, by their newest label, with how many actions each has. */
export function targetsOf(
  history: readonly ActionSummary[],
): readonly { readonly id: string; readonly label: string; readonly count: number }[] {
  const targets = new Map<string, { id: string; label: string; count: number }>()
  for (const { targetId, targetLabel } of history) {
    const known = targets.get(targetId)
    if (known) known.count++
    else targets.set(targetId, { id: targetId, label: targetLabel, count: 1 })
  }
  return [...targets.values()].sort((a, b) => a.label.localeCompare(b.label))
}
