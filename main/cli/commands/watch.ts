import { InvalidArgumentError, type Command } from 'commander'
import type { WatchStatus } from '../../../core/contract/types.ts'
import { FailureError } from '../../../core/failure.ts'
import type { RuleHit } from '../../../core/watch/evaluate-rules.ts'
import { mostRules, type WatchRule } from '../../../core/watch/watch-rules.ts'
import { defaultBudgetPercent } from '../../../core/watch/watch-status.ts'
import { intervalText, shareText, watchSentence } from '../../../core/watch/watch-words.ts'
import { printable, printableInLine } from '../../app/printable.ts'
import type { TakenCapture } from '../../service/capture-guest.ts'
import { askOf } from '../ask.ts'
import { exitCodeHelp, exitCodeOf, exitCodes, type ExitCode } from '../exit-codes.ts'
import { addCommonOptions, outputLook, type CommonOptions } from '../options.ts'
import { run, sayProblems, type Running } from '../run.ts'
import { changeJson, changeLine } from '../watch/change-lines.ts'
import { checkFilter, conditionHelp, readCondition } from '../watch/read-condition.ts'
import { WatchedLooks } from '../watch/watch-guest.ts'

interface WatchCommandOptions extends CommonOptions {
  readonly interval?: number
  readonly budget: number
  readonly plane?: readonly string[]
  readonly filter?: string
  readonly notify?: readonly string[]
  readonly until?: readonly string[]
  readonly for?: number
}

const several = (text: string, before: readonly string[] = []) => [...before, text]

export function define(command: Command): void {
  command
    .argument('<source>', 'demo, or ssh://user@host:port')
    .option('--interval <seconds>', 'how often to look, 0.5 to 600', between(0.5, 600))
    .option(
      '--budget <percent>',
      'how much of its time the guest may spend on it, 0.1 to 50',
      between(0.1, 50),
      defaultBudgetPercent,
    )
    .option('-p, --plane <plane>', 'read this plane too in every look; may be repeated', several)
    .option('--filter <filter>', 'print only changes of entries that pass')
    .option('--notify <condition>', 'say when it holds, and go on; may be repeated', several)
    .option('--until <condition>', 'end when it holds; may be repeated: any of them', several)
    .option('--for <seconds>', 'end after this time', between(0.1, 10_000_000))
  addCommonOptions(command)
    .addHelpText(
      'after',
      `
Looks at a guest again and again and prints each change as a line, as JSON lines with --json. Without --interval it
looks once a second, or less often where the guest is so slow that it would spend more than --budget on it.

${conditionHelp}

What holds already ends the watch at once. Ctrl-C ends it too.

Examples:
  kextant watch ssh://author@192.168.1.20
  kextant watch demo --interval 2 --filter 'kext:io.darwinos.*' --json
  kextant watch ssh://author@192.168.1.20 --until 'first:class:MyKext' --for 60

Exit codes: 0 ended as it was told to, 1 the time of --for is over and no --until holds,
${exitCodeHelp} Without --until, Ctrl-C is the usual end: 0.`,
    )
    .action((source: string, options: WatchCommandOptions) => {
      if (source !== 'demo' && !source.startsWith('ssh://')) {
        command.error('error: only a guest can be watched: demo, or ssh://user@host:port')
      }
      return run('watch', running => watch(running, source, options))
    })
}

async function watch(
  running: Running,
  source: string,
  options: WatchCommandOptions,
): Promise<ExitCode> {
  const { app, signal, say } = running
  if (options.filter !== undefined) checkFilter(options.filter)
  const first = await running.open(source, options)
  sayProblems(first.capture, running)
  const conditions = [
    ...(options.until ?? []).map((text, index) => [text, `until${index}`] as const),
    ...(options.notify ?? []).map((text, index) => [text, `notify${index}`] as const),
  ]
  if (conditions.length > mostRules) {
    const detail = `more than ${mostRules} conditions are too many`
    throw new FailureError({ kind: 'bad-request', request: 'watch', detail })
  }
  const rules: WatchRule[] = []
  for (const [text, id] of conditions) {
    const rule = readCondition(text, id, first.snapshot, say)
    if (rule === null) return exitCodes.none
    rules.push(rule)
  }
  const until = rules.filter(rule => isUntil(rule))
  const looks = new WatchedLooks(first, rules, until, options.filter ?? null)
  const { paint } = outputLook(options)

  let end: (code: ExitCode) => void = () => undefined
  const ended = new Promise<ExitCode>(resolve => (end = resolve))
  let printing = Promise.resolve()
  const put = (lines: readonly string[]) => {
    if (lines.length > 0)
      printing = printing.then(() => running.print(lines)).catch(() => undefined)
  }
  const tell = (hits: readonly RuleHit[]) => {
    put(
      hits.map(({ rule, sentence }) => {
        const isEnd = isUntil(rule)
        if (!options.json) return `${paint('bold', '*')}  ${printableInLine(sentence)}`
        const time = new Date().toISOString()
        return printable(JSON.stringify({ time, what: isEnd ? 'until' : 'notify', sentence }))
      }),
    )
    if (hits.some(({ rule }) => isUntil(rule))) end(exitCodes.ok)
  }
  const take = (taken: TakenCapture) => {
    const { changes, hits } = looks.take(taken, Date.parse(taken.capture.takenAt))
    put(changes.map(row => (options.json ? changeJson(row) : changeLine(row, paint))))
    tell(hits)
  }
  const unsubscribe = app.subscribe(event => {
    if (event.name === 'capture.taken') take(app.taken(event.payload.snapshotId))
    if (event.name === 'watch.changed') heard(event.payload)
  })
  let told = ''
  let isBegun = false
  const heard = (status: WatchStatus) => {
    if (status.phase === 'stopped') {
      if (status.reason === 'asked') return
      say(watchSentence(status))
      end(status.failure ? exitCodeOf(status.failure) : exitCodes.unreadable)
      return
    }
    if (!isBegun && status.lookCount > 0) {
      isBegun = true
      const often = `every ${intervalText(status.intervalMs)}`
      const share = `${shareText(status.share)} of its time`
      say(`Watching ${first.capture.source.label} ${often}, ${share}. Ctrl-C ends it.`)
    }
    // How often, when that is not what was asked for; and each time that it waits.
    const now =
      status.phase === 'running'
        ? status.limitedBy === null
          ? ''
          : `every ${intervalText(Math.ceil(status.intervalMs / 1000) * 1000)}`
        : `${status.phase} ${status.reason}`
    if (now === told) return
    const isBack = told.startsWith('waiting') && status.phase === 'running'
    told = now
    if (isBack) say('The guest is there again; the watch goes on.')
    else if (now !== '' && status.phase !== 'running') say(watchSentence(status))
    else if (now !== '') say(`Looks come ${now}, ${shareText(status.share)} of the guest’s time.`)
  }

  const onAbort = () => end(until.length > 0 ? exitCodes.cancelled : exitCodes.ok)
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  const timer =
    options.for === undefined
      ? undefined
      : setTimeout(() => end(until.length > 0 ? exitCodes.none : exitCodes.ok), options.for * 1000)
  const ask = askOf(app, new AbortController().signal)
  try {
    const hits = looks.begin()
    tell(hits)
    if (hits.some(({ rule }) => isUntil(rule))) {
      await printing
      return exitCodes.ok
    }
    await ask('watch.start', {
      intervalMs: options.interval === undefined ? null : Math.round(options.interval * 1000),
      planes: [...(options.plane ?? [])],
      budgetPercent: options.budget,
    })
    const code = await ended
    await ask('watch.stop', {})
    await printing
    return code
  } finally {
    clearTimeout(timer)
    unsubscribe()
    signal.removeEventListener('abort', onAbort)
  }
}

const isUntil = ({ id }: WatchRule): boolean => id.startsWith('until')

function between(least: number, most: number): (text: string) => number {
  return text => {
    const number = Number(text)
    if (/^\d+(\.\d+)?$/.test(text) && number >= least && number <= most) return number
    throw new InvalidArgumentError(`It has to be a number from ${least} to ${most}.`)
  }
}
