import { ChevronDown, ChevronUp, GitCompare, History, ZoomIn, ZoomOut } from 'lucide-react'
import {
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type PointerEvent,
} from 'react'
import type { ActionSummary, Moment } from '../../../core/contract/types.ts'
import { useCommand } from '../../commands/use-command.ts'
import { pairWithBefore } from '../../state/compare-actions.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import type { AppState } from '../../state/app-state.ts'
import { isStripOpen, momentsOf } from '../../state/timeline-state.ts'
import { useWidth } from '../../charts/use-width.ts'
import { Button, IconButton } from '../../widgets/button.tsx'
import { classNames } from '../../widgets/class-names.ts'
import { smallIconProps } from '../../widgets/icons.ts'
import { Tooltip } from '../../widgets/tooltip.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { countText, durationText, sizeText } from '../action/quantities.ts'
import { momentCause, momentLabel } from '../changes/moment-words.ts'
import { LogSwitch } from '../registry/log-drawer.tsx'
import { clockTime, dayAndTime } from '../shell/times.ts'
import { useNow } from '../shell/use-now.ts'
import { logTimesOf } from './log-times.ts'
import { SessionsDialog } from './sessions-dialog.tsx'
import { nearestTick, stripLayout, type StripLayout } from './strip-layout.ts'
import styles from './time-strip.module.css'

const zooms = [1, 2, 4, 8, 16, 32] as const

/** Every snapshot of the session on a line: the whole window follows the one that is chosen. */
export function TimeStrip() {
  const actions = useActions()
  const timeline = useApp(state => state.timeline)
  const current = useApp(state => state.current)
  const history = useApp(state => state.history)
  const isOpen = useApp(isStripOpen)
  const hasLog = useApp(hasLogBelow)
  const { hint } = useCommand('time.strip')
  const before = useCommand('compare.before')
  const [zoom, setZoom] = useState(0)
  const [hovered, setHovered] = useState<Hovered | null>(null)
  const [isChoosing, setChoosing] = useState(false)
  const moments = momentsOf(timeline)
  const pair = pairWithBefore({ current, timeline })
  if (moments.length === 0) return null
  const at = moments.findIndex(each => each.snapshotId === current?.capture.snapshotId)
  const told = hovered ?? (at >= 0 ? { kind: 'moment' as const, moment: moments[at]! } : null)
  const isPast = at >= 0 && at < moments.length - 1
  const held = timeline.isHeld || isPast
  return (
    <section className={classNames(styles.strip, held && styles.past)} aria-label="Time">
      <div className={styles.bar}>
        {hasLog && current && (
          <>
            <LogSwitch lines={current.capture.kernelLog} />
            <span className={styles.rule} aria-hidden="true" />
          </>
        )}
        <Tooltip text={hint}>
          <button
            type="button"
            className={styles.switch}
            aria-expanded={isOpen}
            onClick={() => actions.showStrip(!isOpen)}
          >
            {isOpen ? <ChevronDown {...smallIconProps} /> : <ChevronUp {...smallIconProps} />}
            Time
            <span className={styles.count}>{countText(moments.length, 'snapshot')}</span>
          </button>
        </Tooltip>
        <span className={styles.told}>{told && <Told told={told} />}</span>
        {held && at >= 0 && (
          <Button kind="primary" onClick={() => void actions.backToNow()}>
            Back to now
          </Button>
        )}
        <Button
          kind="quiet"
          icon={<GitCompare {...smallIconProps} />}
          whyNot={pair ? null : 'There is no capture before this one.'}
          hint={before.hint}
          onClick={() => void actions.compareWithBefore()}
        >
          Compare with before
        </Button>
        <Button
          kind="quiet"
          icon={<History {...smallIconProps} />}
          onClick={() => {
            setChoosing(true)
            void actions.loadSessions()
          }}
        >
          Sessions…
        </Button>
        {isOpen && (
          <span className={styles.zoom}>
            <IconButton
              label="Zoom out"
              icon={<ZoomOut {...smallIconProps} />}
              disabled={zoom === 0}
              onClick={() => setZoom(Math.max(0, zoom - 1))}
            />
            <IconButton
              label="Zoom in"
              icon={<ZoomIn {...smallIconProps} />}
              disabled={zoom === zooms.length - 1}
              onClick={() => setZoom(Math.min(zooms.length - 1, zoom + 1))}
            />
          </span>
        )}
      </div>
      {isOpen && (
        <Track
          moments={moments}
          at={at}
          history={history}
          zoom={zooms[zoom]!}
          onHover={setHovered}
          onZoom={by => setZoom(Math.max(0, Math.min(zooms.length - 1, zoom + by)))}
        />
      )}
      {timeline.told?.trouble && isOpen && (
        <p className={styles.trouble} role="status">
          {timeline.told?.trouble}
        </p>
      )}
      {isChoosing && <SessionsDialog onClose={() => setChoosing(false)} />}
    </section>
  )
}

/** The registry has the kernel log above the strip; the strip's line opens it. */
const hasLogBelow = ({ view, editedWhatIf }: AppState) =>
  view === 'registry' && editedWhatIf === null

type Hovered =
  | { readonly kind: 'moment'; readonly moment: Moment }
  | { readonly kind: 'action'; readonly action: ActionSummary }

function Told({ told }: { readonly told: Hovered }) {
  if (told.kind === 'action') {
    const { title, headline, startedAt } = told.action
    return (
      <>
        <strong>{visibleText(title)}</strong> {clockTime(startedAt)}: {visibleText(headline)}
      </>
    )
  }
  const { addedAt, source, counts, bytes, held, guest } = told.moment
  const facts = [
    momentCause(told.moment),
    guest && visibleText(guest),
    countText(counts.entries, 'entry', 'entries'),
    counts.kexts !== null && countText(counts.kexts, 'kext'),
    held === 'disk' && bytes !== null ? sizeText(bytes) : held === 'dropped' && 'no longer kept',
  ].filter(Boolean)
  return (
    <>
      <strong>{dayAndTime(addedAt)}</strong> {visibleText(source.label)}: {facts.join(', ')}
    </>
  )
}

interface TrackProps {
  readonly moments: readonly Moment[]
  readonly at: number
  readonly history: readonly ActionSummary[]
  readonly zoom: number
  readonly onHover: (hovered: Hovered | null) => void
  readonly onZoom: (by: number) => void
}

function Track({ moments, at, history, zoom, onHover, onZoom }: TrackProps) {
  const actions = useActions()
  const capture = useApp(state => state.current?.capture ?? null)
  const frame = useRef<HTMLDivElement>(null)
  const seen = useWidth(frame, 800)
  const slider = useRef<HTMLDivElement>(null)
  const isRunning = history.some(({ endedAt }) => endedAt === null)
  const now = useNow(isRunning ? 1000 : 60_000)
  const width = Math.max(200, seen) * zoom
  const log = useMemo(() => logTimesOf(capture), [capture])
  const layout = useMemo(
    () =>
      stripLayout({
        moments,
        actions: history,
        logTimes: log.kind === 'told' ? log.times : [],
        now,
        width,
      }),
    [moments, history, log, now, width],
  )
  const shown = layout.ticks[at]

  // What is chosen stays in sight, also when the strip is zoomed.
  useLayoutEffect(() => {
    const element = frame.current
    if (!element || !shown) return
    const { scrollLeft, clientWidth } = element
    if (shown.x < scrollLeft + 30 || shown.x > scrollLeft + clientWidth - 30) {
      element.scrollLeft = shown.x - clientWidth / 2
    }
  }, [frame, shown, zoom])

  const placeOf = (event: PointerEvent) =>
    event.clientX - slider.current!.getBoundingClientRect().left
  const choose = (index: number) => {
    const moment = moments[index]
    if (moment && index !== at && moment.held !== 'dropped')
      void actions.showMoment(moment.snapshotId)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    switch (event.key) {
      case 'ArrowLeft':
      case 'ArrowDown':
        void actions.stepMoment(-1)
        break
      case 'ArrowRight':
      case 'ArrowUp':
        void actions.stepMoment(1)
        break
      case 'PageUp':
        void actions.stepMoment(5)
        break
      case 'PageDown':
        void actions.stepMoment(-5)
        break
      case 'Home':
        choose(0)
        break
      case 'End':
        void actions.backToNow()
        break
      case '+':
      case '=':
        onZoom(1)
        break
      case '-':
        onZoom(-1)
        break
      default:
        return
    }
    event.preventDefault()
  }
  return (
    <div className={styles.trackArea}>
      <div ref={frame} className={styles.frame}>
        <div
          ref={slider}
          role="slider"
          tabIndex={0}
          aria-label="Snapshot"
          aria-valuemin={1}
          aria-valuemax={moments.length}
          aria-valuenow={at + 1}
          aria-valuetext={at >= 0 ? momentLabel(moments[at]!) : 'none of these'}
          className={styles.track}
          style={{ width }}
          onKeyDown={onKeyDown}
          onPointerDown={event => {
            if (event.button !== 0) return
            event.currentTarget.setPointerCapture(event.pointerId)
            choose(nearestTick(layout, placeOf(event)))
          }}
          onPointerMove={event => {
            const x = placeOf(event)
            const index = nearestTick(layout, x)
            if (event.buttons === 1) return choose(index)
            onHover(hoveredAt(layout, x, moments, history))
          }}
          onPointerLeave={() => onHover(null)}
        >
          <Drawing layout={layout} moments={moments} history={history} at={at} />
        </div>
      </div>
      <span className={styles.logNote}>
        {log.kind === 'untold' ? log.because : layout.log.length > 0 ? 'Kernel log' : ''}
      </span>
    </div>
  )
}

function hoveredAt(
  layout: StripLayout,
  x: number,
  moments: readonly Moment[],
  history: readonly ActionSummary[],
): Hovered | null {
  const index = nearestTick(layout, x)
  const tick = layout.ticks[index]
  if (tick && Math.abs(tick.x - x) <= 6) return { kind: 'moment', moment: moments[index]! }
  const span = layout.spans.find(each => x >= each.x - 2 && x <= each.x + each.width + 2)
  if (span) return { kind: 'action', action: history[span.index]! }
  return null
}

interface DrawingProps {
  readonly layout: StripLayout
  readonly moments: readonly Moment[]
  readonly history: readonly ActionSummary[]
  readonly at: number
}

const height = 46
const tickTop = 17
const axisY = 42

function Drawing({ layout, moments, history, at }: DrawingProps) {
  const chosen = layout.ticks[at]
  return (
    <svg width={layout.width} height={height} aria-hidden="true" className={styles.drawing}>
      {layout.sections.map(({ x, width, boot, label }) => (
        <g key={boot}>
          <rect
            x={x}
            width={Math.max(0, width)}
            height={height}
            className={boot % 2 === 0 ? styles.section : styles.otherSection}
          />
          {width > 90 && (
            <text x={x + 6} y={11} className={styles.sectionLabel}>
              {clipped(visibleText(label), width - 12)}
            </text>
          )}
        </g>
      ))}
      <line x1={0} x2={layout.width} y1={24} y2={24} className={styles.line} />
      {layout.breaks.map(({ x, width, ms }) => (
        <g key={x}>
          <rect x={x} y={tickTop} width={width} height={14} className={styles.break} />
          <title>{`nothing for ${durationText(ms)}`}</title>
        </g>
      ))}
      {layout.log.map(({ x, count }) => (
        <rect
          key={x}
          x={x}
          y={33 - Math.min(5, 1 + Math.log2(count))}
          width={2}
          height={Math.min(5, 1 + Math.log2(count))}
          className={styles.log}
        />
      ))}
      {layout.spans.map(({ x, width, index }) => {
        const action = history[index]!
        return (
          <g key={action.id}>
            <rect
              x={x}
              y={19}
              width={width}
              height={10}
              rx={2}
              className={classNames(styles.span, styles[toneOf(action)])}
            />
            {width > 56 && (
              <text x={x + 5} y={27} className={styles.spanLabel}>
                {clipped(outcomeWord(action), width - 8)}
              </text>
            )}
          </g>
        )
      })}
      {layout.ticks.map(({ x, index }) => {
        const { cause, held } = moments[index]!
        return (
          <path
            key={moments[index]!.snapshotId}
            d={shapeOf(cause.kind, x)}
            className={classNames(styles.tick, held === 'dropped' && styles.dropped)}
          />
        )
      })}
      {chosen && (
        <path
          d={`M${chosen.x - 5},${tickTop - 4}h10l-5,6z M${chosen.x},${tickTop}v15`}
          className={styles.chosen}
        />
      )}
      {layout.axis.map(({ x, text }) => (
        <text key={x} x={x} y={axisY} className={styles.axis}>
          {text}
        </text>
      ))}
    </svg>
  )
}

/** What led to a snapshot is told by shape: a file is a box, a watch a short line, else a long one. */
function shapeOf(cause: Moment['cause']['kind'], x: number): string {
  if (cause === 'file') return `M${x - 3},21h6v6h-6z`
  if (cause === 'watch') return `M${x - 0.5},21h1v6h-1z`
  return `M${x - 1},${tickTop}h2v14h-2z`
}

function toneOf({ status, conclusion }: ActionSummary): 'good' | 'bad' | 'busy' | 'idle' {
  if (status === 'running') return 'busy'
  if (conclusion === 'holds') return 'good'
  return conclusion === 'cancelled' || conclusion === 'waits-for-user' ? 'idle' : 'bad'
}

function outcomeWord({ status, conclusion }: ActionSummary): string {
  return status === 'running' ? 'running' : (conclusion ?? status).replaceAll('-', ' ')
}

function clipped(text: string, width: number): string {
  const room = Math.floor(width / 6)
  return text.length <= room ? text : `${text.slice(0, Math.max(1, room - 1))}…`
}
