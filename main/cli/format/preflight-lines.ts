import type { PreflightReport, PreflightStatus } from '../../../core/preflight/preflight-report.ts'
import { printableInLine } from '../../app/printable.ts'
import type { Hue, Look } from '../look.ts'

const hues: Readonly<Record<PreflightStatus, Hue>> = {
  stop: 'red',
  warning: 'yellow',
  unknown: 'yellow',
  note: 'dim',
  pass: 'green',
}

/** What was found out before anything changed. */
export function* preflightLines(report: PreflightReport, { paint }: Look): Generator<string> {
  yield `${paint('bold', 'Preflight')}  ${printableInLine(`${report.bundleIdentifier} ${report.version}`)}`
  for (const { status, title, detail } of report.items) {
    yield `  ${paint(hues[status], status.padEnd(7))}  ${printableInLine(title)}`
    if (detail !== '') yield `           ${printableInLine(detail)}`
  }
  const { nodes, edges } = report.libraries
  if (edges.length > 0) yield '  libraries'
  for (const { from, to, wantedVersion, isSatisfied } of edges) {
    // Of the kext itself; what its libraries are linked against is the guest's business.
    if (from !== 0) continue
    const node = nodes[to]
    if (!node) continue
    const has = node.version === null ? 'not there' : `has ${node.version}`
    const mark = isSatisfied ? paint('green', 'fits   ') : paint('red', 'missing')
    const said = node.problem === null ? '' : `  ${node.problem}`
    yield `    ${mark}  ${printableInLine(`${node.bundleIdentifier} ${wantedVersion}, ${has}${said}`)}`
  }
  for (const { personality, sentence } of report.wouldMatch ?? []) {
    yield `  personality ${printableInLine(personality)}: ${printableInLine(sentence)}`
  }
  const check = report.guestCheck
  if (check === null) return
  const hue =
    check.verdict === 'loadable' ? 'green' : check.verdict === 'not-loadable' ? 'red' : 'dim'
  yield `  ${check.tool} in the guest: ${paint(hue, check.verdict.replace('-', ' '))}`
  for (const { name, diagnostics } of check.categories) {
    yield `    ${printableInLine(name)}`
    for (const { text, values } of diagnostics) {
      yield `      ${printableInLine([text, ...values].join('  '))}`
    }
  }
}
