/** One line of the pane; `number` counts from 1 in the whole log, also while a filter hides lines. */
export interface LogRow {
  readonly number: number
  readonly text: string
  readonly isNew: boolean
}

/** Where a filter's text stands in a line: [start, end) in code units. */
export type TextRange = readonly [start: number, end: number]

/**
 * The index of the first line that came with or after an action, or null when its lines are not in this
 * log (any more): the kernel's buffer is a ring (facts: logs-and-misc, section 1). The last place that
 * holds all of them counts, since the same driver writes the same lines at every load.
 */
export function firstNewLine(
  log: readonly string[],
  newLines: readonly string[] | null,
): number | null {
  if (!newLines || newLines.length === 0) return null
  for (let at = log.length - newLines.length; at >= 0; at--) {
    if (newLines.every((line, n) => log[at + n] === line)) return at
  }
  return null
}

export function logRows(
  log: readonly string[],
  filter: string,
  firstNew: number | null,
): readonly LogRow[] {
  const wanted = filter.toLowerCase()
  const rows: LogRow[] = []
  for (const [index, text] of log.entries()) {
    if (wanted !== '' && !text.toLowerCase().includes(wanted)) continue
    rows.push({ number: index + 1, text, isNew: firstNew !== null && index >= firstNew })
  }
  return rows
}

/** Every place of the filter's text in a line, without overlap. */
export function matchesIn(text: string, filter: string): readonly TextRange[] {
  const wanted = filter.toLowerCase()
  const lower = text.toLowerCase()
  // Lower case of some letters is longer: then the places would be wrong, and none are marked.
  if (wanted === '' || lower.length !== text.length) return []
  const ranges: TextRange[] = []
  for (let at = lower.indexOf(wanted); at !== -1; at = lower.indexOf(wanted, at + wanted.length)) {
    ranges.push([at, at + wanted.length])
  }
  return ranges
}
