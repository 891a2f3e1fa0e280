import { useState } from 'react'
import { sentenceFor, type Failure } from '../../../core/failure.ts'
import { useActions } from '../../state/app-context.tsx'
import { failureOf } from '../../state/store.ts'
import { Banner } from '../../widgets/banner.tsx'
import { Button } from '../../widgets/button.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import { Field } from '../../widgets/field.tsx'
import { pathIn } from '../../widgets/host-path.ts'
import { FolderBrowser, useFolder } from '../connect/folder-browser.tsx'
import styles from './add-what-if-dialog.module.css'

/** A bundle of this machine whose personalities are tried on the capture. */
export function AddWhatIfDialog() {
  const actions = useActions()
  const [folder, setFolder] = useState<string | null>(null)
  const { listing, failure: listFailure } = useFolder(folder)
  const [path, setPath] = useState('')
  const [failure, setFailure] = useState<Failure | null>(null)
  const [isBusy, setBusy] = useState(false)
  const close = () => actions.askForWhatIf(false)

  const add = async (picked: string) => {
    setBusy(true)
    try {
      await actions.addWhatIfPath(pathIn(listing?.path ?? '~', picked))
      close()
    } catch (error) {
      setFailure(failureOf(error))
      setBusy(false)
    }
  }
  const shownFailure = failure ?? listFailure
  return (
    <Dialog
      title="Add a bundle to what-if"
      isWide
      onClose={close}
      foot={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button
            kind="primary"
            disabled={path.trim() === '' || isBusy}
            onClick={() => void add(path.trim())}
          >
            Add
          </Button>
        </>
      }
    >
      <div className={styles.content}>
        <p className={styles.text}>
          Its personalities are tried on this capture. The guest is not touched: nothing is sent or
          loaded.
        </p>
        <Field
          label="Bundle, source folder or Info.plist"
          isMono
          placeholder="Pick below, or paste a path"
          value={path}
          onChange={event => setPath(event.currentTarget.value)}
          onKeyDown={event => {
            if (event.key === 'Enter' && path.trim() !== '' && !isBusy) void add(path.trim())
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
            picksKexts
            onFolder={next => {
              setFolder(next)
              setPath('')
            }}
            onFile={setPath}
            onChoose={picked => void add(picked)}
          />
        )}
      </div>
    </Dialog>
  )
}
