import type { ConnectionState, WatchOptions, WatchStatus } from '../../../core/contract/types.ts'
import { isSame, summarize } from '../../../core/diff/snapshot-diff.ts'
import { FailureError, sentenceFor, type Failure } from '../../../core/failure.ts'
import {
  aimedAt,
  GuestShare,
  isOverBudget,
  longestIntervalMs,
  nextPace,
  type LookCost,
} from '../../../core/watch/pace.ts'
import { noCounts, notWatching, type WatchReason } from '../../../core/watch/watch-status.ts'
import type { TakenCapture } from '../capture-guest.ts'
import type { PartKind } from '../capture-parts.ts'
import type { Connection } from '../connection.ts'
import type { GuestCaptures } from '../guest-captures.ts'
import { bootOf } from '../guest-boot.ts'
import { reportBug } from '../host-log.ts'
import type { Parser } from '../parse-client.ts'
import { lookAtGuest, LookBrokeOff, type Look } from './look.ts'

export interface WatcherOptions {
  readonly connection: Connection
  readonly captures: GuestCaptures
  readonly parser: Parser
  /** An action is under way, which the watch must not disturb. */
  readonly isActing: () => boolean
  readonly changed: (status: WatchStatus) => void
}

export interface Watcher {
  status(): WatchStatus
  start(options: WatchOptions): WatchStatus
  /** These two answer when no command of the watch runs any more. */
  stop(): Promise<WatchStatus>
  pause(): Promise<WatchStatus>
  resume(): WatchStatus
  connectionChanged(state: ConnectionState): void
  /** An action has begun or ended. */
  actingChanged(): void
}

const mostProblems = 20
/** Looks that fail one after the other. */
const mostFailures = 5
/** Costs of as many looks tell how often to look. */
const mostCosts = 5
/** Kexts come and go without a change in the registry too, and seldom. */
const kextsEvery = 10
/** Another plane in every so many looks: what is in IOService, which is nearly all, is read by each. */
const planeEvery = 5

/** One watch, from `start` to `stop`. */
interface Run {
  readonly targetId: string
  readonly stop: AbortController
  options: WatchOptions
  boot: string | null
  isPaused: boolean
  share: GuestShare
  costs: readonly LookCost[]
  dueAt: number
  lookCount: number
  failures: number
  /** Ends the look under way. */
  look: AbortController | null
  done: Promise<void>
}

/** Looks at the connected guest again and again; see the README. */
export function createWatcher(given: WatcherOptions): Watcher {
  const { connection, captures } = given
  let status = notWatching
  let run: Run | null = null
  let poke: () => void = () => undefined

  function become(change: Partial<WatchStatus>): WatchStatus {
    status = { ...status, ...change }
    given.changed(status)
    return status
  }

  /** A state that is as it was before is not told again. */
  function hold(phase: 'waiting' | 'paused', reason: WatchReason, failure: Failure | null): void {
    if (status.phase === phase && status.reason === reason) return
    become({ phase, reason, failure })
  }

  function end(mine: Run, reason: WatchReason, failure: Failure | null = null): void {
    mine.stop.abort()
    mine.look?.abort()
    if (run !== mine) return
    run = null
    become({ phase: 'stopped', reason, failure })
    poke()
  }

  const isStopped = (mine: Run) => mine.stop.signal.aborted

  /** What has to be over before the next look; null: nothing has. Ends the run where there is no next look. */
  function barrier(mine: Run): { wait: Promise<unknown> | null } | null {
    if (mine.isPaused) {
      hold('paused', 'asked', null)
      return { wait: null }
    }
    if (given.isActing()) {
      hold('waiting', 'action', null)
      return { wait: null }
    }
    const state = connection.state()
    switch (state.phase) {
      case 'disconnected':
        end(mine, 'disconnected', state.failure)
        return { wait: null }
      case 'connecting':
      case 'lost': {
        const target = state.phase === 'lost' ? state.guest.target : state.target
        if (target.id !== mine.targetId) end(mine, 'other-guest')
        else hold('waiting', 'connection-lost', state.phase === 'lost' ? state.failure : null)
        return { wait: null }
      }
      case 'connected':
        if (state.guest.target.id !== mine.targetId) {
          end(mine, 'other-guest')
          return { wait: null }
        }
    }
    const capture = captures.underWay()
    if (!capture) return null
    if (mine.lookCount > 0) hold('waiting', 'capture', null)
    return { wait: capture }
  }

  async function keepLooking(mine: Run): Promise<void> {
    while (!isStopped(mine)) {
      const poked = new Promise<void>(resolve => (poke = resolve))
      const held = barrier(mine)
      if (isStopped(mine)) return
      if (held) {
        await Promise.race([poked, ...(held.wait ? [held.wait] : [])])
        continue
      }
      const waitMs = mine.dueAt - Date.now()
      if (waitMs > 0) {
        if (status.phase !== 'running') become({ phase: 'running', reason: null, failure: null })
        await untilEither(poked, waitMs)
        continue
      }
      await lookOnce(mine)
    }
  }

  async function lookOnce(mine: Run): Promise<void> {
    const startedAt = Date.now()
    mine.look = new AbortController()
    const { signal } = mine.look
    try {
      await withBase(mine, signal, async base => {
        if (status.phase !== 'running') become({ phase: 'running', reason: null, failure: null })
        const look = await lookAtGuest(lookOptions(mine, base, signal))
        // It may have been stopped, or given to another guest, when the look was all but done.
        if (!signal.aborted) took(mine, startedAt, look)
      })
      mine.failures = 0
    } catch (error) {
      if (signal.aborted) return
      failed(mine, error)
    } finally {
      mine.look = null
    }
  }

  /** With the newest capture of this boot, or a first one. */
  async function withBase(
    mine: Run,
    signal: AbortSignal,
    look: (base: TakenCapture) => Promise<void>,
  ): Promise<void> {
    const guest = connection.guest()
    const boot = bootOf(guest.identity)
    if (mine.boot !== null && boot !== null && boot !== mine.boot) {
      mine.lookCount = 0
      mine.costs = []
      become({
        rebootedAt: new Date().toISOString(),
        lookCount: 0,
        counts: noCounts,
        snapshotId: null,
      })
    }
    mine.boot = boot ?? mine.boot
    await look(captures.latestOf(guest) ?? (await captures.take(signal)))
  }

  function lookOptions(mine: Run, base: TakenCapture, signal: AbortSignal) {
    const { lookCount, options } = mine
    const planes = base.snapshot.planes.map(table => table.plane)
    const others = planes.filter(name => name !== 'IOService' && !options.planes.includes(name))
    const turn = Math.floor(lookCount / planeEvery)
    const inTurn = lookCount % planeEvery === planeEvery - 1 ? others[turn % others.length] : null
    const read = new Set(['IOService', ...options.planes, ...(inTurn ? [inTurn] : [])])
    const kexts: readonly PartKind[] =
      lookCount % kextsEvery === kextsEvery - 1 ? ['kextstat', 'kmutil-showloaded'] : []
    return {
      session: connection.session(),
      guest: connection.guest(),
      parser: given.parser,
      base,
      // A guest without IOService, which no Darwin is, is watched by whatever it has.
      planes: planes.includes('IOService') ? read : new Set(planes),
      parts: new Set(kexts),
      signal,
    }
  }

  function took(mine: Run, startedAt: number, { taken, diff, cost, hasOtherKexts }: Look): void {
    const now = Date.now()
    mine.lookCount++
    mine.costs = [...mine.costs.slice(1 - mostCosts), cost]
    mine.share.add(now, cost.guestMs)
    const { intervalMs, limitedBy } = nextPace(mine.options, mine.costs)
    const notBefore = mine.share.notBefore((aimedAt * mine.options.budgetPercent) / 100)
    mine.dueAt = Math.max(
      startedAt + intervalMs,
      Math.min(notBefore, startedAt + longestIntervalMs),
    )
    const { added, removed, changed } = summarize(diff)
    const isOther = hasOtherKexts || !isSame(diff)
    if (isOther) captures.keep(taken, { kind: 'watch' })
    const over = isOverBudget(cost, mine.options.budgetPercent)
      ? 'A look takes this guest so long that even one in ten minutes is more than the limit allows.'
      : null
    become({
      intervalMs: Math.round(mine.dueAt - startedAt),
      limitedBy: mine.dueAt > startedAt + intervalMs ? 'guest' : limitedBy,
      share: mine.share.at(mine.dueAt),
      guestMs: Math.round(cost.guestMs),
      linkMs: Math.round(cost.linkMs),
      lookCount: mine.lookCount,
      lastLookAt: taken.capture.takenAt,
      counts: { new: added, gone: removed, changed },
      ...(isOther && { snapshotId: taken.capture.snapshotId }),
      problems: over === null ? status.problems : withProblem(status.problems, over),
    })
  }

  function failed(mine: Run, error: unknown): void {
    const pause = Math.max(1000, status.intervalMs)
    mine.dueAt = Date.now() + pause
    if (error instanceof LookBrokeOff) {
      // A whole capture reads it in another way; the next look goes on from there.
      const detail =
        'The archive of this guest broke off, so a whole capture is taken in place of a look.'
      become({ problems: withProblem(status.problems, detail) })
      void captures.take(mine.stop.signal).catch(() => undefined)
      return
    }
    const isFailure = error instanceof FailureError
    if (!isFailure) reportBug(error, 'a look of the watch')
    const failure: Failure = isFailure
      ? error.failure
      : { kind: 'internal', detail: error instanceof Error ? error.message : String(error) }
    // What the connection has to say about it comes by its state.
    if (failure.kind === 'connection-lost' || failure.kind === 'not-connected') return
    mine.failures++
    become({ problems: withProblem(status.problems, sentenceFor(failure)) })
    if (mine.failures >= mostFailures) end(mine, 'failed', failure)
    else mine.dueAt = Date.now() + pause * 2 ** mine.failures
  }

  /** Ends the look under way and waits until nothing of it runs. */
  async function quiet(mine: Run | null): Promise<void> {
    mine?.look?.abort()
    while (mine?.look) await new Promise(resolve => setTimeout(resolve, 5))
  }

  return {
    status: () => status,
    start(options) {
      const { id } = connection.guest().target
      if (run && run.targetId === id) {
        run.options = options
        run.isPaused = false
        run.dueAt = 0
        const pace = nextPace(options, run.costs)
        become({ options, ...pace, phase: 'running', reason: null, failure: null })
        poke()
        return status
      }
      if (run) end(run, 'other-guest')
      const mine: Run = {
        targetId: id,
        stop: new AbortController(),
        options,
        boot: bootOf(connection.guest().identity),
        isPaused: false,
        share: new GuestShare(Date.now()),
        costs: [],
        dueAt: 0,
        lookCount: 0,
        failures: 0,
        look: null,
        done: Promise.resolve(),
      }
      run = mine
      const pace = nextPace(options, [])
      become({ ...notWatching, phase: 'running', targetId: id, options, ...pace })
      mine.done = keepLooking(mine).catch((error: unknown) => {
        reportBug(error, 'the watch')
        const detail = error instanceof Error ? error.message : String(error)
        end(mine, 'failed', { kind: 'internal', detail })
      })
      return status
    },
    async stop() {
      const mine = run
      if (mine) {
        end(mine, 'asked')
        await mine.done
      }
      return status
    },
    async pause() {
      const mine = run
      if (mine) {
        mine.isPaused = true
        await quiet(mine)
        // It may have ended meanwhile, or gone on.
        if (run === mine && mine.isPaused) hold('paused', 'asked', null)
        poke()
      }
      return status
    },
    resume() {
      if (!run?.isPaused) return status
      run.isPaused = false
      run.dueAt = 0
      become({ phase: 'running', reason: null, failure: null })
      poke()
      return status
    },
    connectionChanged({ phase }) {
      if (phase !== 'connected') run?.look?.abort()
      poke()
    },
    actingChanged() {
      if (given.isActing()) run?.look?.abort()
      poke()
    },
  }
}

async function untilEither(poked: Promise<void>, waitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const due = new Promise<void>(resolve => (timer = setTimeout(resolve, waitMs)))
  await Promise.race([poked, due])
  clearTimeout(timer)
}

function withProblem(problems: readonly string[], problem: string): readonly string[] {
  return problems.at(-1) === problem ? problems : [...problems, problem].slice(-mostProblems)
}
