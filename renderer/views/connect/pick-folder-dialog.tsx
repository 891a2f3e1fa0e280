import { useState } from 'react'
import type { Failure } from '../../../core/failure.ts'
import { FolderBrowser, useFolder } from './folder-browser.tsx'
import { PickPathDialog } from './pick-path-dialog.tsx'

export interface PickFolderDialogProps {
  readonly title: string
  /** On the button: "Open this folder". */
  readonly verb: string
  readonly hint?: string
  /** What the button waits for. */
  readonly isBusy: boolean
  /** Of the folder that was picked before. */
  readonly failure: Failure | null
  readonly onPick: (path: string) => void
  readonly onClose: () => void
}

/** A folder of the host's disk: the one that is shown, or one that was typed. */
export function PickFolderDialog({ failure, ...rest }: PickFolderDialogProps) {
  const [folder, setFolder] = useState<string | null>(null)
  const { listing, failure: listFailure } = useFolder(folder)
  /** Null while it is the folder that is shown. */
  const [typed, setTyped] = useState<string | null>(null)
  const text = typed ?? listing?.path ?? ''
  return (
    <PickPathDialog
      {...rest}
      label="Folder"
      placeholder="Go to it below, or paste a path"
      text={text}
      path={text.trim()}
      failure={failure ?? listFailure}
      isSelectedOnFocus
      onType={setTyped}
    >
      {listing && (
        <FolderBrowser
          listing={{ ...listing, items: listing.items.filter(({ kind }) => kind === 'folder') }}
          picked={text.trim()}
          hidesPlace={typed === null}
          onFolder={next => {
            setFolder(next)
            setTyped(null)
          }}
          onFile={() => undefined}
        />
      )}
    </PickPathDialog>
  )
}
