import { Section } from '../../widgets/section.tsx'
import printed from '../../widgets/printed.module.css'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './kernel-lines.module.css'
import { countText } from './quantities.ts'

export interface KernelLinesProps {
  /** Of two halves of an action. */
  readonly half?: 'load' | 'unload' | undefined
  readonly lines: readonly string[]
  /** The log's buffer has wrapped, or the log could not be read twice. */
  readonly mayLack: boolean
}

/** What the kernel wrote during an action. */
export function KernelLines({ half, lines, mayLack }: KernelLinesProps) {
  return (
    <Section
      title={half ? `Kernel log of the ${half}` : 'Kernel log'}
      count={countText(lines.length, 'new line')}
    >
      {lines.length === 0 ? (
        <p className={styles.soft}>
          {mayLack
            ? 'What the kernel wrote during this action could not be told from the log.'
            : 'The kernel wrote nothing during this action.'}
        </p>
      ) : (
        <>
          {mayLack && (
            <p className={styles.soft}>
              The log’s buffer has wrapped in between: lines may be missing here.
            </p>
          )}
          <ol className={printed.printed} tabIndex={0} aria-label="New lines of the kernel log">
            {lines.map((line, index) => (
              <li key={index}>{visibleText(line)}</li>
            ))}
          </ol>
        </>
      )}
    </Section>
  )
}
