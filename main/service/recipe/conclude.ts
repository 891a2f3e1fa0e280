import type { ActionRecord, ActionStatus, Conclusion } from '../../../core/contract/types.ts'

interface End {
  readonly status: ActionStatus
  readonly conclusion: Conclusion
}

/** What an action that went to its end came to: by its tools' words, and by what was asked of the guest. */
export function conclude(record: ActionRecord): End {
  const outcomes = record.steps.flatMap(({ outcome }) => outcome ?? [])
  if (record.leaks?.verdict === 'leaks' && record.request.kind === 'leak-hunt') return notSo
  if (outcomes.some(({ isPending }) => isPending)) {
    return { status: 'done', conclusion: 'waits-for-user' }
  }
  if (record.steps.some(({ status }) => status === 'failed')) {
    return { status: 'failed', conclusion: 'refused' }
  }
  return holds(record) ? { status: 'done', conclusion: 'holds' } : notSo
}

const notSo: End = { status: 'failed', conclusion: 'does-not-hold' }

function holds(record: ActionRecord): boolean {
  const { expectations, report, unloaded, leaks, blockers } = record
  if (record.request.kind === 'preflight' && !isLoadable(record)) return false
  if (expectations?.results.some(({ status }) => status === 'fail')) return false
  if (leaks?.verdict === 'leaks' || blockers !== null) return false
  // A file of the author's has the last word on what is right; without one, what is plainly wrong is wrong.
  if (expectations?.source.kind === 'file') return true
  return report?.verdict !== 'bad' && unloaded?.report.verdict !== 'bad'
}

/** As far as can be told without loading it. What only asks for a consent is no fault of the bundle. */
function isLoadable({ preflight }: ActionRecord): boolean {
  const hasErrors = (preflight?.lint?.counts.error ?? 0) > 0
  const lacksLibraries = preflight?.libraries.edges.some(({ isSatisfied }) => !isSatisfied) ?? false
  return !hasErrors && !lacksLibraries
}
