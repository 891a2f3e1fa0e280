/** The question about files that the window asks now. */
export interface FilesState {
  readonly dialog: 'none' | 'open' | 'redact' | 'report' | 'about'
}

export const initialFiles: FilesState = { dialog: 'none' }
