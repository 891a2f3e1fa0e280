import type { Stop, StopId } from '../../../core/preflight/preflight-report.ts'
import { visibleText } from '../../widgets/visible-text.ts'
import { StatusMark, preflightMark } from './status-mark.tsx'
import { countText } from './quantities.ts'
import styles from './stop-list.module.css'

export interface StopListProps {
  readonly stops: readonly Stop[]
  readonly accepted: ReadonlySet<StopId>
  readonly onAccept: (id: StopId, isAccepted: boolean) => void
}

/** What has to be accepted on purpose, one by one, before the button works. */
export function StopList({ stops, accepted, onAccept }: StopListProps) {
  const left = stops.filter(({ id }) => !accepted.has(id)).length
  return (
    <section className={styles.stops} aria-label="What Kextant stops at">
      <h3 className={styles.title}>
        <StatusMark mark={preflightMark('stop')} />
        Kextant stops here and asks
        <span className={styles.left} role="status">
          {left === 0 ? 'all accepted' : `${countText(left, 'answer')} missing`}
        </span>
      </h3>
      <ul>
        {stops.map(({ id, title, reason }) => (
          <li key={id}>
            <label className={styles.stop}>
              <input
                type="checkbox"
                checked={accepted.has(id)}
                onChange={event => onAccept(id, event.currentTarget.checked)}
              />
              <span>
                <span className={styles.claim}>I accept: {visibleText(title)}</span>
                <span className={styles.reason}>{visibleText(reason)}</span>
              </span>
            </label>
          </li>
        ))}
      </ul>
    </section>
  )
}
