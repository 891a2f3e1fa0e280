import { decodeLoad } from '../kext/decode-outcome.ts'
import type { Outcome } from '../kext/outcome.ts'
import { diagnosticWords } from '../kext/diagnostic-words.ts'
import type { ToolRun } from '../kext/outcome.ts'
import { wrongOwners } from '../kext/outcome-details.ts'
import {
  readDiagnostics,
  type Diagnostic,
  type DiagnosticCategory,
} from '../kext/read-diagnostics.ts'
import { isKmutilRun, outputLines } from '../kext/tool-lines.ts'
import type { GuestCheck, PreflightItem } from './preflight-report.ts'

/** Of the guest's text: more than a report of a whole system has. */
const textLimit = 200_000
const mostItems = 100

/**
 * Reads what a dry run printed: `kextutil -n -t` (facts: kexts, section 9), `kmutil print-diagnostics` (section 10).
 * Only the sentence of kextutil makes it `loadable`. The layout of kmutil's report is not known: the errors that are
 * documented are recognised, a report in kextutil's layout is read, and everything else is `not-checked` with its text.
 *
 * @param copyPath where the bundle lay while it was checked, if that was not its place: what kmutil says of the folders
 *   above it, and of approval and staging, is then no word on the bundle
 */
export function readGuestCheck(run: ToolRun, copyPath: string | null = null): GuestCheck {
  const lines = outputLines(run)
  const categories = readDiagnostics(lines)
  const judged = judge(run, lines, categories)
  const isOfCopy =
    judged === 'not-loadable' && copyPath !== null && saysOnlyOfPlace(run, lines, copyPath)
  const verdict = isOfCopy ? 'not-checked' : judged
  const outcome = verdict === 'loadable' ? null : decodeLoad({ ...run, kernelLog: null })
  const found = categories.flatMap(({ name, diagnostics }) =>
    diagnostics.map(each => diagnosticItem(name, each)),
  )
  const items = [
    ...found.slice(0, mostItems),
    ...(found.length > mostItems ? [moreItem(found.length - mostItems)] : []),
  ]
  return {
    tool: isKmutilRun(run, lines) ? 'kmutil' : 'kextutil',
    verdict,
    categories,
    items: isOfCopy ? [ofCopyItem] : [...items, ...summaryItems(run, verdict, items, outcome)],
    text: textOf(run),
  }
}

const saysLoadable = /appears to be loadable/
const saysNoDryRun = /-n is not a supported kmutil mode/

function judge(
  run: ToolRun,
  lines: readonly string[],
  categories: readonly DiagnosticCategory[],
): GuestCheck['verdict'] {
  // The shim of macOS 11 says so and ends with 0.
  if (lines.some(line => saysNoDryRun.test(line))) return 'not-checked'
  if (run.exitCode === 0 && lines.some(line => saysLoadable.test(line))) return 'loadable'
  if (categories.some(({ name }) => name !== 'Warnings' && name !== 'Boot Level Restrictions'))
    return 'not-loadable'
  if (run.exitCode === 0) return 'not-checked'
  return speaksOfTheBundle.has(decodeLoad({ ...run, kernelLog: null }).kind)
    ? 'not-loadable'
    : 'not-checked'
}

/**
 * Only kmutil looks at the folders above a bundle (facts: kexts, section 5), and only there a copy differs from the
 * bundle in its place.
 */
function saysOnlyOfPlace(run: ToolRun, lines: readonly string[], copyPath: string): boolean {
  if (!isKmutilRun(run, lines)) return false
  const { kind } = decodeLoad({ ...run, kernelLog: null })
  if (kind === 'approval-needed' || kind === 'staging-failed') return true
  if (kind !== 'authentication') return false
  const owners = wrongOwners(lines)
  return owners.length > 0 && owners.every(({ path }) => isAbove(path, copyPath))
}

/** `/tmp` is a link to `/private/tmp`, and either name may be told. */
function isAbove(folder: string, path: string): boolean {
  const plain = (text: string): string => text.replace(/^\/private(?=\/)/, '').replace(/\/+$/, '')
  return plain(path).startsWith(`${plain(folder)}/`)
}

const ofCopyItem: PreflightItem = {
  status: 'unknown',
  title: 'kmutil speaks only of where the copy lies',
  detail:
    'The bundle was checked as a copy, before it takes its place. kmutil did not come further than the folders above the copy, an approval or its staging, which are others there; it says nothing against the bundle itself.',
}

/** What a load would be refused for. Wrong arguments or a missing file say nothing of the bundle. */
const speaksOfTheBundle: ReadonlySet<Outcome['kind']> = new Set<Outcome['kind']>([
  'authentication',
  'missing-dependency',
  'dependency-failed',
  'validation',
  'wrong-architecture',
  'link-error',
  'duplicate-class',
  'superclass-missing',
  'signature',
  'policy',
  'staging-failed',
  'approval-needed',
  'excluded',
  'safe-boot',
  'version-differs',
  'collection-error',
])

function summaryItems(
  run: ToolRun,
  verdict: GuestCheck['verdict'],
  found: readonly PreflightItem[],
  outcome: Outcome | null,
): readonly PreflightItem[] {
  const tool = run.tool === 'kmutil' ? 'kmutil print-diagnostics' : 'kextutil'
  if (verdict === 'loadable')
    return [
      {
        status: 'pass',
        title: 'The guest finds it loadable',
        detail:
          'kextutil has checked it and linked it against the libraries on the guest’s disk; nothing was loaded.',
      },
    ]
  if (verdict === 'not-loadable') {
    // The report says why; the exit code or an error line does where there is no report.
    if (found.some(({ status }) => status === 'stop')) return []
    return [{ status: 'stop', title: outcome!.headline, detail: detailOf(outcome!) }]
  }
  if (outcome!.kind === 'handed-over')
    return [
      {
        status: 'unknown',
        title: 'The guest has checked nothing',
        detail: detailOf(outcome!),
      },
    ]
  if (run.exitCode === 0)
    return [
      {
        status: 'unknown',
        title: `${tool} has not said whether it is loadable`,
        detail: 'It ended without an error that Kextant knows; its own words are beside this.',
      },
    ]
  return [
    {
      status: 'unknown',
      title: `${tool} could not check it`,
      detail: `${outcome!.headline}. ${detailOf(outcome!)}`,
    },
  ]
}

/** What the report is stopped at; its warnings, and safe boot of a guest that is not in it, stop nothing. */
function diagnosticItem(category: string, diagnostic: Diagnostic): PreflightItem {
  const status =
    category === 'Warnings' ? 'warning' : category === 'Boot Level Restrictions' ? 'note' : 'stop'
  const { title, explanation, advice } = diagnosticWords(diagnostic)
  return { status, title, detail: [explanation, advice].filter(part => part !== '').join(' ') }
}

function detailOf({ explanation, advice }: Outcome): string {
  return [explanation, ...advice].join(' ')
}

function moreItem(count: number): PreflightItem {
  return {
    status: 'warning',
    title: `${count} more in the report`,
    detail: 'They are in the tool’s own words beside this.',
  }
}

function textOf({ stdout, stderr }: ToolRun): string {
  const text = [stderr, stdout].filter(part => part !== '').join('\n')
  return text.length <= textLimit ? text : `${text.slice(0, textLimit)}\n…`
}
