import { CornerLeftUp, File, Folder, Package } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { FolderListing } from '../../../core/contract/types.ts'
import { sentenceFor, type Failure } from '../../../core/failure.ts'
import { useActions } from '../../state/app-context.tsx'
import { failureOf } from '../../state/store.ts'
import { Banner } from '../../widgets/banner.tsx'
import { Button } from '../../widgets/button.tsx'
import { classNames } from '../../widgets/class-names.ts'
import { Dialog } from '../../widgets/dialog.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { Field } from '../../widgets/field.tsx'
import { iconProps } from '../../widgets/icons.ts'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './connect-view.module.css'

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

const icons = { folder: Folder, file: File, kext: Package } as const

/** A file of the host's disk: by walking its folders, or by typing or pasting the path. */
export function PickFileDialog({ title, verb, onPick, onClose, failure }: PickFileDialogProps) {
  const actions = useActions()
  const [folder, setFolder] = useState<string | null>(null)
  const [listing, setListing] = useState<FolderListing | null>(null)
  const [listFailure, setListFailure] = useState<Failure | null>(null)
  const [path, setPath] = useState('')

  useEffect(() => {
    let isOver = false
    actions.listFolder(folder).then(
      found => {
        if (isOver) return
        setListing(found)
        setListFailure(null)
      },
      (error: unknown) => {
        if (!isOver) setListFailure(failureOf(error))
      },
    )
    return () => {
      isOver = true
    }
  }, [actions, folder])

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
        {listing && <p className={styles.place}>{visibleText(listing.path)}</p>}
        <div className={styles.files} role="group" aria-label={listing?.path ?? 'Folder'}>
          {listing?.parent != null && (
            <button type="button" className={styles.file} onClick={() => setFolder(listing.parent)}>
              <CornerLeftUp {...iconProps} />
              {visibleText(listing.parent)}
            </button>
          )}
          {listing?.items.length === 0 && <EmptyState title="This folder is empty" />}
          {listing?.items.map(item => {
            const Icon = icons[item.kind]
            const isFolder = item.kind !== 'file'
            return (
              <button
                key={item.path}
                type="button"
                className={classNames(styles.file, item.path === path && styles.picked)}
                onClick={() => (isFolder ? setFolder(item.path) : setPath(item.path))}
                onDoubleClick={() => !isFolder && onPick(item.path)}
              >
                <Icon {...iconProps} />
                {visibleText(item.name)}
              </button>
            )
          })}
        </div>
      </div>
    </Dialog>
  )
}
