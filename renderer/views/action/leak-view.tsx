import { LeakChart } from '../../charts/leak-chart.tsx'
import type { LeakReport } from '../../../core/leaks/leak-report.ts'
import { Disclosure } from '../../widgets/disclosure.tsx'
import { Section } from '../../widgets/section.tsx'
import { StateMark, type Tone } from '../../widgets/state-mark.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { countText } from './quantities.ts'
import styles from './leak-view.module.css'

const verdicts: Readonly<Record<LeakReport['verdict'], readonly [Tone, string]>> = {
  clean: ['good', 'clean'],
  leaks: ['bad', 'leaks'],
  stopped: ['warn', 'stopped'],
  unknown: ['idle', 'not known'],
}

export interface LeakViewProps {
  readonly report: LeakReport
  /** Many cycles, whose picture is what one came for; else it is the check at the end of a loop. */
  readonly isHunt: boolean
  readonly isRunning?: boolean
  /** The headline stands above it already. */
  readonly isTold?: boolean
}

/** What cycles of load and unload have left behind. */
export function LeakView({ report, isHunt, isRunning = false, isTold = false }: LeakViewProps) {
  const { verdict, headline, cycles, plannedCycles } = report
  const [tone, word] = verdicts[verdict]
  const title = isHunt ? 'Leak hunt' : 'Leak check'
  return (
    <Section
      title={title}
      count={
        <span className={styles.result}>
          {(!isRunning || verdict === 'leaks') && (
            <StateMark tone={tone} isChip>
              {word}
            </StateMark>
          )}
          {isHunt && <span>{`${cycles.length} of ${countText(plannedCycles, 'cycle')}`}</span>}
        </span>
      }
    >
      {!isTold && !isRunning && <p>{visibleText(headline)}</p>}
      {cycles.length > 0 &&
        (isHunt ? (
          <LeakChart report={report} />
        ) : (
          <Disclosure
            isMinor
            title="Counts before and after"
            isOpen={verdict === 'leaks' || verdict === 'stopped'}
          >
            <LeakChart report={report} />
          </Disclosure>
        ))}
    </Section>
  )
}
