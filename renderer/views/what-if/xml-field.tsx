import { useId, useRef } from 'react'
import { Button } from '../../widgets/button.tsx'
import { StateMark } from '../../widgets/state-mark.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './xml-field.module.css'

export interface XmlFieldProps {
  readonly text: string
  readonly mistake: { readonly sentence: string; readonly offset: number } | null
  readonly repeatedKeys: readonly string[]
  readonly onChange: (text: string) => void
}

/** A property list as text, and where it stops being one. */
export function XmlField({ text, mistake, repeatedKeys, onChange }: XmlFieldProps) {
  const field = useRef<HTMLTextAreaElement>(null)
  const id = useId()
  const goTo = (offset: number) => {
    field.current?.focus()
    field.current?.setSelectionRange(offset, offset)
  }
  return (
    <div className={styles.field}>
      <textarea
        ref={field}
        className={styles.text}
        aria-label="Personality as XML"
        aria-invalid={mistake !== null}
        aria-describedby={`${id}-note`}
        spellCheck={false}
        autoComplete="off"
        wrap="off"
        value={text}
        onChange={event => onChange(event.currentTarget.value)}
      />
      <div id={`${id}-note`} className={styles.note} role="status">
        {mistake ? (
          <>
            <StateMark tone="bad">{visibleText(mistake.sentence)}</StateMark>
            <span className={styles.soft}>What was right before still counts.</span>
            <Button kind="quiet" onClick={() => goTo(mistake.offset)}>
              Go there
            </Button>
          </>
        ) : repeatedKeys.length > 0 ? (
          <StateMark tone="warn">
            {`${visibleText(repeatedKeys.join(', '))} stands twice; the last one counts.`}
          </StateMark>
        ) : (
          <StateMark tone="good" isQuiet>
            Well-formed
          </StateMark>
        )}
      </div>
    </div>
  )
}
