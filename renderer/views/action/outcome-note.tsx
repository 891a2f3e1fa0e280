import type { Outcome } from '../../../core/kext/outcome.ts'
import { classNames } from '../../widgets/class-names.ts'
import { Disclosure } from '../../widgets/disclosure.tsx'
import printed from '../../widgets/printed.module.css'
import { ToneMark } from '../../widgets/state-mark.tsx'
import tones from '../../widgets/tone.module.css'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './outcome-note.module.css'
import { countText } from './quantities.ts'

/** What the messages and exit code of a tool mean, in a box of its own. */
export function OutcomeNote({ outcome }: { readonly outcome: Outcome }) {
  const tone = outcome.succeeded ? 'good' : outcome.isPending ? 'warn' : 'bad'
  return (
    <div className={classNames(styles.note, tones[tone])}>
      <p className={styles.headline}>
        <ToneMark tone={tone} />
        {visibleText(outcome.headline)}
      </p>
      <OutcomeWords outcome={outcome} told={outcome.headline} />
    </div>
  )
}

export interface OutcomeWordsProps {
  readonly outcome: Outcome
  /** What stands above it already. */
  readonly told: string
}

/** What a tool's answer means, what to do about it, and the lines it rests on. */
export function OutcomeWords({ outcome, told }: OutcomeWordsProps) {
  const { headline, explanation, advice, evidence, code } = outcome
  return (
    <div className={styles.words}>
      {!told.startsWith(headline) && <p className={styles.headline}>{visibleText(headline)}</p>}
      {explanation !== '' && <p>{visibleText(explanation)}</p>}
      {advice.length > 0 && (
        <ol className={styles.advice} aria-label="What to do">
          {advice.map((line, index) => (
            <li key={index}>{visibleText(line)}</li>
          ))}
        </ol>
      )}
      {evidence.length > 0 && (
        <Disclosure
          isMinor
          title="As it was printed"
          aside={
            <>
              <span>{countText(evidence.length, 'line')}</span>
              {code && <span>{code.name}</span>}
            </>
          }
        >
          <pre className={printed.printed} tabIndex={0} aria-label="As it was printed">
            {evidence.map(visibleText).join('\n')}
          </pre>
        </Disclosure>
      )}
    </div>
  )
}
