import type { ActionRecord } from '../../core/contract/types.ts'
import type { BlockerReport } from '../../core/unload/blocker-report.ts'

/** Text without what differs from run to run: entry IDs, process IDs, times, temporary folders. */
export function masked(text: string): string {
  return text
    .replaceAll(/0x1[0-9a-f]{8}\b/g, '0xID')
    .replaceAll(/\bpid \d+/g, 'pid N')
    .replaceAll(/\b\d+(?:\.\d+)? (?:s|ms)\b/g, 'T s')
    .replaceAll(/\/tmp\/kextant-[0-9a-f]+/g, '/tmp/kextant-N')
}

/** A report on what is in the way, as one reads it. */
export function toldBlockers({ verdict, headline, explanation, advice }: BlockerReport): string {
  const lines = advice.map(
    ({ sentence, action }) => `- ${sentence}${action === null ? '' : ` [${action.kind}]`}`,
  )
  return masked([`${verdict}: ${headline}`, explanation, ...lines].join('\n'))
}

/** What verification says of a load: the headline, and each check that does not hold. */
export function toldReport({ report }: ActionRecord): string {
  const checks = report!.checks.filter(({ status }) => status === 'fail' || status === 'attention')
  const lines = checks.map(({ status, title, detail }) => `- ${status}: ${title}: ${detail}`)
  return masked([report!.headline, ...lines].join('\n'))
}

/** What an action came to: its conclusion, what the tool said, and what is in the way. */
export function toldAction(record: ActionRecord): string {
  const outcomes = record.steps.flatMap(({ phase, outcome }) =>
    outcome === null ? [] : [`${phase}: ${outcome.kind}: ${outcome.headline}`],
  )
  return [
    `${record.conclusion}`,
    ...outcomes.map(masked),
    ...(record.blockers !== null
      ? [toldBlockers(record.blockers)]
      : record.report !== null
        ? [masked(record.report.headline)]
        : []),
  ].join('\n')
}
