import type { CDPSession } from 'playwright-core'

/** What a stretch of work cost the page's own thread, in milliseconds. */
export interface ThreadTime {
  readonly script: number
  readonly layout: number
  /** Of both, the longest that nothing could come between. */
  readonly longest: number
}

interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly ts: number
  readonly dur?: number
  /** The same on the clock of the thread, which stands while another program has the processor. */
  readonly tts?: number
  readonly tdur?: number
  readonly pid: number
  readonly tid: number
  readonly cat: string
  readonly args?: { readonly name?: string; readonly data?: { readonly message?: string } }
}

/** Enough to tell script, style and layout, and the marks between which they are summed; more makes the page slower. */
const categories = ['devtools.timeline', 'v8.execute', 'blink.user_timing', '__metadata']

const scripts = new Set([
  'FunctionCall',
  'EvaluateScript',
  'v8.compileModule',
  'v8.evaluateModule',
  'RunMicrotasks',
  'TimerFire',
  'FireAnimationFrame',
  'FireIdleCallback',
  'EventDispatch',
  'HandlePostMessage',
  'MinorGC',
  'MajorGC',
  'V8.GC_MC_BACKGROUND_MARKING',
])
const layouts = new Set(['UpdateLayoutTree', 'Layout', 'PrePaint', 'HitTest'])

/**
 * Records what the page's main thread does while `work` runs. `work` sets marks in the page (`performance.mark`) that
 * begin with `step:`; each stretch has what was done from its mark on and before the next one. A task in the middle of which
 * a mark was set is cut there. Nested events count once: their stretches are united. Times are the thread's own, so that
 * a busy machine counts little.
 */
export async function traced(
  cdp: CDPSession,
  work: () => Promise<void>,
): Promise<ReadonlyMap<string, ThreadTime>> {
  const events: TraceEvent[] = []
  const take = ({ value }: { value: unknown[] }) => void events.push(...(value as TraceEvent[]))
  cdp.on('Tracing.dataCollected', take)
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: categories, excludedCategories: ['*'] },
  })
  await work()
  const complete = new Promise<void>(done => cdp.once('Tracing.tracingComplete', () => done()))
  await cdp.send('Tracing.end')
  await complete
  cdp.off('Tracing.dataCollected', take)
  return stretches(events)
}

function stretches(events: readonly TraceEvent[]): ReadonlyMap<string, ThreadTime> {
  const marks = events
    .filter(({ cat, name }) => cat.includes('blink.user_timing') && name.startsWith('step:'))
    .sort((a, b) => startOf(a) - startOf(b))
  const first = marks[0]
  if (!first) throw new Error('the page set no mark while it was traced')
  const own = events.filter(
    ({ pid, tid, ph }) => pid === first.pid && tid === first.tid && ph === 'X',
  )
  const times = new Map<string, ThreadTime>()
  marks.forEach((mark, index) => {
    const next = marks[index + 1]
    const [from, to] = [startOf(mark), next ? startOf(next) : Infinity]
    const union = (names: ReadonlySet<string>) =>
      united(
        own
          .filter(({ name }) => names.has(name))
          .map(
            event =>
              [
                Math.max(from, startOf(event)),
                Math.min(to, startOf(event) + (event.tdur ?? 0)),
              ] as const,
          )
          .filter(([start, end]) => end > start),
      )
    // Style and layout that a script forces happen inside of it: they count as layout.
    const layout = union(layouts).sum / 1000
    const both = union(new Set([...scripts, ...layouts]))
    times.set(mark.name.slice('step:'.length), {
      script: both.sum / 1000 - layout,
      layout,
      longest: both.longest / 1000,
    })
  })
  return times
}

/** On the clock of the thread. */
const startOf = ({ tts = 0 }: TraceEvent) => tts

function united(ranges: readonly (readonly [number, number])[]): {
  readonly sum: number
  readonly longest: number
} {
  let sum = 0
  let longest = 0
  let end = -Infinity
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    longest = Math.max(longest, to - from)
    if (to <= end) continue
    sum += to - Math.max(from, end)
    end = to
  }
  return { sum, longest }
}
