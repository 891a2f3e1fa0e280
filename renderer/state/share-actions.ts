import type { Params } from '../../core/contract/requests.ts'
import type { RedactionPreview } from '../../core/contract/share-types.ts'
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
  return {
    showFileDialog: dialog => store.setState({ files: { dialog } }),
    previewRedaction: (params, signal) => ask(transport, 'redaction.preview', params, { signal }),
    saveRedacted: (params, signal) => ask(transport, 'redaction.save', params, { signal }),
    saveReport: (params, signal) => ask(transport, 'report.save', params, { signal }),
  }
}
