import type { LeakReport } from '../../../core/leaks/leak-report.ts'
import { printableInLine } from '../../app/printable.ts'
import type { Look } from '../look.ts'

/** Each cycle with its counts, then what has grown. */
export function* leakLines(report: LeakReport, look: Look): Generator<string> {
  yield headLine('Leak hunt', report, look)
  const classes = report.baseline.classCounts.map(({ className }) => className)
  const rows = [
    ['cycle', 'load', 'unload', ...classes.map(printableInLine)],
    ['before', '', '', ...report.baseline.classCounts.map(({ count }) => String(count ?? '?'))],
    ...report.cycles.map(cycle => [
      String(cycle.cycle),
      time(cycle.loadMs),
      time(cycle.unloadMs),
      ...classes.map(name => {
        const found = cycle.classCounts.find(({ className }) => className === name)
        return `${found?.loaded ?? '?'} → ${found?.unloaded ?? '?'}`
      }),
    ]),
  ]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)))
  for (const row of rows) {
    yield `  ${row.map((cell, column) => cell.padStart(widths[column]!)).join('  ')}`
  }
  yield* growthLines(report, look)
}

/** What one unload has left, without a table. */
export function* leakCheckLines(report: LeakReport, look: Look): Generator<string> {
  yield headLine('Leak check', report, look)
  yield* growthLines(report, look)
}

function headLine(title: string, { verdict, headline }: LeakReport, { paint }: Look): string {
  const hue = verdict === 'clean' ? 'green' : verdict === 'leaks' ? 'red' : 'yellow'
  return `${paint('bold', title)}  ${paint(hue, verdict)}  ${printableInLine(headline)}`
}

function* growthLines({ growth }: LeakReport, { paint }: Look): Generator<string> {
  for (const { what, name, cycle, before, after, isCertain } of growth) {
    const unit = what === 'class' ? 'objects' : 'bytes'
    const text = `${printableInLine(name)} grew in cycle ${cycle}: ${before} ${unit} before, ${after} after`
    yield `  ${isCertain ? paint('red', text) : `${text} (allocations go up and down by themselves)`}`
  }
}

function time(ms: number | null): string {
  return ms === null ? '?' : `${(ms / 1000).toFixed(1)} s`
}
