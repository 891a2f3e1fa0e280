import type { ShareProgress } from '../../core/contract/share-types.ts'

/** The question about files that the window asks now. */
export interface FilesState {
  readonly dialog: 'none' | 'open' | 'redact' | 'report' | 'about'
  /** This window has asked for a redaction or a report, and waits for it. */
  readonly isSharing: boolean
  /** Of what runs; null before the host has told of it. */
  readonly progress: ShareProgress | null
}

export const initialFiles: FilesState = { dialog: 'none', isSharing: false, progress: null }
