import type { Outcome } from '../../../core/kext/decode-outcome.ts'
import { classNames } from '../../widgets/class-names.ts'
import { ToneMark } from '../../widgets/state-mark.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './step-list.module.css'

/** What the messages and exit code of a tool mean, and what to do about it. */
export function OutcomeNote({ outcome }: { readonly outcome: Outcome }) {
  const { succeeded, headline, explanation, advice, evidence } = outcome
  return (
    <div className={classNames(styles.outcome, succeeded ? styles.succeeded : styles.refused)}>
      <p className={styles.headline}>
        <ToneMark tone={succeeded ? 'good' : 'bad'} />
        {visibleText(headline)}
      </p>
      {explanation !== '' && <p>{visibleText(explanation)}</p>}
      {advice.length > 0 && (
        <ul className={styles.advice}>
          {advice.map((line, index) => (
            <li key={index}>{visibleText(line)}</li>
          ))}
        </ul>
      )}
      {!succeeded && evidence.length > 0 && (
        <details className={styles.evidence}>
          <summary>What this reading rests on</summary>
          <pre>{evidence.map(visibleText).join('\n')}</pre>
        </details>
      )}
    </div>
  )
}
