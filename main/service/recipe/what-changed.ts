import type { ActionRecord, StepStatus } from '../../../core/contract/types.ts'
import type { Failure } from '../../../core/failure.ts'
import type { Recipe, RecipeStep } from './step.ts'

/** For an action that ended early: what is different in the guest now, as far as Kextant can know. */
export function whatChanged(
  { steps }: Pick<Recipe, 'steps'>,
  record: ActionRecord,
  failure: Failure,
  isConnected: boolean,
): string {
  const did = (effect: RecipeStep['effect'], status: StepStatus) =>
    steps.filter((step, at) => step.effect === effect && record.steps[at]?.status === status)
  const lines: string[] = []
  const done = did('lasting', 'done').map(told)
  const isUncertain = uncertainEnds.has(failure.kind)
  const cut = isUncertain ? did('lasting', 'failed').map(told) : []
  if (done.length > 0) lines.push(`In the guest this has changed: ${done.join('; ')}`)
  for (const step of cut) {
    lines.push(`This was under way and may have taken effect; capture again to see: ${step}`)
  }
  if (done.length + cut.length === 0) lines.push('Nothing in the guest has changed.')
  const isPlaced = steps.some(
    (step, at) =>
      step.planned.phase === 'push' &&
      step.effect === 'lasting' &&
      record.steps[at]?.status === 'done',
  )
  if (!isPlaced && did('passing', 'done').length > 0) {
    const left = 'What had been sent may be left in the guest, since it could not be reached.'
    lines.push(isConnected ? 'What had been sent was removed again.' : left)
  }
  return lines.join('\n')
}

/** A short command tells by itself; of a program for the shell, what it is for. */
function told({ planned: { command, explanation } }: RecipeStep): string {
  return command.length <= longestCommand ? command : explanation.replace(/\.$/, '')
}

const longestCommand = 120

/** After these nobody knows how far the tool had come; any other failure is its own word that it refused. */
const uncertainEnds: ReadonlySet<Failure['kind']> = new Set([
  'cancelled',
  'connection-lost',
  'not-connected',
  'command-timed-out',
  'internal',
])
