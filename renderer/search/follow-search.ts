import { kextsByClass } from '../../core/kext/owning-kext.ts'
import { compileFilter } from '../../core/query/filter/compile-filter.ts'
import { parseFilter } from '../../core/query/filter/parse-filter.ts'
import { emptyBitSet, setBit, type BitSet } from '../../core/registry/bit-set.ts'
import { planeNamed } from '../../core/registry/lookup.ts'
import { encodeSnapshot } from '../../core/registry/snapshot-codec.ts'
import type { SearchScope } from '../../core/query/search.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import { appliedFilter, filterReads } from '../filter/read-filter.ts'
import { copyInPieces } from '../registry/copy-in-pieces.ts'
import { noDeepSearch, type AppState, type DeepFound } from '../state/app-state.ts'
import type { AppStore } from '../state/store.ts'
import { isLookShown } from '../state/watch-looks.ts'
import type { FromSearch, Question, ToSearch } from './messages.ts'

/** As much of a `Worker` as is used here. */
export interface SearchWorker {
  postMessage(message: ToSearch, transfer: ArrayBuffer[]): void
  terminate(): void
  onmessage: ((event: MessageEvent<FromSearch>) => void) | null
  onerror: ((event: ErrorEvent) => void) | null
}

/** A look of a watch, which the next one follows: a registry that is always changing is copied when it is asked about. */
const watchedRestMs = 5000

/**
 * Keeps a worker that looks at keys and values, and its answers in the state: it gets each capture that is shown, with
 * its kexts and marks, every filter that is not quick (`CompiledFilter.isQuick`), and the rows in sight. While what
 * is typed does not read, it is asked for what `appliedFilter` makes of it.
 *
 * @param restMs a capture that has taken the place of another one is copied when it has been looked at for so long, or is
 *   asked about
 */
export function followSearch(
  store: AppStore,
  startWorker: () => SearchWorker,
  restMs = 1000,
): () => void {
  let worker: SearchWorker | null = null
  let capture = 0
  let number = 0
  let asked: Question | null = null
  /** Ends the rest before a capture is copied. */
  let hurry = () => undefined as void

  const change = (deepSearch: Partial<AppState['deepSearch']>) =>
    store.setState(state => ({ deepSearch: { ...state.deepSearch, ...deepSearch } }))
  const post = (message: ToSearch, transfer: ArrayBuffer[] = []) =>
    worker?.postMessage(message, transfer)

  const take = (message: FromSearch) => {
    const { current, deepSearch } = store.getState()
    switch (message.kind) {
      case 'indexed':
        if (message.capture === capture) change({ phase: 'ready' })
        return
      case 'sighted':
      case 'found': {
        const plane = current && asked && planeNamed(current.snapshot, asked.plane)
        if (!plane || message.number !== asked?.number) return
        const { text, inSight } = asked
        const about = { snapshot: current.snapshot, plane: plane.plane, text }
        if (message.kind === 'found') {
          const matches = { length: plane.length, words: message.words }
          const found = { ...about, matches, isComplete: message.isComplete }
          change(withFound(deepSearch, found, message.places))
          return
        }
        const before = isAbout(deepSearch.found, about) ? deepSearch.found.matches : null
        const matches = corrected(before, plane.length, inSight, message.nodes)
        change(withFound(deepSearch, { ...about, matches, isComplete: false }))
        return
      }
      case 'places':
        if (message.capture !== capture || message.text !== deepSearch.found?.text) return
        change({ places: new Map([...deepSearch.places, ...message.places]) })
    }
  }

  const fail = () => {
    worker?.terminate()
    worker = null
    change({ ...noDeepSearch, phase: 'broken' })
  }

  const open = async (snapshot: Snapshot, mine: number, isFirst: boolean) => {
    asked = null
    if (!worker) {
      worker = startWorker()
      worker.onmessage = event => take(event.data)
      worker.onerror = fail
    }
    change({ ...noDeepSearch, phase: 'indexing' })
    // Captures that are gone through one after the other are not copied.
    if (!isFirst && !isForWorker(store.getState(), appliedFilter(store.getState()).trim())) {
      await new Promise<void>(done => {
        hurry = done
        setTimeout(done, isLookShown(store.getState()) ? watchedRestMs : restMs)
      })
      if (mine !== capture) return
    }
    const bytes = await copyInPieces(encodeSnapshot(snapshot), () => mine === capture)
    if (mine !== capture) return
    const { current } = store.getState()
    const kexts = kextsByClass(current?.capture.installed ?? [])
    const marks = current?.marks?.bits ?? null
    post({ kind: 'open', capture, bytes, kexts, marks }, [bytes.buffer])
    ask(store.getState())
  }

  const ask = (state: AppState) => {
    const { filterScope, plane, rowsInSight, deepSearch } = state
    const applied = appliedFilter(state).trim()
    const text = isForWorker(state, applied) ? applied : ''
    if (text !== '') hurry()
    if (text === '' && (asked === null || asked.text === '')) return
    const isAsked = asked?.text === text && asked.scope === filterScope && asked.plane === plane
    // A text that does not read changes nothing.
    if (isAsked && !filterReads(state.filter)) return
    asked = {
      capture,
      number: ++number,
      text,
      scope: filterScope,
      plane,
      inSight: [...rowsInSight],
    }
    post({ kind: 'find', ...asked })
    if (text === '' && deepSearch.found) change({ found: null, places: new Map() })
  }

  /** For hits in sight, which property the filter is about. */
  const askPlaces = ({ current, deepSearch, rowsInSight, filterScope }: AppState) => {
    const { found, places } = deepSearch
    const plane = current && found && planeNamed(current.snapshot, found.plane)
    if (!plane || found.snapshot !== current.snapshot) return
    const entries = new Set<number>()
    for (const node of rowsInSight) {
      const entry = plane.entry[node]
      if (entry !== undefined && !places.has(entry)) entries.add(entry)
    }
    if (entries.size === 0) return
    const { text } = found
    post({ kind: 'places', capture, text, scope: filterScope, entries: [...entries] })
  }

  const stop = store.subscribe((state, before) => {
    const isSameSnapshot = state.current?.snapshot === before.current?.snapshot
    if (state.current && isSameSnapshot && state.current.marks !== before.current?.marks) {
      post({ kind: 'mark', capture, marks: state.current.marks?.bits ?? null })
      asked = null
      ask(state)
    } else if (!isSameSnapshot) {
      const mine = ++capture
      if (state.current) {
        // No room for a copy of a huge capture: its names can be searched still. Of one before it nobody asks.
        open(state.current.snapshot, mine, before.current === null).catch(() => {
          if (mine === capture) fail()
        })
      } else {
        post({ kind: 'close' })
        change(noDeepSearch)
      }
    } else if (
      state.filter !== before.filter ||
      state.filterScope !== before.filterScope ||
      state.plane !== before.plane
    ) {
      ask(state)
    }
    const isOther = state.deepSearch.found !== before.deepSearch.found
    if (isOther || state.rowsInSight !== before.rowsInSight) askPlaces(state)
  })
  return () => {
    stop()
    worker?.terminate()
  }
}

function isForWorker({ current, filterScope }: AppState, text: string): boolean {
  return current !== null && !isQuick(current.snapshot, text, filterScope)
}

/** Whether the page answers it by itself, as it does for the empty filter. */
function isQuick(snapshot: Snapshot, text: string, scope: SearchScope): boolean {
  const parsed = parseFilter(text)
  if (!parsed.ok) return true
  const context = { snapshot, scope, values: null, marks: null, kextOf: () => null }
  return compileFilter(parsed.filter, context).isQuick
}

/** Places belong to one text; an answer that only adds to the one before keeps them. */
function withFound(
  before: AppState['deepSearch'],
  found: DeepFound,
  places: Extract<FromSearch, { kind: 'found' }>['places'] = [],
): Partial<AppState['deepSearch']> {
  const isSame = isAbout(before.found, found) && before.found.text === found.text
  if (places.length > 0) {
    return { found, places: new Map([...(isSame ? before.places : []), ...places]) }
  }
  const keeps = isSame || before.places.size === 0
  return { found, ...(keeps ? {} : { places: new Map() }) }
}

function isAbout(
  found: DeepFound | null,
  { snapshot, plane }: Pick<DeepFound, 'snapshot' | 'plane'>,
): found is DeepFound {
  return found !== null && found.snapshot === snapshot && found.plane === plane
}

/** The answer before, right for what is in sight. */
function corrected(
  before: BitSet | null,
  length: number,
  inSight: readonly number[],
  hits: readonly number[],
): BitSet {
  const matches = before ? { length, words: before.words.slice() } : emptyBitSet(length)
  for (const node of inSight) {
    if (node < length) matches.words[node >>> 5]! &= ~(1 << (node & 31))
  }
  for (const node of hits) setBit(matches, node)
  return matches
}
