import { CornerLeftUp, File, Folder, Package } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { FolderListing } from '../../../core/contract/types.ts'
import type { Failure } from '../../../core/failure.ts'
import { useActions } from '../../state/app-context.tsx'
import { failureOf } from '../../state/store.ts'
import { classNames } from '../../widgets/class-names.ts'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { iconProps } from '../../widgets/icons.ts'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './connect-view.module.css'

const icons = { folder: Folder, file: File, kext: Package } as const

/** What is in a folder of the host's disk; null is the home folder, and is resolved by the host. */
export function useFolder(folder: string | null): {
  readonly listing: FolderListing | null
  readonly failure: Failure | null
} {
  const actions = useActions()
  const [listing, setListing] = useState<FolderListing | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  useEffect(() => {
    let isOver = false
    actions.listFolder(folder).then(
      found => {
        if (isOver) return
        setListing(found)
        setFailure(null)
      },
      (error: unknown) => {
        if (!isOver) setFailure(failureOf(error))
      },
    )
    return () => {
      isOver = true
    }
  }, [actions, folder])
  return { listing, failure }
}

export interface FolderBrowserProps {
  readonly listing: FolderListing
  readonly picked: string
  readonly onFolder: (path: string) => void
  readonly onFile: (path: string) => void
  /** Kexts are folders to go into, unless they are what is looked for. */
  readonly picksKexts?: boolean
  /** Where the path stands above already. */
  readonly hidesPlace?: boolean
  /** A double click on a file. */
  readonly onChoose?: (path: string) => void
}

/** A folder and what is in it; folders are gone into. */
export function FolderBrowser(props: FolderBrowserProps) {
  const {
    listing,
    picked,
    picksKexts = false,
    hidesPlace = false,
    onFolder,
    onFile,
    onChoose,
  } = props
  const { path, parent, items } = listing
  return (
    <>
      {!hidesPlace && <p className={styles.place}>{visibleText(path)}</p>}
      <div className={styles.files} role="group" aria-label={path}>
        {parent !== null && (
          <button type="button" className={styles.file} onClick={() => onFolder(parent)}>
            <CornerLeftUp {...iconProps} />
            {visibleText(parent)}
          </button>
        )}
        {items.length === 0 && <EmptyState title="This folder is empty" />}
        {items.map(item => {
          const Icon = icons[item.kind]
          const isFolder = item.kind === 'folder' || (item.kind === 'kext' && !picksKexts)
          return (
            <button
              key={item.path}
              type="button"
              className={classNames(styles.file, item.path === picked && styles.picked)}
              onClick={() => (isFolder ? onFolder : onFile)(item.path)}
              onDoubleClick={() => !isFolder && onChoose?.(item.path)}
            >
              <Icon {...iconProps} />
              {visibleText(item.name)}
            </button>
          )
        })}
      </div>
    </>
  )
}
