import type { Finding, Severity } from '../../../core/lint/finding.ts'
import type { LintReport } from '../../../core/lint/lint-report.ts'
import { Mono } from '../../widgets/mono.tsx'
import { StateMark, type Tone } from '../../widgets/state-mark.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { countText } from './quantities.ts'
import styles from './lint-list.module.css'

const severities: readonly (readonly [Severity, Tone, string])[] = [
  ['error', 'bad', 'error'],
  ['warning', 'warn', 'warning'],
  ['note', 'idle', 'note'],
]

/** What lint has found in a bundle, errors first, each with where and what to do. */
export function LintList({
  report,
  hasTitle = true,
}: {
  readonly report: LintReport
  readonly hasTitle?: boolean
}) {
  const { findings, counts, omitted, against } = report
  return (
    <section aria-label="Lint">
      {hasTitle && (
        <h3 className={styles.title}>
          Lint
          <span className={styles.counts}>
            {severities.map(
              ([severity, , word]) =>
                counts[severity] > 0 && (
                  <span key={severity}>{countText(counts[severity], word)}</span>
                ),
            )}
            {against !== null && <span>against {visibleText(against)}</span>}
          </span>
        </h3>
      )}
      {findings.length === 0 ? (
        <StateMark tone="good">Nothing to say against it</StateMark>
      ) : (
        <ul className={styles.findings}>
          {findings.map((finding, index) => (
            <FindingRow key={index} finding={finding} />
          ))}
        </ul>
      )}
      {omitted > 0 && (
        <p className={styles.soft}>{`and ${omitted.toLocaleString('en-US')} more`}</p>
      )}
    </section>
  )
}

function FindingRow({ finding }: { readonly finding: Finding }) {
  const { severity, sentence, advice, where } = finding
  const [, tone, word] = severities.find(([known]) => known === severity)!
  const place = [where.file, ...where.keyPath].filter(part => part !== '').join(' › ')
  return (
    <li className={styles.finding}>
      <StateMark tone={tone}>{word}</StateMark>
      <div className={styles.about}>
        <p>{visibleText(sentence)}</p>
        {advice !== '' && <p className={styles.advice}>{visibleText(advice)}</p>}
        {place !== '' && (
          <p className={styles.soft}>
            <Mono isSoft>{where.line === null ? place : `${place}, line ${where.line}`}</Mono>
          </p>
        )}
      </div>
    </li>
  )
}
