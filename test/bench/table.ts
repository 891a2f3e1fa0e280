/** The middle one of some measurements. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? NaN
}

/** A table as Markdown, which a terminal shows well enough and docs/performance.md takes as it is. */
export function table(
  title: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const widths = head.map((name, i) =>
    Math.max(name.length, ...rows.map(row => row[i]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`
  const rule = widths.map(
    (width, i) => '-'.repeat(i === 0 ? width : width - 1) + (i === 0 ? '' : ':'),
  )
  console.log(`\n${title}\n`)
  console.log([line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n'))
}
