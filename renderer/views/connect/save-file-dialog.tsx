import { useEffect, useRef, useState, type ReactNode } from 'react'
import { sentenceFor, type Failure } from '../../../core/failure.ts'
import { failureOf } from '../../state/store.ts'
import { Banner } from '../../widgets/banner.tsx'
import { Button } from '../../widgets/button.tsx'
import { Copyable } from '../../widgets/copyable.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import { Field } from '../../widgets/field.tsx'
import { nameIn, pathIn } from '../../widgets/host-path.ts'
import { FolderBrowser, useFolder } from './folder-browser.tsx'
import styles from './save-file-dialog.module.css'

export interface SaveFileDialogProps<Saved extends { readonly path: string }> {
  readonly title: string
  /** With its dot: a name that is typed without gets it. */
  readonly ending: string
  readonly firstName: string
  /** Where to begin; the home folder for null. */
  readonly firstFolder: string | null
  /** Saves, or throws a failure: `file-exists` leads to the question whether it may be replaced. */
  readonly save: (path: string, overwrite: boolean, signal: AbortSignal) => Promise<Saved>
  /** What goes with a file that is replaced. */
  readonly lost: string
  /** What can be chosen besides the place. */
  readonly children?: ReactNode
  readonly savedTitle: string
  readonly savedText?: (saved: Saved) => string
  readonly onClose: () => void
}

type Step<Saved> =
  | { readonly phase: 'choose'; readonly failure: Failure | null }
  | { readonly phase: 'saving' }
  /** There is such a file already: may it go? */
  | { readonly phase: 'exists'; readonly path: string }
  | { readonly phase: 'saved'; readonly saved: Saved }

/** Where to save a file on the host's disk, and what came of it. */
export function SaveFileDialog<Saved extends { readonly path: string }>({
  title,
  ending,
  firstName,
  firstFolder,
  save,
  lost,
  children,
  savedTitle,
  savedText,
  onClose,
}: SaveFileDialogProps<Saved>) {
  const [folder, setFolder] = useState(firstFolder)
  const { listing, failure: listFailure } = useFolder(folder)
  const [name, setName] = useState(firstName)
  const [step, setStep] = useState<Step<Saved>>({ phase: 'choose', failure: null })
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])

  const path = listing && pathOf(listing.path, name.trim(), ending)
  const start = async (target: string, overwrite: boolean) => {
    const controller = (running.current = new AbortController())
    setStep({ phase: 'saving' })
    try {
      setStep({ phase: 'saved', saved: await save(target, overwrite, controller.signal) })
    } catch (error) {
      const failure = failureOf(error)
      const isThere = failure.kind === 'file-exists'
      setStep(isThere ? { phase: 'exists', path: target } : { phase: 'choose', failure })
    }
  }

  if (step.phase === 'saved') {
    return (
      <Dialog
        title={savedTitle}
        step="saved"
        onClose={onClose}
        foot={
          <Button kind="primary" onClick={onClose}>
            Done
          </Button>
        }
      >
        <div className={styles.said}>
          {savedText && <p>{savedText(step.saved)}</p>}
          <Copyable text={step.saved.path} what="path" isWrapped />
        </div>
      </Dialog>
    )
  }
  if (step.phase === 'exists') {
    return (
      <Dialog
        title="Replace the file?"
        step="exists"
        onClose={onClose}
        foot={
          <>
            <Button onClick={() => setStep({ phase: 'choose', failure: null })}>Keep it</Button>
            <Button kind="danger" onClick={() => void start(step.path, true)}>
              Replace
            </Button>
          </>
        }
      >
        <div className={styles.said}>
          <p>There is a file of this name already. {lost}</p>
          <Copyable text={step.path} what="path" isWrapped />
        </div>
      </Dialog>
    )
  }
  const isBusy = step.phase === 'saving'
  const shownFailure = (step.phase === 'choose' ? step.failure : null) ?? listFailure
  return (
    <Dialog
      title={title}
      step="choose"
      isWide
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            disabled={!path || isBusy}
            onClick={() => path && void start(path, false)}
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
          onChange={event => setName(withEndingOnce(event.currentTarget.value, ending))}
          onFocus={event => selectStem(event.currentTarget, ending)}
          onKeyDown={event => {
            if (event.key === 'Enter' && path && !isBusy) void start(path, false)
          }}
        />
        {children}
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
function pathOf(folder: string, name: string, ending: string): string | null {
  if (name === '' || name.toLowerCase() === ending) return null
  return pathIn(folder, name.toLowerCase().endsWith(ending) ? name : `${name}${ending}`)
}

/** Whoever types or pastes a name with its ending over the stem does not mean the ending twice. */
function withEndingOnce(name: string, ending: string): string {
  return name.endsWith(ending + ending) ? name.slice(0, -ending.length) : name
}

/** What one types over is the name; its ending stays. */
function selectStem(input: HTMLInputElement, ending: string): void {
  const { value } = input
  const length = value.endsWith(ending) ? value.length - ending.length : value.length
  input.setSelectionRange(0, length)
}
