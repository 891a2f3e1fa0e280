import type { ActionRecord, StepRecord } from '../../../core/contract/types.ts'

/** Output of one step that is kept; a tool that prints without end must not fill the memory. */
const mostOutputLength = 400_000
/** Notes of one step; a hunt for leaks writes one for each cycle. */
const mostNotes = 2000
/** Changes from standard output to standard error and back; a tool that makes more is not read, but obstructed. */
const mostPieces = 4000
/** Streamed output reaches the window at most this often. */
const tellEveryMs = 50
/** The whole record goes to the window and to the disk each time, so a large one goes less often. */
const charactersPerMs = 4000

export interface RunningRecord {
  readonly record: () => ActionRecord
  /** Marks the next waiting step as running. */
  begin(): void
  /** Passes over the next waiting step; the reason is shown beside it. */
  skip(reason: string | null): void
  output(stream: 'stdout' | 'stderr' | 'note', text: string): void
  /** Ends the running step, or adds to what the last one came to. */
  end(result: Partial<Pick<StepRecord, 'status' | 'exitCode' | 'outcome' | 'failure'>>): void
  /** What was found so far. */
  put(found: Partial<ActionRecord>, isUrgent: boolean): void
  finish(result: Partial<ActionRecord> & Pick<ActionRecord, 'status' | 'conclusion'>): ActionRecord
}

/**
 * The record of an action while it runs.
 *
 * @param changed hears of streamed output in bundles, and of a step's begin and end at once
 */
export function createRunningRecord(
  first: ActionRecord,
  changed: (record: ActionRecord, isUrgent: boolean) => void,
): RunningRecord {
  let record = first
  let current = -1
  let stepStartedAt = 0
  let room = mostOutputLength
  let notes = 0
  let timer: NodeJS.Timeout | undefined

  const tell = (isUrgent: boolean) => {
    clearTimeout(timer)
    timer = undefined
    changed(record, isUrgent)
  }
  const put = (next: Partial<ActionRecord>, isUrgent: boolean) => {
    record = { ...record, ...next }
    if (isUrgent) tell(true)
    else
      timer ??= setTimeout(
        () => tell(false),
        Math.max(tellEveryMs, sizeOf(record) / charactersPerMs),
      )
  }
  const putStep = (next: Partial<StepRecord>, isUrgent: boolean) => {
    const steps = record.steps.map((step, at) => (at === current ? { ...step, ...next } : step))
    put({ steps }, isUrgent)
  }
  const next = () => {
    current++
    room = mostOutputLength
    notes = 0
    stepStartedAt = Date.now()
  }
  tell(true)

  return {
    record: () => record,
    put,
    begin() {
      next()
      putStep({ status: 'running' }, true)
    },
    skip(reason) {
      next()
      const output = reason === null ? [] : [{ stream: 'note' as const, text: reason }]
      putStep({ status: 'skipped', output }, reason !== null)
    },
    output(stream, text) {
      const output = record.steps[current]?.output
      if (!output) return
      if (stream === 'note') {
        if (++notes <= mostNotes) putStep({ output: [...output, { stream, text }] }, false)
        return
      }
      if (room === 0 || text === '') return
      const kept = text.slice(0, room)
      const last = output.at(-1)
      room = last?.stream !== stream && output.length >= mostPieces ? 0 : room - kept.length
      const joined =
        last?.stream === stream
          ? [...output.slice(0, -1), { stream, text: last.text + kept }]
          : [...output, { stream, text: kept }]
      if (room === 0) joined.push({ stream: 'note', text: '… the rest is left out' })
      putStep({ output: joined }, false)
    },
    end(result) {
      const isRunning = record.steps[current]?.status === 'running'
      const durationMs = Date.now() - stepStartedAt
      putStep({ ...(isRunning && { status: 'done', durationMs }), ...result }, true)
    },
    finish(result) {
      const steps = record.steps.map(step =>
        step.status === 'waiting' || step.status === 'running'
          ? {
              ...step,
              status: step.status === 'running' ? ('failed' as const) : ('skipped' as const),
            }
          : step,
      )
      put({ ...result, steps, endedAt: new Date().toISOString() }, true)
      return record
    },
  }
}

/** About as many characters as the record is long as text. */
function sizeOf({ steps, leaks }: ActionRecord): number {
  let size = 0
  for (const { output } of steps) for (const { text } of output) size += text.length
  return size + (leaks ? leaks.cycles.length * (leaks.cycles[0]?.classCounts.length ?? 0) * 60 : 0)
}
