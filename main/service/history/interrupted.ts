import type { ActionRecord } from '../../../core/contract/types.ts'

/** A record whose process is gone: nobody saw how it ended. */
export function interrupted(record: ActionRecord, at: string): ActionRecord {
  const running = record.steps.find(({ status }) => status === 'running')
  const said =
    running === undefined
      ? 'Kextant ended before the next step began.'
      : running.changesGuest
        ? 'Kextant ended while this ran; whether it took effect is not known.'
        : 'Kextant ended while this ran.'
  const steps = record.steps.map((step, index) => {
    const isLast = step === running || (running === undefined && index === lastOf(record))
    const output = isLast ? [...step.output, { stream: 'note' as const, text: said }] : step.output
    switch (step.status) {
      case 'running':
        return { ...step, status: 'failed' as const, output }
      case 'waiting':
        return { ...step, status: 'skipped' as const, output }
      default:
        return { ...step, output }
    }
  })
  return {
    ...record,
    steps,
    status: 'unknown',
    // A connection that had been lost before is the better word for it.
    conclusion: record.conclusion ?? 'interrupted',
    endedAt: at,
  }
}

function lastOf({ steps }: ActionRecord): number {
  return Math.max(
    0,
    steps.findLastIndex(({ status }) => status === 'done' || status === 'failed'),
  )
}
