import { ask } from '../../core/contract/transport.ts'
import type { Params } from '../../core/contract/requests.ts'
import type {
  ActionPlan,
  ActionRecord,
  ActionRequest,
  FolderListing,
  LocalBundle,
  SavedFile,
} from '../../core/contract/types.ts'
import type { LintReport } from '../../core/lint/lint-report.ts'
import type { StopId } from '../../core/preflight/preflight-report.ts'
import type { BlockerReport } from '../../core/unload/blocker-report.ts'
import { takeRecord, takeSummaries } from './action-records.ts'
import type { RecordingExpectations, SheetRequest } from './app-state.ts'
import type { ActionContext } from './store.ts'

/** Requests throw a `FailureError` when the host says no; the panel that asked shows it in its place. */
export interface KextActions {
  readonly openSheet: (sheet: SheetRequest) => void
  readonly closeSheet: () => void
  readonly selectKext: (bundleIdentifier: string | null) => void
  readonly showKext: (bundleIdentifier: string) => void
  readonly selectAction: (actionId: string | null) => void

  readonly listFolder: (path: string | null) => Promise<FolderListing>
  readonly listSamples: () => Promise<readonly LocalBundle[]>
  readonly inspectBundle: (path: string) => Promise<LocalBundle>
  /** @param against the capture whose guest it is held against */
  readonly lint: (path: string, against: string | null, signal: AbortSignal) => Promise<LintReport>
  readonly plan: (request: ActionRequest) => Promise<ActionPlan>
  readonly run: (
    planId: string,
    consent: { readonly accepted: readonly StopId[]; readonly sudoPassword: string | null },
    signal: AbortSignal,
  ) => Promise<ActionRecord>
  /** Runs a plan that changes nothing. */
  readonly look: (
    planId: string,
    sudoPassword: string | null,
    signal: AbortSignal,
  ) => Promise<ActionRecord>
  /** Never throws: whether it worked shows in the record. */
  readonly cancelAction: (actionId: string) => Promise<void>
  readonly loadHistory: () => Promise<void>
  /** The whole of a record of the history; it is kept in the state. */
  readonly loadRecord: (actionId: string) => Promise<ActionRecord>
  /** The IDs of the records that hold a text anywhere. */
  readonly searchHistory: (text: string, signal: AbortSignal) => Promise<readonly string[]>
  readonly exportActions: (what: Params<'action.export'>, signal: AbortSignal) => Promise<SavedFile>

  /** What is in the way of an unload. */
  readonly explainUnload: (bundleIdentifier: string, signal: AbortSignal) => Promise<BlockerReport>
  /** Opens the dialog that writes down what is there now as what is expected. */
  readonly startRecordingExpectations: (what: RecordingExpectations) => void
  readonly stopRecordingExpectations: () => void
}

export function kextActions({ store, transport }: ActionContext): KextActions {
  return {
    openSheet: sheet => store.setState({ sheet }),
    closeSheet: () => store.setState({ sheet: null }),
    selectKext: selectedKext => store.setState({ selectedKext, selectedPersonality: null }),
    showKext: selectedKext =>
      store.setState({
        view: 'kexts',
        selectedKext,
        selectedPersonality: null,
        editedWhatIf: null,
      }),
    selectAction: selectedAction => store.setState({ selectedAction }),

    listFolder: path => ask(transport, 'host.folder', { path }),
    listSamples: () => ask(transport, 'bundles.samples', {}),
    inspectBundle: path => ask(transport, 'bundle.inspect', { path }),
    lint: (path, against, signal) => ask(transport, 'bundle.lint', { path, against }, { signal }),
    plan: request => ask(transport, 'action.plan', request),
    run: async (planId, { accepted, sudoPassword }, signal) => {
      const record = await ask(
        transport,
        'action.run',
        { planId, consent: true, accepted: [...accepted], sudoPassword },
        { signal },
      )
      store.setState(state => takeRecord(state, record))
      return record
    },
    look: async (planId, sudoPassword, signal) => {
      const record = await ask(transport, 'action.look', { planId, sudoPassword }, { signal })
      store.setState(state => takeRecord(state, record))
      return record
    },
    cancelAction: async actionId => {
      await ask(transport, 'action.cancel', { actionId }).catch(() => undefined)
    },
    loadHistory: async () => {
      const summaries = await ask(transport, 'action.history', {})
      store.setState(state => takeSummaries(state, summaries))
      // What runs is followed by events, which bring it when it changes next: it is shown before that.
      const running = summaries.filter(({ status }) => status === 'running')
      const records = await Promise.all(
        running.map(({ id }) => ask(transport, 'action.record', { actionId: id })),
      )
      for (const record of records) store.setState(state => takeRecord(state, record))
    },
    loadRecord: async actionId => {
      const known = store.getState().records.get(actionId)
      if (known) return known
      const record = await ask(transport, 'action.record', { actionId })
      store.setState(state => takeRecord(state, record))
      return record
    },
    searchHistory: (text, signal) => ask(transport, 'action.search', { text }, { signal }),
    exportActions: (what, signal) => ask(transport, 'action.export', what, { signal }),

    explainUnload: (bundleIdentifier, signal) =>
      ask(transport, 'unload.explain', { bundleIdentifier }, { signal }),
    startRecordingExpectations: recordingExpectations => store.setState({ recordingExpectations }),
    stopRecordingExpectations: () => store.setState({ recordingExpectations: null }),
  }
}
