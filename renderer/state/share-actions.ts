import type { Params } from '../../core/contract/requests.ts'
import type { RedactionPreview, ShareProgress } from '../../core/contract/share-types.ts'
import { ask } from '../../core/contract/transport.ts'
import type { SavedFile } from '../../core/contract/types.ts'
import type { FilesState } from './files-state.ts'
import type { ActionContext } from './store.ts'

/** All but the first throw a `FailureError`; the dialog that asked shows it. */
export interface ShareActions {
  readonly showFileDialog: (dialog: FilesState['dialog']) => void
  readonly previewRedaction: (
    params: Params<'redaction.preview'>,
    signal: AbortSignal,
  ) => Promise<RedactionPreview>
  readonly saveRedacted: (
    params: Params<'redaction.save'>,
    signal: AbortSignal,
  ) => Promise<SavedFile>
  readonly saveReport: (params: Params<'report.save'>, signal: AbortSignal) => Promise<SavedFile>
}

export function shareActions({ store, transport }: ActionContext): ShareActions {
  let running = 0
  const set = (change: Partial<FilesState>) =>
    store.setState(({ files }) => ({ files: { ...files, ...change } }))
  /** What is told while one of them runs is shown, and nothing of it afterwards. */
  const shown = async <T>(work: () => Promise<T>): Promise<T> => {
    running++
    set({ isSharing: true })
    try {
      return await work()
    } finally {
      if (--running === 0) set({ isSharing: false, progress: null })
    }
  }
  return {
    showFileDialog: dialog => set({ dialog, progress: null }),
    previewRedaction: (params, signal) =>
      shown(() => ask(transport, 'redaction.preview', params, { signal })),
    saveRedacted: (params, signal) =>
      shown(() => ask(transport, 'redaction.save', params, { signal })),
    saveReport: (params, signal) => shown(() => ask(transport, 'report.save', params, { signal })),
  }
}

/** Of what another window has asked for nothing is shown, nor what is told late, when the answer is there already. */
export function withProgress(files: FilesState, progress: ShareProgress): FilesState {
  return files.isSharing ? { ...files, progress } : files
}
