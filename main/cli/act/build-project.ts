import type { BuildRun } from '../../../core/project/project.ts'
import { printable, printableInLine } from '../../app/printable.ts'
import { lookOf } from '../look.ts'
import type { Acting } from './run-act.ts'

const tailLength = 500

/** Builds the project that is open, with its output on standard error as it comes. */
export async function buildProject({ ask, app, options }: Acting): Promise<BuildRun> {
  const { paint } = lookOf(process.stderr, options.color)
  let shown = 0
  let tail = ''
  let isBegun = false
  const show = (run: BuildRun) => {
    if (!isBegun) process.stderr.write(`${paint('cyan', 'build')}  ${run.command.join(' ')}\n`)
    isBegun = true
    // Of output that is cut at its front, what was shown last tells where to go on.
    const at = run.isCut ? run.output.lastIndexOf(tail) + tail.length : shown
    process.stderr.write(printable(run.output.slice(at)))
    shown = run.output.length
    tail = run.output.slice(-tailLength)
  }
  const stop = app.subscribe(event => {
    if (event.name === 'build.changed') show(event.payload)
  })
  try {
    const run = await ask('project.build', {})
    const seconds = ((run.durationMs ?? 0) / 1000).toFixed(1)
    const isDone = run.status === 'done'
    const code = run.exitCode === null || isDone ? '' : `, exit code ${run.exitCode}`
    process.stderr.write(`${paint(isDone ? 'green' : 'red', run.status)}${code}, ${seconds} s\n`)
    const first = run.messages.find(({ severity }) => severity === 'error')
    if (!isDone && first) {
      const place = [first.file, first.line, first.column].filter(
        part => part !== null && part !== '',
      )
      process.stderr.write(
        `first error: ${printableInLine([...place, ` ${first.text}`].join(':'))}\n`,
      )
    }
    return run
  } finally {
    stop()
  }
}
