import { PackagePlus, Search } from 'lucide-react'
import { useCommand } from '../../commands/use-command.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { whyNoAction } from '../../state/action-words.ts'
import { Button } from '../../widgets/button.tsx'
import { iconProps, smallIconProps } from '../../widgets/icons.ts'
import { Spoken } from '../../widgets/spoken.tsx'
import styles from './app-bar.module.css'
import { CaptureButton } from './capture-button.tsx'
import { TargetMenu } from './target-menu.tsx'
import { WatchControl } from '../watch/watch-control.tsx'

export function AppBar({ isConnecting }: { readonly isConnecting: boolean }) {
  const actions = useActions()
  const view = useApp(state => state.view)
  const whyNot = useApp(state => whyNoAction(state.connection, state.host))
  const load = useCommand('kext.load')
  return (
    <header className={styles.bar}>
      <h1 className={styles.heading}>
        <Spoken>Kextant</Spoken>
      </h1>
      <div className={styles.left}>
        <TargetMenu />
        <CaptureButton />
        <WatchControl />
      </div>
      {!isConnecting && (
        <>
          <FindButton />
          <div className={styles.right}>
            <Button
              // There the build is what the view is for.
              kind={view === 'project' ? 'plain' : 'primary'}
              icon={<PackagePlus {...iconProps} />}
              whyNot={whyNot}
              hint={load.hint}
              onClick={() => actions.openSheet({ kind: 'load', bundlePath: null })}
            >
              Load kext…
            </Button>
          </div>
        </>
      )}
    </header>
  )
}

/** Looks like a field, for it is the way to one: everything the window can do, and every entry. */
function FindButton() {
  const { title, keys, run } = useCommand('help.palette')
  return (
    <button type="button" className={styles.find} onClick={run}>
      <Search {...smallIconProps} />
      <span>{title}</span>
      {keys !== null && <kbd className={styles.key}>{keys}</kbd>}
    </button>
  )
}
