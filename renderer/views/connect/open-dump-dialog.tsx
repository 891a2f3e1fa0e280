import { useActions, useApp } from '../../state/app-context.tsx'
import { PickFileDialog } from './pick-file-dialog.tsx'

/** Opens what ioreg printed, or a saved registry, in place of a guest. */
export function OpenDumpDialog({ onClose }: { readonly onClose: () => void }) {
  const actions = useActions()
  const work = useApp(state => state.work)
  const open = async (path: string) => {
    if (await actions.openDump(path)) onClose()
  }
  return (
    <PickFileDialog
      title="Open a dump file"
      verb="Open"
      failure={work.phase === 'failed' && work.what === 'open' ? work.failure : null}
      onPick={path => void open(path)}
      onClose={() => {
        actions.clearWork()
        onClose()
      }}
    />
  )
}
