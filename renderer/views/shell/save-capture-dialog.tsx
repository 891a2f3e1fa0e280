import { useEffect, useRef, useState } from 'react'
import type { Capture, SavedCapture } from '../../../core/contract/types.ts'
import { sentenceFor, type Failure } from '../../../core/failure.ts'
import { kextantEnding, suggestedName } from '../../../core/kextant/suggest-name.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { failureOf } from '../../state/store.ts'
import { Banner } from '../../widgets/banner.tsx'
import { Button } from '../../widgets/button.tsx'
import { Copyable } from '../../widgets/copyable.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import { Field } from '../../widgets/field.tsx'
import { nameIn, pathIn, separatorOf } from '../../widgets/host-path.ts'
import { sizeText } from '../action/quantities.ts'
import { FolderBrowser, useFolder } from '../connect/folder-browser.tsx'
import styles from './save-capture-dialog.module.css'

type Step =
  | { readonly phase: 'choose'; readonly failure: Failure | null }
  | { readonly phase: 'saving' }
  /** There is such a file already: may it go? */
  | { readonly phase: 'exists'; readonly path: string }
  | { readonly phase: 'saved'; readonly saved: SavedCapture }

/** Where to save the capture that is shown, and what came of it. */
export function SaveCaptureDialog({ capture: shown }: { readonly capture: Capture }) {
  const actions = useActions()
  // What the user saw when he asked: another capture may come meanwhile.
  const [capture] = useState(shown)
  const [folder, setFolder] = useState(useApp(state => state.saveFolder))
  const { listing, failure: listFailure } = useFolder(folder)
  const [name, setName] = useState(() => suggestedName(capture))
  const [step, setStep] = useState<Step>({ phase: 'choose', failure: null })
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])

  const close = () => actions.askToSave(false)
  const path = listing && pathOf(listing.path, name.trim())
  const save = async (target: string, overwrite: boolean) => {
    const controller = (running.current = new AbortController())
    setStep({ phase: 'saving' })
    try {
      const { snapshotId } = capture
      const params = { snapshotId, path: target, overwrite }
      const saved = await actions.saveCapture(params, controller.signal)
      actions.rememberSaveFolder(folderOf(saved.path))
      setStep({ phase: 'saved', saved })
    } catch (error) {
      const failure = failureOf(error)
      const isThere = failure.kind === 'file-exists'
      setStep(isThere ? { phase: 'exists', path: target } : { phase: 'choose', failure })
    }
  }

  if (step.phase === 'saved') {
    const { path: place, bytes } = step.saved
    return (
      <Dialog
        title="Capture saved"
        step="saved"
        onClose={close}
        foot={
          <Button kind="primary" onClick={close}>
            Done
          </Button>
        }
      >
        <p className={styles.text}>
          The file holds everything that the capture was read from ({sizeText(bytes)}). Open it like
          a dump, here or elsewhere.
        </p>
        <p className={styles.text}>
          <Copyable text={place} what="path" isWrapped />
        </p>
      </Dialog>
    )
  }
  if (step.phase === 'exists') {
    return (
      <Dialog
        title="Replace the file?"
        step="exists"
        onClose={close}
        foot={
          <>
            <Button onClick={() => setStep({ phase: 'choose', failure: null })}>Keep it</Button>
            <Button kind="danger" onClick={() => void save(step.path, true)}>
              Replace
            </Button>
          </>
        }
      >
        <p className={styles.text}>
          There is a file of this name already. What is in it will be gone.
        </p>
        <p className={styles.text}>
          <Copyable text={step.path} what="path" isWrapped />
        </p>
      </Dialog>
    )
  }
  const isBusy = step.phase === 'saving'
  const shownFailure = (step.phase === 'choose' ? step.failure : null) ?? listFailure
  return (
    <Dialog
      title="Save capture"
      step="choose"
      isWide
      onClose={close}
      foot={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button
            kind="primary"
            disabled={!path || isBusy}
            onClick={() => path && void save(path, false)}
          >
            {isBusy ? 'Saving…' : 'Save'}
          </Button>
        </>
      }
    >
      <div className={styles.choice}>
        <Field
          label="Name"
          isMono
          value={name}
          readOnly={isBusy}
          onChange={event => setName(event.currentTarget.value)}
          onFocus={event => selectStem(event.currentTarget)}
          onKeyDown={event => {
            if (event.key === 'Enter' && path && !isBusy) void save(path, false)
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
            picked={path ?? ''}
            onFolder={setFolder}
            onFile={file => setName(nameIn(file))}
          />
        )}
      </div>
    </Dialog>
  )
}

/** A name in the folder that is shown, or a path that was pasted in its place; null for no name at all. */
function pathOf(folder: string, name: string): string | null {
  if (name === '' || name.toLowerCase() === kextantEnding) return null
  const whole = name.toLowerCase().endsWith(kextantEnding) ? name : `${name}${kextantEnding}`
  return pathIn(folder, whole)
}

function folderOf(path: string): string {
  const end = path.lastIndexOf(separatorOf(path))
  return end <= 0 ? path.slice(0, 1) : path.slice(0, end)
}

/** What one types over is the name; its ending stays. */
function selectStem(input: HTMLInputElement): void {
  const { value } = input
  const length = value.endsWith(kextantEnding) ? value.length - kextantEnding.length : value.length
  input.setSelectionRange(0, length)
}
