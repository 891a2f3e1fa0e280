import type { Phase, PlannedStep, StepRecord, StepStatus } from '../../../core/contract/types.ts'

const words: Readonly<Record<Phase, string>> = {
  look: 'Look',
  push: 'Push',
  preflight: 'Preflight',
  unload: 'Unload',
  load: 'Load',
  settle: 'Settle',
  verify: 'Verify',
  'leak-check': 'Leak check',
}

export const phaseWord = (phase: Phase) => words[phase]

/** Steps of one phase that follow each other. */
export interface StepGroup {
  readonly phase: Phase
  /** Where its first step stands among all of them. */
  readonly first: number
  readonly steps: readonly (PlannedStep | StepRecord)[]
}

/** In the order they run: a phase that comes twice, as load and unload do in cycles, makes two groups. */
export function stepGroups(steps: readonly (PlannedStep | StepRecord)[]): readonly StepGroup[] {
  const groups: { phase: Phase; first: number; steps: (PlannedStep | StepRecord)[] }[] = []
  for (const [index, step] of steps.entries()) {
    const last = groups.at(-1)
    if (last && last.phase === step.phase) last.steps.push(step)
    else groups.push({ phase: step.phase, first: index, steps: [step] })
  }
  return groups
}

/** What a group has come to: what is worst, or under way, in it. Null in a plan. */
export function groupStatus({ steps }: StepGroup): StepStatus | null {
  const statuses = steps.flatMap(step => ('status' in step ? [step.status] : []))
  if (statuses.length === 0) return null
  for (const status of ['failed', 'running'] as const) if (statuses.includes(status)) return status
  if (statuses.every(status => status === statuses[0])) return statuses[0]!
  // Between two of its steps nothing runs for a moment.
  if (statuses.includes('waiting')) return 'running'
  return statuses.includes('done') ? 'done' : 'skipped'
}

/** How long its steps took together; null where none has ended. */
export function groupDuration({ steps }: StepGroup): number | null {
  const durations = steps.flatMap(step =>
    'durationMs' in step && step.durationMs !== null ? [step.durationMs] : [],
  )
  return durations.length === 0 ? null : durations.reduce((sum, ms) => sum + ms, 0)
}
