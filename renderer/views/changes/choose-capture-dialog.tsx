import { Camera, FileClock, FolderOpen, History, Server, type LucideIcon } from 'lucide-react'
import { useEffect, useId, useMemo, useState, type KeyboardEvent } from 'react'
import { useActions, useApp } from '../../state/app-context.tsx'
import type { Side } from '../../state/compare-state.ts'
import { momentsOf } from '../../state/timeline-state.ts'
import { Dialog } from '../../widgets/dialog.tsx'
import { Finder, FinderOption } from '../../widgets/finder.tsx'
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
  /** The key of the row that was gone to: a guest that is watched puts new ones above it. */
  const [at, setAt] = useState<string | null>(null)
  const [isBrowsing, setBrowsing] = useState(false)
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
  const wentTo = rows.findIndex(row => row.key === at)
  const now = text === '' ? rows.findIndex(row => row.mark === side) : -1
  const chosen = wentTo >= 0 ? wentTo : Math.min(Math.max(0, now), rows.length - 1)

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
          setAt(null)
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
    if (to !== null) setAt(rows[to]?.key ?? null)
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
      <Finder
        id={id}
        label="Capture"
        listLabel="Captures"
        placeholder="Type a time, a name, a system"
        text={text}
        onText={typed => {
          setText(typed)
          setAt(null)
        }}
        onKeyDown={onKeyDown}
        count={rows.length}
        chosen={chosen}
        nothing={
          <p role="status" className={styles.more}>
            Nothing here has all of these words.
          </p>
        }
      >
        {groups.map(({ title, rows: ofGroup, more }) => (
          <div key={title} role="group" aria-label={title} className={styles.group}>
            <div className={styles.heading} aria-hidden="true">
              {title}
            </div>
            {ofGroup.map(row => {
              const mine = ++index
              return (
                <FinderOption
                  key={row.key}
                  id={`${id}-${mine}`}
                  icon={icons[row.icon]}
                  title={row.title}
                  aside={row.aside}
                  isChosen={mine === chosen}
                  onPoint={() => setAt(row.key)}
                  onTake={() => take(row)}
                >
                  {row.mark !== null && <span className={styles.mark}>{row.mark}</span>}
                </FinderOption>
              )
            })}
            {more > 0 && (
              <div className={styles.more}>
                {more.toLocaleString('en-US')} more: type to find them
              </div>
            )}
          </div>
        ))}
      </Finder>
    </Dialog>
  )
}
