import { Button } from '../../widgets/button.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'
import styles from './more-pictures.module.css'

export interface ReadingKextsProps {
  /** From 0 to 1. */
  readonly share: number
  readonly onCancel: () => void
}

/** In place of a picture that needs the kexts of very many entries, until they are read. */
export function ReadingKexts({ share, onCancel }: ReadingKextsProps) {
  return (
    <EmptyState
      title="Reading which kext each entry belongs to"
      actions={<Button onClick={onCancel}>Cancel, and draw without kexts</Button>}
    >
      <progress
        className={styles.progress}
        aria-label="Entries read"
        value={Math.round(share * 100)}
        max={100}
      />
    </EmptyState>
  )
}
