import type { ShareProgress } from '../../core/contract/share-types.ts'

/** The question about files that the window asks now. */
export interface FilesState {
  readonly dialog: 'none' | 'open' | 'redact' | 'report' | 'about'
  /** Of a redaction or a report that runs; null before the host has told of it. */
  readonly progress: ShareProgress | null
}

export const initialFiles: FilesState = { dialog: 'none', progress: null }
