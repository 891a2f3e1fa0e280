import { useState } from 'react'
import type { Capture } from '../../../core/contract/types.ts'
import { kextantEnding, suggestedName } from '../../../core/kextant/suggest-name.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { separatorOf } from '../../widgets/host-path.ts'
import { sizeText } from '../action/quantities.ts'
import { SaveFileDialog } from '../connect/save-file-dialog.tsx'

/** Where to save the capture that is shown, and what came of it. */
export function SaveCaptureDialog({ capture: shown }: { readonly capture: Capture }) {
  const actions = useActions()
  // What the user saw when he asked: another capture may come meanwhile.
  const [capture] = useState(shown)
  return (
    <SaveFileDialog
      title="Save capture"
      ending={kextantEnding}
      firstName={suggestedName(capture)}
      firstFolder={useApp(state => state.saveFolder)}
      save={async (path, overwrite, signal) => {
        const { snapshotId } = capture
        const saved = await actions.saveCapture({ snapshotId, path, overwrite }, signal)
        actions.rememberSaveFolder(folderOf(saved.path))
        return saved
      }}
      lost="What is in it will be gone."
      savedTitle="Capture saved"
      savedText={({ bytes }) =>
        `The file holds everything that the capture was read from (${sizeText(bytes)}). Open it like a dump, here or elsewhere.`
      }
      onClose={() => actions.askToSave(false)}
    />
  )
}

function folderOf(path: string): string {
  const end = path.lastIndexOf(separatorOf(path))
  return end <= 0 ? path.slice(0, 1) : path.slice(0, end)
}
