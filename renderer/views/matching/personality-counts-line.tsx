import type { PersonalityCounts } from '../../matching/messages.ts'
import { StateMark, type Tone } from '../../widgets/state-mark.tsx'
import styles from './personality-counts-line.module.css'

/** What a personality is to the services, in counts; only those that are not zero. */
export function CountWords({ counts }: { readonly counts: PersonalityCounts }) {
  const { running, wins, ties, loses, unknown, notConsidered, near, considered } = counts
  const parts: readonly (readonly [Tone, string, number])[] = [
    ['good', 'runs on', running],
    ['accent', 'would start on', wins],
    ['warn', 'ties on', ties],
    ['idle', 'loses on', loses],
    ['warn', 'cannot be told on', unknown],
    ['idle', 'keys hold, not registered:', notConsidered],
  ]
  const said = parts.filter(([, , count]) => count > 0)
  return (
    <span className={styles.counts}>
      {said.length === 0 && (
        <StateMark tone="off" isQuiet>
          {considered === 0 ? 'no service of its class here' : 'matches nothing'}
        </StateMark>
      )}
      {said.map(([tone, words, count]) => (
        <StateMark key={words} tone={tone} isQuiet>
          {words} {count.toLocaleString('en-US')}
        </StateMark>
      ))}
      {near > 0 && (
        <StateMark tone="off" isQuiet>
          one key away from {near.toLocaleString('en-US')}
        </StateMark>
      )}
    </span>
  )
}
