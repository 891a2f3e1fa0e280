import { useState } from 'react'
import type { SavedInfoPlist } from '../../../core/contract/types.ts'
import { sentenceFor, type Failure } from '../../../core/failure.ts'
import { dictionaryXml } from '../../matching/personality-xml.ts'
import type { WhatIfPersonality } from '../../matching/what-if.ts'
import { useActions } from '../../state/app-context.tsx'
import { failureOf } from '../../state/store.ts'
import { Banner } from '../../widgets/banner.tsx'
import { Button } from '../../widgets/button.tsx'
import { Copyable } from '../../widgets/copyable.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import { Checkbox, Field } from '../../widgets/field.tsx'
import { nameIn, pathIn } from '../../widgets/host-path.ts'
import { FolderBrowser, useFolder } from '../connect/folder-browser.tsx'
import styles from './add-what-if-dialog.module.css'

export interface SavePersonalityDialogProps {
  readonly item: WhatIfPersonality
  readonly onClose: () => void
}

type Step =
  | { readonly phase: 'choose'; readonly failure: Failure | null }
  | { readonly phase: 'saving' }
  | { readonly phase: 'exists'; readonly path: string }
  | { readonly phase: 'saved'; readonly saved: SavedInfoPlist }

/** Where to save an edited personality: alone, or in a copy of the Info.plist that it is from. */
export function SavePersonalityDialog({ item, onClose }: SavePersonalityDialogProps) {
  const actions = useActions()
  const [folder, setFolder] = useState<string | null>(null)
  const { listing, failure: listFailure } = useFolder(folder)
  const [name, setName] = useState('Info.plist')
  const base = item.bundle.isOnHost ? item.bundle.path : null
  const [isWhole, setWhole] = useState(base !== null)
  const [step, setStep] = useState<Step>({ phase: 'choose', failure: null })

  const named = name.trim().toLowerCase().endsWith('.plist') ? name.trim() : `${name.trim()}.plist`
  const path = listing && name.trim() !== '' ? pathIn(listing.path, named) : null
  const save = async (target: string, overwrite: boolean) => {
    const written = dictionaryXml(item.properties)
    if (!written.ok) {
      const failure = { kind: 'busy', detail: written.why } as const
      return setStep({ phase: 'choose', failure })
    }
    setStep({ phase: 'saving' })
    try {
      const saved = await actions.savePersonality({
        path: target,
        overwrite,
        name: item.name,
        xml: written.text,
        base: isWhole ? base : null,
      })
      setStep({ phase: 'saved', saved })
    } catch (error) {
      const failure = failureOf(error)
      const isThere = failure.kind === 'file-exists'
      setStep(isThere ? { phase: 'exists', path: target } : { phase: 'choose', failure })
    }
  }

  if (step.phase === 'saved') {
    return (
      <Dialog
        title="Info.plist saved"
        step="saved"
        onClose={onClose}
        foot={
          <Button kind="primary" onClick={onClose}>
            Done
          </Button>
        }
      >
        <Copyable text={step.saved.path} what="path" isWrapped />
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
            <Button kind="danger" onClick={() => void save(step.path, true)}>
              Replace
            </Button>
          </>
        }
      >
        <div className={styles.content}>
          <p className={styles.text}>
            There is a file of this name already. What is in it will be gone, comments too.
          </p>
          <Copyable text={step.path} what="path" isWrapped />
        </div>
      </Dialog>
    )
  }
  const isBusy = step.phase === 'saving'
  const shownFailure = (step.phase === 'choose' ? step.failure : null) ?? listFailure
  return (
    <Dialog
      title="Save as Info.plist"
      step="choose"
      isWide
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            disabled={path === null || isBusy}
            onClick={() => path !== null && void save(path, false)}
          >
            {isBusy ? 'Saving…' : 'Save'}
          </Button>
        </>
      }
    >
      <div className={styles.content}>
        <p className={styles.text}>
          Keys stay in their order; comments are not kept. The guest is not touched.
        </p>
        {base !== null && (
          <Checkbox
            label="With everything else of its Info.plist"
            hint={`All of ${base}, with this personality in the place of the one of its name`}
            isChecked={isWhole}
            onChange={setWhole}
          />
        )}
        <Field
          label="Name"
          isMono
          value={name}
          readOnly={isBusy}
          onChange={event => setName(event.currentTarget.value)}
          onKeyDown={event => {
            if (event.key === 'Enter' && path !== null && !isBusy) void save(path, false)
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
