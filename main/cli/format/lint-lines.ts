import type { Finding, Place, Severity } from '../../../core/lint/finding.ts'
import type { LintReport } from '../../../core/lint/lint-report.ts'
import { printableInLine } from '../../app/printable.ts'
import type { Hue, Look } from '../look.ts'

const hues: Readonly<Record<Severity, Hue>> = { error: 'red', warning: 'yellow', note: 'dim' }

/**
 * The findings of each path, errors first:
 *
 *   MyKext.kext  io.darwinos.contrib.MyKext 1.0.0: 1 error, 2 notes
 *   error  Contents/Info.plist: CFBundleVersion  [bundle-version]
 *     CFBundleVersion is missing; every kext needs one.
 *     Set CFBundleVersion to a string such as 1.0.0.
 */
export function* lintLines(reports: readonly LintReport[], look: Look): Generator<string> {
  for (const [index, report] of reports.entries()) {
    if (index > 0) yield ''
    yield* reportLines(report, look)
  }
}

function* reportLines(report: LintReport, look: Look): Generator<string> {
  const { path, bundleIdentifier, version, against, findings, executable, plugIns } = report
  const name = [bundleIdentifier, version].filter(text => text !== '').join(' ')
  const held = against === null ? '' : `, against ${against}`
  yield look.paint('bold', inLine(`${path}${held}`))
  const facts = [
    name,
    ...(executable?.images.map(
      ({ architecture, classes }) =>
        `${architecture} with ${classes.length === 1 ? '1 class' : `${classes.length} classes`}`,
    ) ?? []),
    ...(plugIns.length > 0 ? [countText(plugIns.length, 'plug-in')] : []),
  ]
  yield inLine(`${facts.filter(text => text !== '').join(', ')}: ${summary(report)}`)
  for (const finding of findings) yield* findingLines(finding, look)
  if (report.omitted > 0) yield `… and ${report.omitted} more, which are not listed`
}

function* findingLines(finding: Finding, look: Look): Generator<string> {
  const { severity, rule, where, sentence, advice } = finding
  const title = look.paint(hues[severity], severity)
  yield `${title}  ${inLine(placeText(where))}${look.paint('dim', `  [${rule}]`)}`
  yield `  ${inLine(sentence)}`
  if (advice !== '') yield look.paint('dim', `  ${inLine(advice)}`)
}

/** `Contents/Info.plist: IOKitPersonalities/Foo/IOClass`, `my_kext.cpp:12`. */
function placeText({ file, keyPath, line }: Place): string {
  const place = `${file === '' ? '.' : file}${line === null ? '' : `:${line}`}`
  return keyPath.length === 0 ? place : `${place}: ${keyPath.join('/')}`
}

function summary({ counts }: LintReport): string {
  const parts = (['error', 'warning', 'note'] as const)
    .filter(severity => counts[severity] > 0)
    .map(severity => countText(counts[severity], severity))
  return parts.length === 0 ? 'nothing to remark' : parts.join(', ')
}

function countText(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

const inLine = printableInLine
