import type { Snapshot } from '../registry/snapshot.ts'
import { describeDiff } from './describe-diff.ts'
import { diffToJson, type DiffJson } from './diff-to-json.ts'
import type { SnapshotDiff } from './snapshot-diff.ts'

export interface ReportSide {
  /** `Demo guest`, `dump.txt`. */
  readonly label: string
  /** ISO 8601. */
  readonly takenAt: string
  /** Its system, for people; null where it is not known. */
  readonly guest: string | null
}

export interface DiffReport {
  readonly before: ReportSide
  readonly after: ReportSide
  readonly diff: SnapshotDiff
  readonly snapshots: { readonly before: Snapshot; readonly after: Snapshot }
}

/** A report that is longer is no longer read; JSON has all of it. */
const lineLimit = 20_000

/** The report as lines of plain text, with text of the dumps in it as it is. */
export function textReport({ before, after, diff, snapshots }: DiffReport): string {
  const lines = describeDiff(diff, snapshots.before, snapshots.after, { lineLimit })
  return [`Before: ${sideText(before)}`, `After:  ${sideText(after)}`, '', ...lines, ''].join('\n')
}

/** The same for a page of a wiki or an issue. Text of the dumps stands in a code block, which it cannot end. */
export function markdownReport(report: DiffReport): string {
  const { before, after, diff, snapshots } = report
  const lines = describeDiff(diff, snapshots.before, snapshots.after, { lineLimit })
  const [headline = '', how = '', ...rest] = lines
  const longest = rest.reduce((most, line) => {
    const runs = line.match(/`+/g) ?? []
    return Math.max(most, ...runs.map(run => run.length))
  }, 2)
  const fence = '`'.repeat(longest + 1)
  return [
    '# What changed in the registry',
    '',
    '| | Capture | Taken | System |',
    '|---|---|---|---|',
    row('Before', before),
    row('After', after),
    '',
    `**${headline}**, ${how}.`,
    '',
    ...(rest.length === 0 ? [] : [`${fence}diff`, ...rest.map(oneLine), fence, '']),
  ].join('\n')
}

export interface DiffReportJson {
  readonly before: ReportSide
  readonly after: ReportSide
  readonly diff: DiffJson
}

export function jsonReport({ before, after, diff, snapshots }: DiffReport): DiffReportJson {
  return { before, after, diff: diffToJson(diff, snapshots.before, snapshots.after) }
}

function sideText({ label, takenAt, guest }: ReportSide): string {
  return [label, takenAt, guest].filter(part => part !== null).join(', ')
}

function row(name: string, { label, takenAt, guest }: ReportSide): string {
  return `| ${[name, label, takenAt, guest ?? 'not known'].map(cell).join(' | ')} |`
}

/** No cell ends its row, and none is markup. */
function cell(text: string): string {
  return oneLine(text).replaceAll(/[\\`*_{}[\]<>()#+!|~&-]/g, sign => `\\${sign}`)
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n\u2028\u2029]/g, ' ')
}
