import type { ActionRecord, Conclusion, StepRecord } from '../../../core/contract/types.ts'
import type { ExpectationReport } from '../../../core/expectations/expectation-report.ts'
import { sentenceFor } from '../../../core/failure.ts'
import { hasRemark, summaryOf } from '../../../core/history/summary.ts'
import type { ActionChanges } from '../../../core/verify/action-changes.ts'
import type { CheckStatus, VerifyReport } from '../../../core/verify/report.ts'
import { printableInLine } from '../../app/printable.ts'
import type { Hue, Look } from '../look.ts'
import { blockerLines } from './blocker-lines.ts'
import { leakCheckLines, leakLines } from './leak-lines.ts'
import { preflightLines } from './preflight-lines.ts'

const conclusions: Readonly<Record<Conclusion, readonly [Hue, string]>> = {
  holds: ['green', 'holds'],
  'does-not-hold': ['red', 'does not hold'],
  'waits-for-user': ['yellow', 'waits'],
  refused: ['red', 'refused'],
  connection: ['red', 'connection lost'],
  cancelled: ['yellow', 'cancelled'],
  interrupted: ['yellow', 'interrupted'],
  failed: ['red', 'failed'],
}
const checkHues: Readonly<Record<CheckStatus, Hue>> = {
  pass: 'green',
  fail: 'red',
  attention: 'yellow',
  unknown: 'yellow',
}
const mostLogLines = 40

/** What an action came to: one line that answers, and below it what was asked and seen. */
export function* recordLines(record: ActionRecord, look: Look): Generator<string> {
  const { paint } = look
  const [hue, word] = hasRemark(record)
    ? (['yellow', 'holds, with a remark'] as const)
    : conclusions[record.conclusion ?? 'interrupted']
  const { headline } = summaryOf(record)
  const isWord = headline.toLowerCase().startsWith(word)
  const rest = isWord ? headline.slice(word.length).replace(/^[.:] ?/, '') : headline
  yield `${paint(hue, word)}  ${printableInLine(rest)}`.trimEnd()
  for (const step of record.steps) yield* troubleLines(step, look)
  if (record.request.kind === 'preflight' && record.preflight) {
    yield ''
    yield* preflightLines(record.preflight, look)
  }
  if (record.expectations) {
    yield ''
    yield* expectationLines(record.expectations, look)
  }
  // What is in the way of an unload says the same, and more.
  const isInTheWay = record.blockers !== null && record.blockers.verdict !== 'free'
  if (record.report && !isInTheWay) {
    const onlyTrouble = record.expectations !== null
    const isSaid = headline.startsWith(record.report.headline)
    const hasMore = record.report.checks.some(({ status }) => !onlyTrouble || status !== 'pass')
    if (hasMore || !isSaid) {
      yield ''
      yield* reportLines('Seen', record.report, onlyTrouble, look)
    }
  }
  if (record.changes) yield* changeLines(record.changes, look)
  const { unloaded } = record
  if (unloaded) {
    const { report } = unloaded
    const hasTrouble = report.checks.some(({ status }) => status !== 'pass')
    if (!isInTheWay && (hasTrouble || !headline.includes(report.headline))) {
      yield ''
      yield* reportLines('After the unload', report, true, look)
    }
    yield* changeLines(unloaded.changes, look, ' by the unload')
  }
  if (record.blockers && isInTheWay) {
    yield ''
    yield* blockerLines(record.blockers, look)
  }
  if (record.leaks) {
    yield ''
    yield* record.request.kind === 'leak-hunt'
      ? leakLines(record.leaks, look)
      : leakCheckLines(record.leaks, look)
  }
  const { builds, resolution } = record
  if (builds && isWorthTelling(record, builds)) {
    yield ''
    yield `${paint('bold', 'Builds')}  ${printableInLine(builds.sentence)} ${printableInLine(builds.advice)}`.trimEnd()
  }
  if (resolution && resolution.sentence !== headline)
    yield `Seen later: ${printableInLine(resolution.sentence)}`
}

/** Builds that differ always are; that it is not there yet, or not any more, only where nothing was to change. */
function isWorthTelling(
  { request }: ActionRecord,
  { verdict }: NonNullable<ActionRecord['builds']>,
): boolean {
  if (verdict === 'same' || verdict === 'unknown') return false
  const isOther = verdict !== 'not-loaded' && verdict !== 'not-installed'
  return isOther || request.kind === 'preflight' || request.kind === 'verify'
}

/** Of a step that did not do what it should: what happened, why, what to do, and what was printed. */
function* troubleLines({ command, outcome, failure }: StepRecord, look: Look): Generator<string> {
  const isTrouble = outcome !== null && (!outcome.succeeded || outcome.isPending)
  if (!isTrouble && failure === null) return
  yield ''
  yield look.paint('bold', printableInLine(command))
  if (failure) yield `  ${printableInLine(sentenceFor(failure))}`
  if (outcome === null || !isTrouble) return
  yield `  ${printableInLine(outcome.headline)}`
  yield `  ${printableInLine(outcome.explanation)}`
  for (const advice of outcome.advice) yield `  → ${printableInLine(advice)}`
  for (const line of outcome.evidence) yield look.paint('dim', `  | ${printableInLine(line)}`)
}

function* expectationLines(report: ExpectationReport, { paint }: Look): Generator<string> {
  const { source } = report
  const from = source.kind === 'file' ? source.path : `derived from ${source.from}`
  yield `${paint('bold', 'Expectations')}  ${printableInLine(from)}`
  const hues = { pass: 'green', fail: 'red', unknown: 'yellow' } as const
  for (const { status, title, seen, line } of report.results) {
    const place = line === null ? '' : paint('dim', `  line ${line}`)
    yield `  ${paint(hues[status], status.toUpperCase().padEnd(7))}  ${printableInLine(title)}${place}`
    yield `           ${printableInLine(seen)}`
  }
}

function* reportLines(
  title: string,
  report: VerifyReport,
  /** What holds was told of in other words. */
  onlyTrouble: boolean,
  { paint }: Look,
): Generator<string> {
  yield `${paint('bold', title)}  ${printableInLine(report.headline)}`
  for (const { status, title, detail } of report.checks) {
    if (onlyTrouble && status === 'pass') continue
    yield `  ${paint(checkHues[status], status.padEnd(9))}  ${printableInLine(title)}`
    if (detail !== '') yield `             ${printableInLine(detail)}`
  }
}

function* changeLines(changes: ActionChanges, { paint }: Look, by = ''): Generator<string> {
  const { subtree, entries, omittedCount, logLines, logLinesMayLack, noise } = changes
  const others = entries.length + omittedCount
  if (subtree.length > 0 || others > 0) {
    yield ''
    const muted = noise.reduce((sum, { count }) => sum + count, 0)
    yield `${paint('bold', `Changed${by}`)}  ${others} in the registry${muted > 0 ? `, ${muted} muted as noise` : ''}`
  }
  for (const { depth, entry, isNew, stateWords } of subtree) {
    const text = [
      entry.name,
      entry.className === null || entry.className === entry.name ? '' : `<${entry.className}>`,
      entry.id ?? '',
      isNew ? stateWords.join(', ') : '',
    ]
    const line = printableInLine(text.filter(part => part !== '').join('  '))
    yield `  ${isNew ? paint('green', '+') : ' '} ${'  '.repeat(Math.min(depth, 30))}${isNew ? line : paint('dim', line)}`
  }
  const isOfSubtree = new Set(subtree.map(({ entry }) => entry.id))
  for (const { entry, what, lines } of entries) {
    if (what === 'added' && isOfSubtree.has(entry.id)) continue
    const sign = { added: '+', removed: '-', moved: '→', changed: '~' }[what]
    yield `  ${sign} ${printableInLine(entry.path ?? entry.name)}`
    for (const line of lines) yield `      ${printableInLine(line)}`
  }
  if (omittedCount > 0) yield `  … ${omittedCount} more`
  if (logLines.length === 0) return
  yield ''
  yield `${paint('bold', `Kernel log${by === '' ? '' : ' of the unload'}`)}${logLinesMayLack ? '  lines may be missing' : ''}`
  for (const line of logLines.slice(0, mostLogLines)) yield `  ${printableInLine(line)}`
  if (logLines.length > mostLogLines) yield `  … ${logLines.length - mostLogLines} more`
}
