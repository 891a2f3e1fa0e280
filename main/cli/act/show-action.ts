import type { ActionRecord, StepRecord } from '../../../core/contract/types.ts'
import type { App } from '../../app/create-app.ts'
import { printableInLine } from '../../app/printable.ts'
import type { Look } from '../look.ts'

interface Output {
  write(text: string): unknown
}

/**
 * Shows an action while it runs: each step with its command, its output as it comes, how long it took and what that
 * means. Returns what ends it.
 */
export function showAction(app: Pick<App, 'subscribe'>, stream: Output, look: Look): () => void {
  let shown: Shown | undefined
  return app.subscribe(event => {
    if (event.name !== 'action.changed') return
    if (shown?.id !== event.payload.id) shown = new Shown(event.payload.id, stream, look)
    shown.show(event.payload)
  })
}

/** How far the record of one action has been shown: events bring it whole, again and again. */
class Shown {
  readonly id: string
  private readonly stream: Output
  private readonly look: Look
  private step = 0
  private isBegun = false
  private isEnded = false
  private piece = 0
  private offset = 0
  private rest = ''

  constructor(id: string, stream: Output, look: Look) {
    this.id = id
    this.stream = stream
    this.look = look
  }

  show({ steps }: ActionRecord): void {
    for (let step = steps[this.step]; step !== undefined; step = steps[this.step]) {
      if (step.status === 'waiting') return
      // What an action that has ended early did not come to is skipped without a word.
      const isSilent = step.status === 'skipped' && step.output.length === 0
      if (!this.isBegun && !isSilent) this.begin(step, steps.length)
      // Also after its end: what is done about a connection that broke off in it is told of there.
      this.output(step)
      if (step.status === 'running') return
      if (!this.isEnded && !isSilent) this.end(step)
      if ((steps[this.step + 1]?.status ?? 'waiting') === 'waiting') return
      this.step++
      this.isBegun = this.isEnded = false
      this.piece = this.offset = 0
    }
  }

  private begin({ phase, command }: StepRecord, count: number): void {
    this.isBegun = true
    const { paint } = this.look
    const number = `[${this.step + 1}/${count}]`
    this.line(`${paint('dim', number)} ${paint('cyan', phase)}  ${printableInLine(command)}`)
  }

  private output({ output }: StepRecord): void {
    for (; this.piece < output.length; this.piece++, this.offset = 0) {
      const { stream, text } = output[this.piece]!
      const lines = (this.rest + text.slice(this.offset)).split('\n')
      this.offset = text.length
      // A line that is not over waits for its end, which comes with the next event.
      this.rest = lines.pop()!
      for (const line of lines) this.outputLine(stream, line)
      if (this.piece === output.length - 1 && stream !== 'note') return
      this.flush(stream)
    }
  }

  private flush(stream: string): void {
    if (this.rest !== '') this.outputLine(stream, this.rest)
    this.rest = ''
  }

  private outputLine(stream: string, line: string): void {
    // A progress bar of a tool goes over its line again and again.
    const text = printableInLine(line.replace(/\r$/, '').replace(/^.*\r/, ''))
    this.line(`      ${stream === 'note' ? this.look.paint('dim', text) : text}`)
  }

  private end({ status, exitCode, durationMs, outcome, output }: StepRecord): void {
    this.isEnded = true
    this.flush(output.at(-1)?.stream ?? 'stdout')
    const { paint } = this.look
    const isFailed = status === 'failed'
    const parts = [
      paint(isFailed ? 'red' : status === 'done' ? 'green' : 'dim', status),
      exitCode === null || (exitCode === 0 && !isFailed) ? '' : `exit code ${exitCode}`,
      durationMs === null ? '' : `${(durationMs / 1000).toFixed(1)} s`,
    ]
    const meaning = outcome === null ? '' : `  ${printableInLine(outcome.headline)}`
    this.line(`      ${parts.filter(part => part !== '').join(', ')}${meaning}`)
  }

  private line(text: string): void {
    this.stream.write(`${text}\n`)
  }
}
