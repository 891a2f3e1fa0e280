import type { SessionSummary } from '../../../core/contract/types.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { Button } from '../../widgets/button.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { countText, sizeText } from '../action/quantities.ts'
import { dayAndTime } from '../shell/times.ts'
import styles from './sessions.module.css'

const endings: Readonly<Record<SessionSummary['ended'], string>> = {
  properly: '',
  unexpectedly: ', ended unexpectedly',
  running: ', of another Kextant that runs now',
}

const tooNew = 'A newer Kextant has kept it: open it with that one.'
const whyKept = ({ ended, newerFormat }: SessionSummary): string | null =>
  ended === 'running' ? 'Another Kextant writes it now.' : newerFormat === null ? null : tooNew

/** Sessions of earlier runs: opened, their snapshots stand before those of this one. */
export function SessionsDialog({ onClose }: { readonly onClose: () => void }) {
  const actions = useActions()
  const sessions = useApp(state => state.timeline.sessions)
  const told = useApp(state => state.timeline.told)
  return (
    <Dialog
      title="Sessions"
      isWide
      onClose={onClose}
      foot={
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <p className={styles.note}>
        Kextant keeps what was captured, the older the wider apart. Opened, the snapshots of an
        earlier session stand before those of this one
        {told && told.thinned > 0
          ? `. Of this session ${countText(told.thinned, 'older snapshot')} were taken out to keep within bounds.`
          : '.'}
      </p>
      {sessions === null ? (
        <p className={styles.note}>Looking for earlier sessions.</p>
      ) : sessions.length === 0 ? (
        <p className={styles.note}>There is no earlier session on this computer.</p>
      ) : (
        <ul className={styles.list}>
          {sessions.map(session => (
            <li key={session.sessionId} className={styles.session}>
              <span className={styles.words}>
                <span className={styles.name}>Session of {dayAndTime(session.startedAt)}</span>
                <span className={styles.facts}>
                  {session.newerFormat === null
                    ? `${countText(session.snapshots, 'snapshot')}, ${sizeText(session.bytes)}${endings[session.ended]}: ${visibleText(session.labels.join(', '))}`
                    : tooNew}
                </span>
              </span>
              {session.isOpen ? (
                <span className={styles.facts}>open</span>
              ) : (
                <Button
                  aria-label={`Open the session of ${dayAndTime(session.startedAt)}`}
                  whyNot={session.newerFormat === null ? null : tooNew}
                  onClick={() => void actions.openSession(session.sessionId)}
                >
                  Open
                </Button>
              )}
              <Button
                kind="quiet"
                aria-label={`Delete the session of ${dayAndTime(session.startedAt)}`}
                whyNot={whyKept(session)}
                onClick={() => void actions.forgetSession(session.sessionId)}
              >
                Delete
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  )
}
