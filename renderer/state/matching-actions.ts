import { ask } from '../../core/contract/transport.ts'
import type { DraftParams } from '../../core/contract/bundle-requests.ts'
import type { Params } from '../../core/contract/requests.ts'
import type { SavedInfoPlist, WrittenDraft } from '../../core/contract/types.ts'
import type { DraftPlan } from '../../core/draft/draft-plan.ts'
import { FailureError, type Failure } from '../../core/failure.ts'
import type { InstalledKext, Personality } from '../../core/kext/kext.ts'
import type { DictionaryValue } from '../../core/registry/property-value.ts'
import { readDroppedBundles, type DroppedEntry } from '../matching/dropped-bundles.ts'
import type { MatchingQuestion, MatchingSlot } from '../matching/messages.ts'
import type { PersonalityRef } from '../matching/personality-ref.ts'
import {
  editOf,
  whatIfBundle,
  whatIfEdit,
  whatIfOf,
  type WhatIfPersonality,
} from '../matching/what-if.ts'
import type { AppState, EntryRef } from './app-state.ts'
import { failureOf, type ActionContext } from './store.ts'

export interface MatchingActions {
  /** Null takes the question of the slot back. The answer comes into the state. */
  readonly askMatching: (slot: MatchingSlot, question: MatchingQuestion | null) => void
  /** Starts the worker again after it has ended. */
  readonly retryMatching: () => void
  readonly showPersonality: (ref: PersonalityRef | null) => void
  /** Begins an edit of a personality, or goes on with the one there is. */
  readonly editWhatIf: (
    ref: PersonalityRef,
    personality: Pick<Personality, 'name' | 'publisher' | 'properties'>,
  ) => void
  readonly openWhatIf: (id: string | null) => void
  readonly changeWhatIf: (id: string, properties: DictionaryValue) => void
  readonly removeWhatIf: (id: string) => void
  readonly clearWhatIf: () => void
  readonly askForWhatIf: (isAsked: boolean) => void
  /**
   * Adds the personalities of a bundle or a folder of the host's disk, and opens the first. Throws a `FailureError`
   * when it is none.
   */
  readonly addWhatIfPath: (path: string) => Promise<void>
  /** The same of what was dropped on the window; what cannot be read is told across it. */
  readonly dropWhatIf: (dropped: readonly DroppedBundle[]) => Promise<void>
  readonly draftDriver: (service: EntryRef | null) => void
  /** Both throw a `FailureError`, which the sheet that asked shows. */
  readonly planDraft: (params: DraftParams, signal: AbortSignal) => Promise<DraftPlan>
  readonly writeDraft: (params: Params<'draft.write'>) => Promise<WrittenDraft>
  readonly savePersonality: (params: Params<'personality.save'>) => Promise<SavedInfoPlist>
}

export function matchingActions({ store, transport }: ActionContext): MatchingActions {
  let last = 0
  const nextId = () => `what-if-${++last}`

  const tell = (failure: Failure) => store.setState({ notice: { failure } })

  const addKexts = (from: string, kexts: readonly InstalledKext[], isOnHost: boolean) => {
    const installed = store.getState().current?.capture.installed ?? []
    const added = kexts.flatMap(kext => whatIfBundle(nextId, kext, installed, isOnHost))
    if (added.length === 0) {
      const problem = kexts.flatMap(({ problems }) => problems)[0]
      const detail = problem ?? 'it has no personality'
      throw new FailureError({ kind: 'not-a-bundle', path: from, detail: withoutStop(detail) })
    }
    const paths = new Set(kexts.map(({ path }) => path))
    // A bundle that is added again was built again. The guest's may have the same path.
    const isAgain = ({ bundle }: WhatIfPersonality) =>
      bundle.isOnHost === isOnHost && bundle.path !== null && paths.has(bundle.path)
    store.setState(state => ({
      whatIf: [...state.whatIf.filter(item => !isAgain(item)), ...added],
      // The editor says at once what comes of the first.
      editedWhatIf: added[0]!.id,
    }))
  }

  const addWhatIfPath = async (path: string) => {
    const architecture = store.getState().current?.capture.identity?.machine ?? null
    addKexts(path, await ask(transport, 'bundle.personalities', { path, architecture }), true)
  }

  return {
    askMatching: (slot, question) =>
      store.setState(({ matching }) => {
        const before = matching.questions[slot] ?? null
        if (JSON.stringify(before) === JSON.stringify(question)) return {}
        const { [slot]: _, ...others } = matching.questions
        const questions = question ? { ...others, [slot]: question } : others
        return { matching: { ...matching, questions } }
      }),
    retryMatching: () =>
      store.setState(({ matching }) => ({ matching: { ...matching, phase: 'off' } })),
    showPersonality: selectedPersonality =>
      store.setState(state => ({
        selectedPersonality,
        editedWhatIf: null,
        ...(selectedPersonality ? { view: 'kexts' as const } : {}),
        ...kextOf(state, selectedPersonality),
      })),
    editWhatIf: (ref, personality) =>
      store.setState(state => {
        const known = whatIfOf(state.whatIf, ref) ?? editOf(state.whatIf, ref)
        if (known) return { editedWhatIf: known.id }
        const item = whatIfEdit(nextId(), ref, personality)
        return { whatIf: [...state.whatIf, item], editedWhatIf: item.id }
      }),
    openWhatIf: editedWhatIf => store.setState({ editedWhatIf }),
    changeWhatIf: (id, properties) =>
      store.setState(state => ({
        whatIf: state.whatIf.map(item => (item.id === id ? { ...item, properties } : item)),
      })),
    removeWhatIf: id =>
      store.setState(state => ({
        whatIf: state.whatIf.filter(item => item.id !== id),
        ...(state.editedWhatIf === id ? { editedWhatIf: null } : {}),
        ...without(state, [id]),
      })),
    clearWhatIf: () =>
      store.setState(state => ({
        whatIf: [],
        editedWhatIf: null,
        ...without(
          state,
          state.whatIf.map(item => item.id),
        ),
      })),
    askForWhatIf: isAddingWhatIf => store.setState({ isAddingWhatIf }),
    addWhatIfPath,
    dropWhatIf: async dropped => {
      if (!store.getState().current) return tell(noCapture)
      try {
        for (const { file, entry } of dropped) {
          const path = transport.pathOf?.(file) ?? ''
          if (path !== '') await addWhatIfPath(path)
          else addKexts(file.name, await readDroppedBundles(entry ?? plainFile(file)), false)
        }
      } catch (error) {
        tell(failureOf(error))
      }
    },
    draftDriver: draftFor => store.setState({ draftFor }),
    planDraft: (params, signal) => ask(transport, 'draft.plan', params, { signal }),
    writeDraft: params => ask(transport, 'draft.write', params),
    savePersonality: params => ask(transport, 'personality.save', params),
  }
}

/** Dropped on the window: `entry` where the browser shows folders. */
export interface DroppedBundle {
  readonly file: File
  readonly entry: DroppedEntry | null
}

const noCapture: Failure = {
  kind: 'busy',
  detail: 'Open a capture first: a kext is tried on the capture that is shown.',
}

function plainFile(file: File): DroppedEntry {
  return { name: file.name, isDirectory: false, file: take => take(file) }
}

/** A failure's sentence puts its own. */
const withoutStop = (sentence: string) => sentence.replace(/\.$/, '')

/** The page of a what-if personality goes with it; of an edit, the page of the original is there. */
function without(state: AppState, ids: readonly string[]): Partial<AppState> {
  const shown = state.selectedPersonality
  const item = shown && whatIfOf(state.whatIf, shown)
  if (!item || !ids.includes(item.id)) return {}
  return { selectedPersonality: item.original?.ref ?? null }
}

/** The table beside the page shows where the personality is from. */
function kextOf(state: AppState, ref: PersonalityRef | null): Partial<AppState> {
  if (!ref) return {}
  const { origin } = ref
  const item = whatIfOf(state.whatIf, ref)
  if (item) return { selectedKext: item.bundle.bundleIdentifier }
  if (origin.kind !== 'installed') return {}
  const kext = state.current?.capture.installed?.find(
    ({ path, personalities }) =>
      path === origin.kextPath && personalities.some(({ name }) => name === ref.name),
  )
  return kext ? { selectedKext: kext.bundleIdentifier } : {}
}
