import { useState } from 'react'
import { sentenceFor, type Failure } from '../../../core/failure.ts'
import { useActions } from '../../state/app-context.tsx'
import { Banner } from '../../widgets/banner.tsx'
import { Button } from '../../widgets/button.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import { Field } from '../../widgets/field.tsx'
import styles from './connect-view.module.css'
import { FolderBrowser, useFolder } from './folder-browser.tsx'

export interface PickFileDialogProps {
  readonly title: string
  /** On the button: "Open". */
  readonly verb: string
  readonly onPick: (path: string) => void
  readonly onClose: () => void
  readonly failure?: Failure | null
}

/** The contract's own limit. */
const longestPath = 4096

/** A file of the host's disk: by walking its folders, or by typing or pasting the path. */
export function PickFileDialog({ title, verb, onPick, onClose, failure }: PickFileDialogProps) {
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
  const isTooLong = path.trim().length > longestPath
  const shownFailure = failure ?? listFailure
  return (
    <Dialog
      title={title}
      isWide
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            disabled={path.trim() === '' || isTooLong}
            onClick={() => pick(path.trim())}
          >
            {verb}
          </Button>
        </>
      }
    >
      <div className={styles.folder}>
        <Field
          label="Path"
          isMono
          placeholder="Pick below, or paste a path"
          value={path}
          error={isTooLong ? `A path has at most ${longestPath} characters.` : null}
          onChange={event => setPath(event.currentTarget.value)}
          onKeyDown={event => {
            if (event.key === 'Enter' && path.trim() !== '' && !isTooLong) pick(path.trim())
          }}
        />
        {shownFailure && (
          <Banner tone="bad" isInset>
            {sentenceFor(shownFailure)}
          </Banner>
        )}
        {listing && (
          <FolderBrowser
            listing={listing}
            picked={path}
            onFolder={setFolder}
            onFile={setPath}
            onChoose={onPick}
          />
        )}
      </div>
    </Dialog>
  )
}
