import { useMemo, useRef, useState, type KeyboardEvent } from 'react'
import type { LeakReport } from '../../core/leaks/leak-report.ts'
import { classNames } from '../widgets/class-names.ts'
import { Disclosure } from '../widgets/disclosure.tsx'
import { Mono } from '../widgets/mono.tsx'
import { StateMark, type Tone } from '../widgets/state-mark.tsx'
import { visibleText } from '../widgets/visible-text.ts'
import {
  allocationSeries,
  classSeries,
  layOutSeries,
  type ChartPoint,
  type LeakSeries,
} from './leak-chart-layout.ts'
import { LeakTable } from './leak-table.tsx'
import styles from './leak-chart.module.css'
import { useWidth } from './use-width.ts'

/** More marks than that run into each other: then only the line, and the marks that say something. */
const marksAtMost = 60
/** The table has all of them. */
const picturesAtMost = 12
const height = 132

/** Counts after each cycle of load and unload: what comes back to where it was, and what grows. */
export function LeakChart({ report }: { readonly report: LeakReport }) {
  const classes = useMemo(() => classSeries(report), [report])
  const allocations = useMemo(() => allocationSeries(report), [report])
  return (
    <div className={styles.charts}>
      <Pictures title="Instances of each class, after each unload" series={classes} />
      <Pictures title="Bytes allocated, after each unload (ioalloccount)" series={allocations} />
      <Disclosure isMinor title="As a table">
        <LeakTable report={report} classes={classes} allocations={allocations} />
      </Disclosure>
    </div>
  )
}

interface PicturesProps {
  readonly title: string
  readonly series: readonly LeakSeries[]
}

function Pictures({ title, series }: PicturesProps) {
  if (series.length === 0) return null
  const rest = series.length - picturesAtMost
  return (
    <section className={styles.group} aria-label={title}>
      <h4 className={styles.title}>{title}</h4>
      <div className={styles.pictures}>
        {series.slice(0, picturesAtMost).map(one => (
          <Picture key={one.name} series={one} />
        ))}
      </div>
      {rest > 0 && <p className={styles.words}>{`${rest} more are in the table.`}</p>}
    </section>
  )
}

function Picture({ series }: { readonly series: LeakSeries }) {
  const frame = useRef<HTMLDivElement>(null)
  const width = useWidth(frame, 260)
  const picture = useMemo(() => layOutSeries(series, { width, height }), [series, width])
  const { points, path, plot, xTicks, yTicks, growthX } = picture
  const [chosen, setChosen] = useState(() => firstPoint(series, points))
  const [isRead, setRead] = useState(false)
  const at = Math.min(chosen, points.length - 1)
  const [tone, trend] = trendOf(series)
  const name = visibleText(series.name)
  const lineClass =
    series.growth !== null && (series.growth.isCertain ? styles.grows : styles.mayGrow)

  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, number>> = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      Home: 0,
      End: points.length - 1,
    }
    const to = moves[event.key]
    if (to === undefined) return
    event.preventDefault()
    setChosen(Math.max(0, Math.min(points.length - 1, to)))
    // The mark may not be drawn before it is the one that is read.
    requestAnimationFrame(() =>
      frame.current?.querySelector<SVGGElement>('[tabindex="0"]')?.focus(),
    )
  }
  const read = (index: number) => {
    setRead(true)
    setChosen(index)
  }
  return (
    <figure className={classNames(styles.figure, lineClass)}>
      <figcaption className={styles.caption}>
        <Mono isClipped>{series.name}</Mono>
        <StateMark tone={tone}>{trend}</StateMark>
      </figcaption>
      <div ref={frame} className={styles.frame}>
        <svg
          width={width}
          height={height}
          role="group"
          aria-label={`${name}: ${trend}. Arrow keys go from cycle to cycle.`}
          onKeyDown={onKeyDown}
        >
          <g aria-hidden="true">
            {yTicks.map(({ y, text }) => (
              <g key={text} transform={`translate(0,${y})`}>
                <line x1={plot.left} x2={plot.right} className={styles.grid} />
                <text x={plot.left - 7} dy="0.32em" textAnchor="end" className={styles.tick}>
                  {text}
                </text>
              </g>
            ))}
            {xTicks.map(({ x, text }, index) => (
              <text
                key={text}
                x={index === 0 ? Math.max(x, 18) : x}
                y={plot.bottom + 16}
                textAnchor="middle"
                className={styles.tick}
              >
                {text}
              </text>
            ))}
            {growthX !== null && (
              <GrowthMark x={growthX} top={plot.top} bottom={plot.bottom} right={plot.right} />
            )}
            <path d={path} className={styles.line} />
          </g>
          {points.map((point, index) => {
            const isChosen = index === at
            const isGrowth = series.growth?.cycle === point.cycle
            if (points.length > marksAtMost && !isChosen && !isGrowth) return null
            return (
              <g
                key={point.cycle}
                role="img"
                aria-label={pointText(series, points, index)}
                tabIndex={isChosen ? 0 : -1}
                transform={`translate(${point.x},${point.y})`}
                className={classNames(styles.point, isChosen && isRead && styles.read)}
                onFocus={() => read(index)}
                onPointerEnter={() => read(index)}
              >
                <circle r={9} className={styles.target} />
                <path d={isGrowth ? diamond : circle} className={styles.mark} />
              </g>
            )
          })}
        </svg>
      </div>
      <p className={styles.reading} aria-hidden="true">
        {points[at] ? pointText(series, points, at) : ' '}
      </p>
    </figure>
  )
}

const circle = 'M3.5,0A3.5,3.5 0 1 1 -3.5,0A3.5,3.5 0 1 1 3.5,0Z'
const diamond = 'M0,-6L6,0L0,6L-6,0Z'

interface GrowthMarkProps {
  readonly x: number
  readonly top: number
  readonly bottom: number
  readonly right: number
}

/** The word stands at the side of the line where there is room. */
function GrowthMark({ x, top, bottom, right }: GrowthMarkProps) {
  const isNearEnd = right - x < 84
  return (
    <g className={styles.growth}>
      <line x1={x} x2={x} y1={top - 6} y2={bottom} />
      <path d={`M${x},${top - 6}l-5,-8h10z`} />
      <text x={isNearEnd ? x - 9 : x + 9} y={top - 7} textAnchor={isNearEnd ? 'end' : 'start'}>
        first growth
      </text>
    </g>
  )
}

/** Begins where it grew, which is what one came to see; else where it ended. */
function firstPoint({ growth }: LeakSeries, points: readonly ChartPoint[]): number {
  const at = points.findIndex(({ cycle }) => cycle === growth?.cycle)
  return at === -1 ? Math.max(0, points.length - 1) : at
}

function pointText(series: LeakSeries, points: readonly ChartPoint[], index: number): string {
  const { cycle, value } = points[index]!
  const text = value.toLocaleString('en-US')
  if (cycle === 0) return `Before the first cycle: ${text}`
  const loaded = series.loaded[cycle]
  const before = points[index - 1]
  return [
    `Cycle ${cycle}: ${text} after the unload`,
    loaded != null && `, ${loaded.toLocaleString('en-US')} while loaded`,
    before && before.value !== value && `, ${before.value.toLocaleString('en-US')} before`,
    series.growth?.cycle === cycle && '. First growth',
  ]
    .filter(Boolean)
    .join('')
}

/** Two numbers that are longer do not fit beside each other. */
const longestTrend = 12

/** `grows: 0 → 1 in cycle 1`, `may grow by 65,536 in cycle 2` */
function trendOf({ values, growth }: LeakSeries): readonly [Tone, string] {
  const known = values.filter(value => value !== null)
  if (growth) {
    const [before, after] = [growth.before, growth.after].map(one => one.toLocaleString('en-US'))
    const isLong = `${before}${after}`.length > longestTrend
    const from = isLong
      ? ` by ${(growth.after - growth.before).toLocaleString('en-US')}`
      : `: ${before} → ${after}`
    const when = ` in cycle ${growth.cycle}`
    return growth.isCertain ? ['bad', `grows${from}${when}`] : ['warn', `may grow${from}${when}`]
  }
  if (known.length === 0) return ['idle', 'not counted']
  const [first, last] = [known[0]!, known.at(-1)!]
  const [from, to] = [first, last].map(one => one.toLocaleString('en-US'))
  return first === last ? ['good', `back to ${from}`] : ['idle', `${from} → ${to}`]
}
