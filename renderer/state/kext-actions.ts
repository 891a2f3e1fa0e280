import { ask } from '../../core/contract/transport.ts'
import type {
  ActionPlan,
  ActionRecord,
  ActionRequest,
  FolderListing,
  LocalBundle,
} from '../../core/contract/types.ts'
import type { LintReport } from '../../core/lint/lint-report.ts'
import type { SheetRequest } from './app-state.ts'
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
    sudoPassword: string | null,
    signal: AbortSignal,
  ) => Promise<ActionRecord>
  /** Never throws: whether it worked shows in the record. */
  readonly cancelAction: (actionId: string) => Promise<void>
  readonly loadHistory: () => Promise<void>
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
    run: async (planId, sudoPassword, signal) => {
      const record = await ask(
        transport,
        'action.run',
        { planId, consent: true, sudoPassword },
        { signal },
      )
      store.setState(state => ({ history: withRecord(state.history, record) }))
      return record
    },
    cancelAction: async actionId => {
      await ask(transport, 'action.cancel', { actionId }).catch(() => undefined)
    },
    loadHistory: async () => {
      const records = await ask(transport, 'action.history', {})
      store.setState({
        history: records.reduce(withRecord, [] as readonly ActionRecord[]),
      })
    },
  }
}

/** Newest first; a record that is there already is replaced where it stands. */
export function withRecord(
  history: readonly ActionRecord[],
  record: ActionRecord,
): readonly ActionRecord[] {
  if (history.some(known => known.id === record.id)) {
    return history.map(known => (known.id === record.id ? record : known))
  }
  return [record, ...history].sort((a, b) => b.startedAt.localeCompare(a.startedAt))
}
