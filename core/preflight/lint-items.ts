import type { Finding } from '../lint/finding.ts'
import type { LintReport } from '../lint/lint-report.ts'
import type { RuleName } from '../lint/rules.ts'
import type { Findings } from './preflight.ts'
import type { PreflightItem } from './preflight-report.ts'

/** What the preflight says in words of its own, and stops at under another name. */
const toldElsewhere: ReadonlySet<RuleName> = new Set<RuleName>([
  'library-not-found',
  'library-incompatible',
  'library-not-a-library',
  'library-undetermined',
  'library-of-library',
  'guest-has-it',
])

const mostShown = 5

/** What lint says of the bundle: its errors keep it from being loaded, so there the preflight stops. */
export function lintItems(
  lint: LintReport | null,
  { libraryRulesAreTold }: { readonly libraryRulesAreTold: boolean },
): Findings {
  if (lint === null)
    return {
      items: [
        {
          status: 'unknown',
          title: 'The bundle was not linted',
          detail:
            'Its files are not on this host, so its layout and its executable were not looked at.',
        },
      ],
      stops: [],
    }
  const findings = lint.findings.filter(
    ({ rule }) => !libraryRulesAreTold || !toldElsewhere.has(rule),
  )
  const left = (severity: Finding['severity']): number =>
    lint.counts[severity] -
    lint.findings.filter(each => each.severity === severity && !findings.includes(each)).length
  const errorCount = left('error')
  const warningCount = left('warning')
  const items: PreflightItem[] = []
  if (errorCount > 0)
    items.push({
      status: 'stop',
      title: `Lint has found ${counted(errorCount, 'error')}`,
      detail: sentencesOf(findings, 'error', errorCount),
    })
  if (warningCount > 0)
    items.push({
      status: 'warning',
      title: `Lint warns of ${counted(warningCount, 'thing')}`,
      detail: sentencesOf(findings, 'warning', warningCount),
    })
  if (errorCount + warningCount === 0)
    items.push({
      status: 'pass',
      title: 'Lint has found no fault',
      detail: left('note') === 0 ? '' : `It has ${counted(left('note'), 'note')}.`,
    })
  return {
    items,
    stops:
      errorCount === 0
        ? []
        : [
            {
              id: 'lint-errors',
              title: items[0]!.title,
              reason: `An error keeps the kext, or one of its personalities, from being loaded. ${items[0]!.detail}`,
            },
          ],
  }
}

function sentencesOf(
  findings: readonly Finding[],
  severity: Finding['severity'],
  count: number,
): string {
  const shown = findings.filter(each => each.severity === severity).slice(0, mostShown)
  const more = count - shown.length
  return [
    ...shown.map(
      ({ where, sentence }) => `${where.file === '' ? '' : `${where.file}: `}${sentence}`,
    ),
    ...(more > 0 ? [`And ${more} more.`] : []),
  ].join(' ')
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
