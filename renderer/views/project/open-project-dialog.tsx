import { useActions, useApp } from '../../state/app-context.tsx'
import { PickFolderDialog } from '../connect/pick-folder-dialog.tsx'

/** Which folder is the project. */
export function OpenProjectDialog({ onClose }: { readonly onClose: () => void }) {
  const actions = useActions()
  const opening = useApp(state => state.project.opening)
  const close = () => {
    actions.forgetOpening()
    onClose()
  }
  return (
    <PickFolderDialog
      title="Open a project"
      verb="Open this folder"
      hint="The root of a darwinOS tree, or the folder of one driver."
      isBusy={opening.phase === 'running'}
      failure={opening.phase === 'failed' ? opening.failure : null}
      onPick={path => {
        void actions.openProject(path).then(isOpen => {
          if (isOpen) close()
        })
      }}
      onClose={close}
    />
  )
}
