import type { ActionRecord } from '../../../core/contract/types.ts'
import { FailureError } from '../../../core/failure.ts'
import type { TakenCapture } from '../../service/capture-guest.ts'
import { askOf, type Ask } from '../ask.ts'
import { outliveBrokenPipes } from '../broken-pipes.ts'
import { showProgress } from '../progress.ts'
import { run, say, type Running } from '../run.ts'
import type { ActOptions } from './act-options.ts'
import { exitCodeOfFailure, type ActExitCode } from './act-exit-codes.ts'

/** What a command that acts works with. */
export interface Acting extends Running {
  readonly command: string
  readonly ask: Ask
  readonly options: ActOptions
}

/** Runs a command that acts on a guest. Failures become its own exit codes, which tell who said no. */
export function runAct(
  command: string,
  options: ActOptions,
  work: (acting: Acting) => Promise<ActExitCode>,
): Promise<void> {
  const guarded = async (running: Running): Promise<ActExitCode> => {
    try {
      if (options.json && options.tap)
        throw wrong(command, '--json and --tap are two outputs; name one')
      return await work({ ...running, command, options, ask: askOf(running.app, running.signal) })
    } catch (error) {
      if (!(error instanceof FailureError)) throw error
      // The service has told of a bug already, with its stack.
      say(error.message)
      return exitCodeOfFailure(error.failure)
    }
  }
  outliveBrokenPipes()
  return run(command, guarded, { mayChangeGuest: true })
}

/** Connects to the guest that a source names, and captures it. */
export async function openGuest(acting: Acting, source: string): Promise<TakenCapture> {
  const { command, options } = acting
  if (!isGuest(source)) {
    throw wrong(
      command,
      `“${source}” is no guest, and this needs one: demo, or ssh://user@host:port`,
    )
  }
  const earlier: ActionRecord[] = []
  // The first look at a guest tells what has become of an action that broke off.
  const stop = acting.app.subscribe(event => {
    if (event.name === 'action.changed' && event.payload.resolution) earlier.push(event.payload)
  })
  const endProgress = showProgress(acting.app, process.stderr)
  const intent = { mayChangeGuest: true, isVirtualMachine: options.vm ?? false }
  try {
    return await acting.open(source, options, intent)
  } finally {
    endProgress()
    stop()
    for (const record of earlier) acting.say(earlierSentence(record))
  }
}

function earlierSentence({ title, startedAt, resolution, steps }: ActionRecord): string {
  const last = steps.findLast(({ status }) => status === 'failed')
  const at = last ? ` at “${last.command}”` : ''
  return `“${title}” of ${startedAt} broke off${at}. ${resolution!.sentence}`
}

export function isGuest(source: string): boolean {
  return source === 'demo' || source.startsWith('ssh://')
}

export function wrong(command: string, detail: string): FailureError {
  return new FailureError({ kind: 'bad-request', request: command, detail })
}
