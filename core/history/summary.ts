import type { ActionRecord, ActionSummary } from '../contract/action-types.ts'
import { sentenceFor } from '../failure.ts'

/** A record without its steps and reports, and what it came to in one sentence. */
export function summaryOf(record: ActionRecord): ActionSummary {
  const { id, request, title, targetId, targetLabel, startedAt, endedAt, status, conclusion } =
    record
  return {
    id,
    request,
    title,
    targetId,
    targetLabel,
    startedAt,
    endedAt,
    status,
    conclusion,
    headline: headlineOf(record),
    hasRemark: hasRemark(record),
  }
}

/** All that was asked holds, and something that was seen wants a look: told beside it, in whatever list. */
export function hasRemark({ conclusion, report, unloaded }: ActionRecord): boolean {
  if (conclusion !== 'holds') return false
  return [report, unloaded?.report].some(each => each != null && each.verdict !== 'good')
}

/** The most telling sentence first: what broke off, what was refused, what does not hold, what came of it. */
function headlineOf(record: ActionRecord): string {
  const { steps, leaks, blockers, report, unloaded, resolution, conclusion, expectations } = record
  if (record.status === 'running') {
    const step = steps.find(({ status }) => status === 'running')
    return step ? `Under way: ${step.command}` : 'Under way.'
  }
  if (resolution !== null) return resolution.sentence
  if (record.status === 'unknown') {
    const why =
      conclusion === 'connection' ? 'The connection broke off' : 'Kextant ended while it ran'
    return `${why}; what came of it is not known until the guest is captured again.`
  }
  if (conclusion === 'cancelled') return 'Cancelled.'
  const last = steps.findLast(({ outcome, failure }) => outcome !== null || failure !== null)
  const said = last && (last.failure ? sentenceFor(last.failure) : last.outcome?.headline)
  if (record.request.kind === 'leak-hunt' && leaks) return leaks.headline
  switch (conclusion) {
    case 'refused':
      return blockers?.headline ?? said ?? 'It was refused.'
    case 'waits-for-user':
      return (
        steps.find(({ outcome }) => outcome?.isPending)?.outcome?.headline ?? said ?? 'It waits.'
      )
    case 'failed':
    case 'connection':
    case 'interrupted':
      return said ?? 'It did not come to its end.'
    default:
  }
  const failed = expectations?.results.filter(({ status }) => status === 'fail') ?? []
  const [first] = failed
  if (first) {
    const more = failed.length > 1 ? `, and ${failed.length - 1} more` : ''
    return `Does not hold: ${first.title}${first.seen ? ` (${first.seen})` : ''}${more}.`
  }
  if (leaks?.verdict === 'leaks') return leaks.headline
  if (unloaded?.report.verdict === 'bad') return unloaded.report.headline
  if (report && isUnloadedAgain(record) && !hasRemark(record))
    return `${report.kext.bundleIdentifier} was loaded, holds what is expected, and is unloaded again.`
  if (report)
    return unloaded ? `${report.headline} Then: ${unloaded.report.headline}` : report.headline
  if (expectations && expectations.results.length > 0) {
    const unknown = expectations.results.filter(({ status }) => status === 'unknown').length
    const held = expectations.results.length - unknown
    return unknown === 0
      ? `All ${held} expectations hold.`
      : `${held} expectations hold, ${unknown} cannot be told.`
  }
  if (said) return said
  if (conclusion === 'does-not-hold') return 'Something does not hold.'
  const { request, targetLabel } = record
  return request.kind === 'push' && conclusion === 'holds'
    ? `${nameOf(request.bundlePath)} is on ${targetLabel}. Nothing was loaded.`
    : 'Done.'
}

/** The report of a loop that unloads again is of the look in between. */
export function isUnloadedAgain({ conclusion, unloaded }: ActionRecord): boolean {
  return conclusion === 'holds' && unloaded !== null
}

function nameOf(path: string): string {
  return path.split(/[/\\]/).findLast(part => part !== '') ?? path
}
