import type {
  ExpectationReport,
  ExpectationResult,
} from '../../../core/expectations/expectation-report.ts'
import { Button } from '../../widgets/button.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { Section } from '../../widgets/section.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { durationText } from './quantities.ts'
import { expectationMark, StatusMark } from './status-mark.tsx'
import styles from './expectation-list.module.css'

const moments: readonly (readonly [ExpectationResult['when'], string])[] = [
  ['after-load', 'After the load'],
  ['after-unload', 'After the unload'],
]

export interface ExpectationListProps {
  readonly report: ExpectationReport
  /** Writes what is there down as what is expected; null where that makes no sense. */
  readonly onRecord?: (() => void) | null
}

/** One line for each thing that was expected: whether it is so, and what was seen. */
export function ExpectationList({ report, onRecord = null }: ExpectationListProps) {
  const { results, waitedMs } = report
  const shown = moments.filter(([moment]) => results.some(({ when }) => when === moment))
  return (
    <Section
      title="Expectations"
      count={expectationCounts(results)}
      aside={
        onRecord && (
          <Button kind="quiet" onClick={onRecord}>
            Record what I see…
          </Button>
        )
      }
    >
      <div className={styles.expectations}>
        {shown.map(([moment, words]) => (
          <div key={moment}>
            {shown.length > 1 && <h4 className={styles.moment}>{words}</h4>}
            <ul>
              {results
                .filter(({ when }) => when === moment)
                .map((result, index) => (
                  <Result key={index} result={result} />
                ))}
            </ul>
          </div>
        ))}
        <p className={styles.source}>
          <SourceOf source={report.source} />
          {`. Waited ${durationText(waitedMs)}.`}
        </p>
      </div>
    </Section>
  )
}

function Result({ result }: { readonly result: ExpectationResult }) {
  const { title, status, seen, line } = result
  return (
    <li className={styles.result} data-status={status}>
      <StatusMark mark={expectationMark(status)} hasWord />
      <span className={styles.claim}>
        {visibleText(title)}
        {line !== null && <span className={styles.line}>{` line ${line}`}</span>}
      </span>
      <span className={styles.seen}>{seen === '' ? '–' : visibleText(seen)}</span>
    </li>
  )
}

/** Where what is expected is written. */
export function SourceOf({ source }: { readonly source: ExpectationReport['source'] }) {
  return source.kind === 'file' ? (
    <>
      From <Mono isSoft>{source.path}</Mono>
    </>
  ) : (
    <>
      Derived from <Mono isSoft>{source.from}</Mono>: there is no kextant.yaml
    </>
  )
}

/** `6 pass, 1 fail`; empty where nothing was expected. */
export function expectationCounts(results: readonly ExpectationResult[]): string {
  const count = (status: ExpectationResult['status']) =>
    results.filter(result => result.status === status).length
  const [pass, fail, unknown] = [count('pass'), count('fail'), count('unknown')]
  return [
    pass > 0 && `${pass} pass`,
    fail > 0 && `${fail} fail`,
    unknown > 0 && `${unknown} not known`,
  ]
    .filter(part => part !== false)
    .join(', ')
}
