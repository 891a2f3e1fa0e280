import { useState } from 'react'
import { useActions, useApp } from '../../state/app-context.tsx'
import { whyNoAction } from '../../state/action-words.ts'
import type { WatchMode } from '../../state/project-watch.ts'
import { Segmented } from '../../widgets/segmented.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { AutoDialog } from './auto-dialog.tsx'
import styles from './project-bar.module.css'

const modes: readonly {
  readonly value: WatchMode
  readonly text: string
  readonly title: string
}[] = [
  { value: 'off', text: 'Off', title: 'New builds are listed, and nothing is said of them' },
  { value: 'offer', text: 'Offer', title: 'Each new build is offered to be pushed and loaded' },
  { value: 'auto', text: 'Auto', title: 'Each new build is pushed and loaded at once' },
]

export interface WatchSwitchProps {
  readonly root: string
}

/** What happens when a new build is there. Auto is switched on only by the answer to its question. */
export function WatchSwitch({ root }: WatchSwitchProps) {
  const actions = useActions()
  const mode = useApp(state => state.project.watch.mode)
  const target = useApp(state => state.project.watch.target)
  const connection = useApp(state => state.connection)
  const host = useApp(state => state.host)
  const [isAsking, setAsking] = useState(false)
  return (
    <div className={styles.watch}>
      <span className={styles.label}>New builds</span>
      <Segmented
        label="What happens to new builds"
        value={mode}
        options={modes}
        onChange={next => {
          if (next === 'auto') setAsking(true)
          else actions.watchProject(next)
        }}
      />
      {mode === 'auto' && target && (
        <span className={styles.target} title={`On ${visibleText(target.label)}`}>
          on {visibleText(target.label)}
        </span>
      )}
      {isAsking && (
        <AutoDialog
          root={root}
          guest={connection.phase === 'connected' ? connection.guest : null}
          whyNot={whyNoAction(connection, host)}
          onClose={() => setAsking(false)}
          onConsent={target => {
            actions.watchAndRun(target)
            setAsking(false)
          }}
        />
      )}
    </div>
  )
}
