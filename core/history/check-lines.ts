import type { ActionRecord, StepRecord } from '../contract/action-types.ts'
import { sentenceFor } from '../failure.ts'
import type { LeakReport } from '../leaks/leak-report.ts'

/** One thing that was asked, for the formats that test runners read. */
export interface CheckLine {
  readonly group: string
  readonly title: string
  readonly status: 'pass' | 'fail' | 'unknown'
  readonly detail: string
  /** How long it took, where it was a step; null for what was only looked at. */
  readonly durationMs: number | null
}

type Answer = Omit<CheckLine, 'group' | 'durationMs'>

/**
 * Everything of a record that can pass or fail: preflight, tools' outcomes, expectations, leaks. A record that did
 * not come to its end says so in a line of its own, so that nothing that broke off looks as if all were well.
 */
export function checkLinesOf(record: ActionRecord): readonly CheckLine[] {
  const lines = [
    ...inGroup('preflight', preflightAnswers(record)),
    ...record.steps.flatMap(stepLines),
    ...inGroup('verify', reportAnswers(record)),
    ...inGroup('expectations', expectationAnswers(record)),
    ...inGroup('leaks', record.leaks === null ? [] : leakAnswers(record.leaks)),
  ]
  return [...lines, ...inGroup('action', endAnswers(record, lines))]
}

function inGroup(group: string, answers: readonly Answer[]): readonly CheckLine[] {
  return answers.map(answer => ({ group, ...answer, durationMs: null }))
}

/** Notes and warnings are no failures. A stop is one, unless the user has accepted it. */
function preflightAnswers({ preflight, steps, accepted }: ActionRecord): readonly Answer[] {
  if (preflight === null) return []
  const isStopped =
    accepted.length === 0 ||
    steps.some(({ phase, status }) => phase === 'preflight' && status === 'failed')
  return preflight.items.map(({ status, title, detail }) => {
    if (status === 'unknown') return { title, status: 'unknown', detail }
    if (status !== 'stop') return { title, status: 'pass', detail }
    return isStopped
      ? { title, status: 'fail', detail }
      : { title, status: 'pass', detail: `Accepted. ${detail}` }
  })
}

function stepLines(step: StepRecord): readonly CheckLine[] {
  const { phase, command, outcome, failure, durationMs } = step
  const line = (status: CheckLine['status'], detail: string): readonly CheckLine[] => [
    { group: phase, title: command, status, detail, durationMs },
  ]
  if (outcome !== null) {
    const said = [outcome.headline, outcome.explanation, ...outcome.advice]
    const detail = said.filter(text => text !== '').join('\n')
    // Approval and reboot are the user's turn: neither done nor refused.
    if (outcome.isPending) return line('unknown', detail)
    return line(outcome.succeeded ? 'pass' : 'fail', detail)
  }
  if (failure !== null) return line('fail', sentenceFor(failure))
  if (step.status === 'failed')
    return line('fail', step.exitCode === null ? 'It failed.' : `It ended with ${step.exitCode}.`)
  return []
}

/**
 * Where nothing was expected in so many words, what was found to be so. Beside what was derived, what is plainly wrong;
 * a file of the author's has the last word.
 */
function reportAnswers({ report, unloaded, expectations, steps }: ActionRecord): readonly Answer[] {
  if (expectations?.source.kind === 'file') return []
  const told = new Set(steps.map(({ outcome }) => outcome?.headline))
  const after = (unloaded?.report.checks ?? []).map(check => ({
    ...check,
    title: `after the unload: ${check.title}`,
    isTold: told.has(check.title),
  }))
  return [
    ...(report?.checks ?? []).map(check => ({ ...check, isTold: told.has(check.title) })),
    ...after,
  ]
    .filter(({ isTold, status }) => !isTold && (expectations === null || status === 'fail'))
    .map(({ status, title, detail }) => ({
      title,
      status: status === 'attention' ? 'unknown' : status,
      detail,
    }))
}

function expectationAnswers({ expectations }: ActionRecord): readonly Answer[] {
  if (expectations === null) return []
  const { source, results } = expectations
  return results.map(({ title, status, seen, line, when }) => ({
    title: when === 'after-unload' ? `after the unload: ${title}` : title,
    status,
    detail: source.kind === 'file' && line !== null ? `${seen}\n${source.path}:${line}` : seen,
  }))
}

function leakAnswers({ verdict, headline, growth }: LeakReport): readonly Answer[] {
  const whole: Answer = {
    title: 'nothing is left behind by loading and unloading',
    status: verdict === 'clean' ? 'pass' : verdict === 'leaks' ? 'fail' : 'unknown',
    detail: headline,
  }
  return [
    whole,
    ...growth.map(({ what, name, cycle, before, after, isCertain }): Answer => ({
      title: what === 'class' ? `no objects of class ${name} are left` : `${name} does not grow`,
      status: isCertain ? 'fail' : 'unknown',
      detail: `${before} before cycle ${cycle}, ${after} after it`,
    })),
  ]
}

/** What the end of a record says, where no other line says it. */
function endAnswers(record: ActionRecord, lines: readonly CheckLine[]): readonly Answer[] {
  const { title, conclusion, resolution } = record
  const hasFailed = lines.some(({ status }) => status === 'fail')
  const end = (status: CheckLine['status'], detail: string): readonly Answer[] => [
    { title, status, detail: resolution === null ? detail : `${detail} ${resolution.sentence}` },
  ]
  switch (conclusion) {
    case 'holds':
      return lines.length === 0 ? end('pass', 'Done.') : []
    case null:
      return end('unknown', 'It has not ended.')
    case 'cancelled':
      return end('unknown', 'It was cancelled.')
    case 'interrupted':
      return end('unknown', 'Kextant ended while it ran.')
    case 'connection':
      return end('unknown', 'The guest could not be reached any more.')
    case 'waits-for-user':
      return lines.some(({ status }) => status === 'unknown')
        ? []
        : end('unknown', 'The guest waits for its user, or for a reboot.')
    case 'does-not-hold':
    case 'refused':
    case 'failed':
      return hasFailed ? [] : end('fail', failedWords[conclusion])
  }
}

const failedWords = {
  'does-not-hold': 'Something that was expected does not hold.',
  refused: 'The guest refused.',
  failed: 'It failed.',
} as const
