import { useState } from 'react'
import type { Failure } from '../../../core/failure.ts'
import { useActions } from '../../state/app-context.tsx'
import { FolderBrowser, useFolder } from './folder-browser.tsx'
import { PickPathDialog } from './pick-path-dialog.tsx'

export interface PickFileDialogProps {
  readonly title: string
  /** On the button: "Open". */
  readonly verb: string
  readonly onPick: (path: string) => void
  readonly onClose: () => void
  readonly failure?: Failure | null
}

/** A file of the host's disk: by walking its folders, or by typing or pasting the path. */
export function PickFileDialog({ onPick, failure, ...rest }: PickFileDialogProps) {
  const actions = useActions()
  const [folder, setFolder] = useState<string | null>(null)
  const { listing, failure: listFailure } = useFolder(folder)
  const [path, setPath] = useState('')

  // A folder that was typed is opened here; everything else is for whoever asked for a file.
  const pick = (picked: string) => {
    actions.listFolder(picked).then(
      found => {
        setFolder(found.path)
        setPath('')
      },
      () => onPick(picked),
    )
  }
  return (
    <PickPathDialog
      {...rest}
      label="Path"
      placeholder="Pick below, or paste a path"
      text={path}
      path={path.trim()}
      failure={failure ?? listFailure}
      onType={setPath}
      onPick={pick}
    >
      {listing && (
        <FolderBrowser
          listing={listing}
          picked={path}
          onFolder={setFolder}
          onFile={setPath}
          onChoose={onPick}
        />
      )}
    </PickPathDialog>
  )
}
