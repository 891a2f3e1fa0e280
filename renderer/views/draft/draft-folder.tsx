import type { FolderListing } from '../../../core/contract/types.ts'
import type { DraftPlan } from '../../../core/draft/draft-plan.ts'
import { sentenceFor, type Failure } from '../../../core/failure.ts'
import { Banner } from '../../widgets/banner.tsx'
import { Field } from '../../widgets/field.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { FolderBrowser } from '../connect/folder-browser.tsx'
import styles from './draft-sheet.module.css'

export interface DraftFolderProps {
  readonly plan: DraftPlan
  readonly folder: string
  /** The folder that is shown; a name that is typed is in it. */
  readonly listing: FolderListing | null
  /** Why it was not written, or no folder is shown. */
  readonly failure: Failure | null
  readonly onFolder: (folder: string) => void
  readonly onShow: (folder: string) => void
  readonly onEnter: () => void
}

/** Where the driver goes: a darwinOS tree, which gives it a folder of its own, or any folder. */
export function DraftFolder(props: DraftFolderProps) {
  const { plan, folder, listing, failure, onFolder, onShow, onEnter } = props
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
        onKeyDown={event => {
          if (event.key === 'Enter') onEnter()
        }}
      />
      {failure && (
        <Banner tone="bad" isInset>
          {sentenceFor(failure)}
        </Banner>
      )}
      {listing && (
        <FolderBrowser
          listing={{ ...listing, items: listing.items.filter(({ kind }) => kind === 'folder') }}
          picked={folder}
          onFolder={path => {
            onShow(path)
            onFolder(path)
          }}
          onFile={() => undefined}
        />
      )}
    </div>
  )
}
