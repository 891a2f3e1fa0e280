import { randomUUID } from 'node:crypto'
import type {
  ActionPlan,
  ActionRecord,
  PlannedStep,
  StepRecord,
} from '../../core/contract/types.ts'

/** Output of one step that is kept; a tool that prints without end must not fill the memory. */
const mostOutputLength = 400_000
const mostRecords = 200
/** Streamed output reaches the window at most this often. */
const tellEveryMs = 50

export interface RunningAction {
  readonly record: () => ActionRecord
  /** Marks the next waiting step as running. */
  begin(): void
  output(stream: 'stdout' | 'stderr' | 'note', text: string): void
  /** Ends the running step. */
  end(result: Partial<Pick<StepRecord, 'status' | 'exitCode' | 'outcome' | 'failure'>>): void
  finish(result: Pick<ActionRecord, 'status' | 'report' | 'snapshotAfter'>): ActionRecord
}

/** Every action with its commands and what they said, newest first. */
export interface ActionLog {
  start(plan: ActionPlan, targetLabel: string): RunningAction
  list(): readonly ActionRecord[]
}

export function createActionLog(changed: (record: ActionRecord) => void): ActionLog {
  let records: ActionRecord[] = []

  return {
    list: () => records,
    start(plan, targetLabel) {
      let record: ActionRecord = {
        id: randomUUID(),
        request: plan.request,
        title: plan.title,
        targetLabel,
        startedAt: new Date().toISOString(),
        endedAt: null,
        status: 'running',
        steps: plan.steps.map(waiting),
        report: null,
        snapshotAfter: null,
      }
      let current = -1
      let stepStartedAt = 0
      let room = mostOutputLength
      let timer: NodeJS.Timeout | undefined
      records = [record, ...records].slice(0, mostRecords)

      const tell = () => {
        clearTimeout(timer)
        timer = undefined
        changed(record)
      }
      const put = (next: Partial<ActionRecord>, isUrgent: boolean) => {
        const changedRecord = { ...record, ...next }
        records = records.map(other => (other === record ? changedRecord : other))
        record = changedRecord
        if (isUrgent) tell()
        else timer ??= setTimeout(tell, tellEveryMs)
      }
      const putStep = (next: Partial<StepRecord>, isUrgent: boolean) => {
        const steps = record.steps.map((step, at) => (at === current ? { ...step, ...next } : step))
        put({ steps }, isUrgent)
      }
      tell()

      return {
        record: () => record,
        begin() {
          current++
          room = mostOutputLength
          stepStartedAt = Date.now()
          putStep({ status: 'running' }, true)
        },
        output(stream, text) {
          const output = record.steps[current]?.output
          if (!output) return
          if (stream === 'note') return putStep({ output: [...output, { stream, text }] }, false)
          if (room === 0 || text === '') return
          const kept = text.slice(0, room)
          room -= kept.length
          const last = output.at(-1)
          const joined =
            last?.stream === stream
              ? [...output.slice(0, -1), { stream, text: last.text + kept }]
              : [...output, { stream, text: kept }]
          if (room === 0) joined.push({ stream: 'note', text: '… the rest is left out' })
          putStep({ output: joined }, false)
        },
        end(result) {
          const durationMs = Date.now() - stepStartedAt
          putStep({ status: 'done', durationMs, ...result }, true)
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
    },
  }
}

function waiting(step: PlannedStep): StepRecord {
  return {
    ...step,
    status: 'waiting',
    output: [],
    exitCode: null,
    durationMs: null,
    outcome: null,
    failure: null,
  }
}
