import type { ActionRecord, StepRecord } from '../contract/action-types.ts'

/**
 * The commands of records as a POSIX shell script to run in the guest: those that ran, quoted as they ran, oldest record
 * first. What has no command of the shell, a transfer or a comparison, stands as a comment. Text of the guest never
 * leaves its comment, whatever it holds.
 */
export function shellScript(records: readonly ActionRecord[]): string {
  const inOrder = [...records].sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1))
  const lines = [
    '#!/bin/sh',
    '# What Kextant ran in the guest. Lines that begin with “#” were done in another way.',
    'set -e',
    ...inOrder.flatMap(linesOf),
  ]
  return `${lines.join('\n')}\n`
}

function linesOf(record: ActionRecord): readonly string[] {
  const head = `${record.title}, on ${record.targetLabel}, ${record.startedAt}`
  return [
    '',
    comment(head),
    ...(record.status === 'done'
      ? []
      : [comment(`It ended as: ${record.conclusion ?? record.status}`)]),
    ...record.steps.filter(hasRun).flatMap(stepLines),
  ]
}

function hasRun({ status }: StepRecord): boolean {
  return status === 'done' || status === 'failed'
}

function stepLines(step: StepRecord): readonly string[] {
  const { command, explanation, exitCode, outcome, status } = step
  if (!isOfShell(step)) return [comment(`${command} — ${explanation}`)]
  // A tool that was refused ends the script as it ended the action; what only looks does not.
  const mayFail = status === 'failed' || !step.changesGuest
  const ending =
    status === 'failed'
      ? [
          comment(
            `It failed${exitCode === null ? '' : ` with ${exitCode}`}${outcome ? `: ${outcome.headline}` : '.'}`,
          ),
        ]
      : []
  return [comment(explanation), mayFail ? `${command} || true` : command, ...ending]
}

/**
 * Steps of the shell begin with the path of a program, `sudo` or a loop; names of what Kextant does by itself do not.
 * Which commands these are is known by their phase, and by the tools that Kextant calls by name alone.
 */
function isOfShell({ phase, command }: StepRecord): boolean {
  if (phase === 'look' || phase === 'verify') return false
  // A bundle that goes through a pipe is shown as read from what is no file.
  if (phase === 'push' && / < '?[^<]* as tar'?$/.test(command)) return false
  return /^(?:sudo |\/|n=0; while |ioreg |ioclasscount\b)/.test(command) && !command.includes('\0')
}

/** One line, whatever the text: nothing of it can begin a line of its own, or be shown in another order than it is. */
function comment(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are what is taken out
  return `# ${text.replace(/[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g, ' ').slice(0, 1000)}`
}
