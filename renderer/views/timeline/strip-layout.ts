import { scaleLinear, scaleTime } from 'd3'
import type { ActionSummary, Moment } from '../../../core/contract/types.ts'

/** Geometry of the strip, in pixels; no DOM. */
export interface StripLayout {
  readonly width: number
  readonly ticks: readonly { readonly x: number; readonly index: number }[]
  readonly spans: readonly { readonly x: number; readonly width: number; readonly index: number }[]
  /** Boots, and sessions of files: neighbours of one kind differ. */
  readonly sections: readonly {
    readonly x: number
    readonly width: number
    readonly boot: number
    readonly label: string
  }[]
  /** Where nothing happened for so long that it is cut short. */
  readonly breaks: readonly { readonly x: number; readonly width: number; readonly ms: number }[]
  readonly axis: readonly { readonly x: number; readonly text: string }[]
  /** Places of kernel log lines, joined where they would cover each other, with how many there are. */
  readonly log: readonly { readonly x: number; readonly count: number }[]
}

export interface StripInput {
  readonly moments: readonly Moment[]
  readonly actions: readonly ActionSummary[]
  /** Milliseconds since the epoch. */
  readonly logTimes: readonly number[]
  readonly now: number
  readonly width: number
}

const margin = 14
const breakWidth = 26
/** A gap that is longer is cut short. */
const longestGapMs = 10 * 60_000
const leastSpanMs = 10_000

export function stripLayout({ moments, actions, logTimes, now, width }: StripInput): StripLayout {
  const times = risingTimes(moments)
  const first = times[0] ?? now
  const shownActions = actions
    .map((action, index) => ({
      index,
      from: Date.parse(action.startedAt),
      to: action.endedAt === null ? now : Date.parse(action.endedAt),
    }))
    .filter(({ from, to }) => to >= first && Number.isFinite(from))
  const stretches = stretchesOf(
    [...times, ...shownActions.flatMap(({ from, to }) => [Math.max(from, first), to])].sort(
      (a, b) => a - b,
    ),
  )
  const { place, breaks } = placing(stretches, width)
  const clamp = (time: number) => place(Math.max(first, time))
  const xs = times.map(place)
  return {
    width,
    ticks: xs.map((x, index) => ({ x, index })),
    spans: shownActions.map(({ index, from, to }) => {
      const x = clamp(from)
      return { x, width: Math.max(3, clamp(to) - x), index }
    }),
    sections: sectionsOf(moments, xs, width),
    breaks,
    axis: axisOf(stretches, place, width),
    log: densities(
      logTimes.filter(time => time >= first && time <= stretches.at(-1)!.to).map(place),
    ),
  }
}

/** Moments are in the order in which they came; where a clock was set back, they stand at the time before. */
function risingTimes(moments: readonly Moment[]): readonly number[] {
  let latest = -Infinity
  return moments.map(({ addedAt }) => (latest = Math.max(latest, Date.parse(addedAt))))
}

interface Stretch {
  readonly from: number
  readonly to: number
}

/** Times with no long gap inside. */
function stretchesOf(times: readonly number[]): readonly Stretch[] {
  const stretches: { from: number; to: number }[] = []
  for (const time of times) {
    const last = stretches.at(-1)
    if (last && time - last.to <= longestGapMs) last.to = time
    else stretches.push({ from: time, to: time })
  }
  if (stretches.length === 0) stretches.push({ from: 0, to: leastSpanMs })
  return stretches.map(({ from, to }) =>
    to - from < leastSpanMs ? { from, to: from + leastSpanMs } : { from, to },
  )
}

function placing(stretches: readonly Stretch[], width: number) {
  const gaps = stretches.length - 1
  const room = Math.max(40, width - 2 * margin - gaps * breakWidth)
  const total = stretches.reduce((sum, { from, to }) => sum + to - from, 0)
  // A short stretch still needs a place to be seen and pressed.
  const least = Math.min(60, room / stretches.length)
  const spare = room - least * stretches.length
  const domain: number[] = []
  const range: number[] = []
  const breaks: { x: number; width: number; ms: number }[] = []
  let x = margin
  stretches.forEach((stretch, i) => {
    const before = stretches[i - 1]
    if (before) {
      breaks.push({ x, width: breakWidth, ms: stretch.from - before.to })
      x += breakWidth
    }
    const end = x + least + (spare * (stretch.to - stretch.from)) / total
    domain.push(stretch.from, stretch.to)
    range.push(x, end)
    x = end
  })
  const scale = scaleLinear(domain, range).clamp(true)
  return { place: (time: number) => scale(time), breaks }
}

function sectionsOf(
  moments: readonly Moment[],
  xs: readonly number[],
  width: number,
): StripLayout['sections'] {
  const sections: { x: number; width: number; boot: number; label: string }[] = []
  let key: string | null = null
  moments.forEach((moment, i) => {
    const { source, boot, sessionId, guest } = moment
    const place = source.kind === 'guest' ? source.targetId : 'file'
    const next = [sessionId, place, boot ?? ''].join('\0')
    if (next === key) return
    key = next
    const x = i === 0 ? 0 : (xs[i - 1]! + xs[i]!) / 2
    const last = sections.at(-1)
    if (last) last.width = x - last.x
    const label = source.kind === 'guest' ? (guest ?? source.label) : source.label
    sections.push({ x, width: width - x, boot: sections.length, label })
  })
  return sections
}

function axisOf(
  stretches: readonly Stretch[],
  place: (time: number) => number,
  width: number,
): StripLayout['axis'] {
  const marks: { x: number; text: string }[] = []
  for (const { from, to } of stretches) {
    const x = place(from)
    const room = place(to) - x
    const scale = scaleTime([from, to], [x, x + room])
    const wanted = Math.max(1, Math.floor(room / 110))
    const format = scale.tickFormat(wanted, to - from < 5 * 60_000 ? '%H:%M:%S' : '%H:%M')
    for (const tick of scale.ticks(wanted)) {
      const at = scale(tick)
      const last = marks.at(-1)
      // Neither end cuts a time off.
      if (at < 24 || at > width - 34 || (last && at - last.x < 64)) continue
      const text = format(tick)
      if (text !== last?.text) marks.push({ x: at, text })
    }
  }
  return marks
}

function densities(xs: readonly number[]): StripLayout['log'] {
  const counts = new Map<number, number>()
  for (const x of xs) {
    const at = Math.round(x / 3) * 3
    counts.set(at, (counts.get(at) ?? 0) + 1)
  }
  return [...counts].map(([x, count]) => ({ x, count }))
}

/** The tick that is nearest to a place, or -1. */
export function nearestTick(layout: StripLayout, x: number): number {
  let best = -1
  let least = Number.POSITIVE_INFINITY
  for (const tick of layout.ticks) {
    const distance = Math.abs(tick.x - x)
    if (distance < least) [best, least] = [tick.index, distance]
  }
  return best
}
