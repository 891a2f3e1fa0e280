import { useState } from 'react'
import type { DraftPlan } from '../../../core/draft/draft-plan.ts'
import { sentenceFor, type Failure } from '../../../core/failure.ts'
import { Banner } from '../../widgets/banner.tsx'
import { Field } from '../../widgets/field.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { FolderBrowser, useFolder } from '../connect/folder-browser.tsx'
import styles from './draft-sheet.module.css'

export interface DraftFolderProps {
  readonly plan: DraftPlan
  readonly folder: string
  /** Why it was not written. */
  readonly failure: Failure | null
  readonly onFolder: (folder: string) => void
}

/** Where the driver goes: a darwinOS tree, which gives it a folder of its own, or any folder. */
export function DraftFolder({ plan, folder, failure, onFolder }: DraftFolderProps) {
  const [shown, setShown] = useState<string | null>(null)
  const { listing, failure: listFailure } = useFolder(shown)
  const shownFailure = failure ?? listFailure
  return (
    <div className={styles.folder}>
      <p className={styles.text}>
        In a darwinOS tree the driver gets the folder{' '}
        <Mono>{`drivers/contrib/${plan.names.name}`}</Mono>; elsewhere its files go into the folder
        you choose. Nothing that is there is replaced.
      </p>
      <Field
        label="Folder"
        isMono
        placeholder="Go to it below, or paste a path"
        value={folder}
        onChange={event => onFolder(event.currentTarget.value)}
      />
      {shownFailure && (
        <Banner tone="bad" isInset>
          {sentenceFor(shownFailure)}
        </Banner>
      )}
      {listing && (
        <FolderBrowser
          listing={{ ...listing, items: listing.items.filter(({ kind }) => kind === 'folder') }}
          picked={folder}
          onFolder={path => {
            setShown(path)
            onFolder(path)
          }}
          onFile={() => undefined}
        />
      )}
    </div>
  )
}
