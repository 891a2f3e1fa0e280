import type { ActionPlan } from '../../../core/contract/types.ts'
import { printableInLine } from '../../app/printable.ts'
import type { Look } from '../look.ts'

/**
 * What will be done, before it is: every command as it will be run, and what there is to know.
 *
 * @param withSteps false where they are run at once, and each is shown as it is
 */
export function* planLines(
  plan: ActionPlan,
  withSteps: boolean,
  { paint }: Look,
): Generator<string> {
  yield paint('bold', printableInLine(plan.title))
  const width = Math.max(...plan.steps.map(step => step.phase.length), 0)
  for (const step of withSteps ? plan.steps : []) {
    yield `  ${paint('cyan', step.phase.padEnd(width))}  ${printableInLine(step.command)}`
    yield `  ${' '.repeat(width)}  ${paint('dim', printableInLine(step.explanation))}`
  }
  if (plan.expected.length > 0) {
    const from = plan.expectedFrom
    const source = !from ? '' : from.kind === 'file' ? from.path : `derived from ${from.from}`
    yield `${paint('bold', 'Expected')}  ${printableInLine(source)}`.trimEnd()
    for (const line of plan.expected) yield `  ${printableInLine(line)}`
  }
  if (plan.warnings.length > 0) {
    yield paint('yellow', 'To know')
    for (const line of plan.warnings) yield `  ${printableInLine(line)}`
  }
}

/** What the plan stops at and nobody has accepted yet. */
export function* stopLines(stops: ActionPlan['stops'], { paint }: Look): Generator<string> {
  for (const { id, title, reason } of stops) {
    yield `${paint('red', 'stop')}  ${printableInLine(title)}  (${id})`
    yield `      ${printableInLine(reason)}`
  }
}
