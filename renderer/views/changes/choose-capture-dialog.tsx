import { Camera, FileClock, FolderOpen, History, Server, type LucideIcon } from 'lucide-react'
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { useActions, useApp } from '../../state/app-context.tsx'
import type { Side } from '../../state/compare-state.ts'
import { momentsOf } from '../../state/timeline-state.ts'
import { classNames } from '../../widgets/class-names.ts'
import { Dialog } from '../../widgets/dialog.tsx'
import { smallIconProps } from '../../widgets/icons.ts'
import { placeAfter } from '../../widgets/list-keys.ts'
import { PickFileDialog } from '../connect/pick-file-dialog.tsx'
import styles from './choose-capture.module.css'
import { pairGroups, type PairRow } from './pair-choices.ts'
import { usePair } from './use-pair.ts'

const icons: Readonly<Record<PairRow['icon'], LucideIcon>> = {
  moment: Camera,
  file: FileClock,
  guest: Server,
  session: History,
  open: FolderOpen,
}

/** Which capture one side of a comparison is to be: of this session, a file, a guest, a session that was kept. */
export function ChooseCaptureDialog({ side }: { readonly side: Side }) {
  const actions = useActions()
  const id = useId()
  const timeline = useApp(state => state.timeline)
  const recentFiles = useApp(state => state.preferences.recentFiles)
  const targets = useApp(state => state.targets)
  const connection = useApp(state => state.connection)
  const { before, after } = usePair()
  const [text, setText] = useState('')
  /** Null: nobody has gone anywhere yet; it stands at what is on that side now. */
  const [at, setAt] = useState<number | null>(null)
  const [isBrowsing, setBrowsing] = useState(false)
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => void actions.loadSessions(), [actions])
  const groups = useMemo(
    () =>
      pairGroups(text, {
        moments: momentsOf(timeline),
        ownSession: timeline.told?.sessionId ?? null,
        sessions: timeline.sessions ?? [],
        recentFiles,
        targets: targets ?? [],
        connection,
        before,
        after,
      }),
    [text, timeline, recentFiles, targets, connection, before, after],
  )
  const rows = groups.flatMap(group => group.rows)
  const now = rows.findIndex(row => row.mark === side)
  const chosen = Math.min(at ?? Math.max(0, now), rows.length - 1)
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [chosen])

  const close = () => actions.chooseCompared(null)
  const take = (row: PairRow | undefined) => {
    if (!row) return
    switch (row.does.kind) {
      case 'browse':
        return setBrowsing(true)
      case 'session': {
        // Its snapshots take its place in the list.
        const heading = row.title
        return void actions.openSession(row.does.sessionId).then(() => {
          setText(heading)
          setAt(0)
        })
      }
      case 'put':
        return void actions.putCompared(side, row.does.choice)
    }
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const to =
      event.key === 'Home' || event.key === 'End'
        ? null
        : placeAfter(event.key, chosen, rows.length, 8)
    if (to !== null) setAt(to)
    else if (event.key === 'Enter') take(rows[chosen])
    // The dialog leaves it to a list that is open.
    else if (event.key === 'Escape') close()
    else return
    event.preventDefault()
  }

  if (isBrowsing) {
    return (
      <PickFileDialog
        title={`Open the capture ${side}`}
        verb="Compare"
        onPick={path => void actions.putCompared(side, { kind: 'file', path })}
        onClose={() => setBrowsing(false)}
      />
    )
  }
  let index = -1
  return (
    <Dialog
      title={side === 'before' ? 'Choose the capture before' : 'Choose the capture after'}
      isWide
      onClose={close}
    >
      <div className={styles.chooser}>
        <input
          type="text"
          role="combobox"
          className={styles.input}
          aria-label="Capture"
          aria-expanded={rows.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={chosen >= 0 ? `${id}-${chosen}` : undefined}
          placeholder="Type a time, a name, a system"
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={event => {
            setText(event.currentTarget.value)
            setAt(0)
          }}
          onKeyDown={onKeyDown}
        />
        <div
          ref={list}
          id={`${id}-list`}
          role="listbox"
          aria-label="Captures"
          className={styles.list}
          hidden={rows.length === 0}
        >
          {groups.map(({ title, rows: ofGroup, more }) => (
            <div key={title} role="group" aria-label={title} className={styles.group}>
              <div className={styles.heading} aria-hidden="true">
                {title}
              </div>
              {ofGroup.map(row => {
                const mine = ++index
                const Icon = icons[row.icon]
                return (
                  <div
                    key={row.key}
                    id={`${id}-${mine}`}
                    role="option"
                    aria-selected={mine === chosen}
                    className={classNames(styles.row, mine === chosen && styles.chosen)}
                    onPointerMove={() => setAt(mine)}
                    onClick={() => take(row)}
                  >
                    <Icon {...smallIconProps} />
                    <span className={styles.title}>{row.title}</span>
                    <span className={styles.aside}>{row.aside}</span>
                    {row.mark !== null && <span className={styles.mark}>{row.mark}</span>}
                  </div>
                )
              })}
              {more > 0 && (
                <div className={styles.more}>
                  {more.toLocaleString('en-US')} more: type to find them
                </div>
              )}
            </div>
          ))}
        </div>
        {rows.length === 0 && (
          <p role="status" className={styles.more}>
            Nothing here has all of these words.
          </p>
        )}
      </div>
    </Dialog>
  )
}
