import { emptyBitSet, setBit, type BitSet } from '../../core/registry/bit-set.ts'
import { planeNamed } from '../../core/registry/lookup.ts'
import { encodeSnapshot } from '../../core/registry/snapshot-codec.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import { copyInPieces } from '../registry/copy-in-pieces.ts'
import { noDeepSearch, type AppState, type DeepFound } from '../state/app-state.ts'
import type { AppStore } from '../state/store.ts'
import type { FromSearch, Question, ToSearch } from './messages.ts'

/** As much of a `Worker` as is used here. */
export interface SearchWorker {
  postMessage(message: ToSearch, transfer: ArrayBuffer[]): void
  terminate(): void
  onmessage: ((event: MessageEvent<FromSearch>) => void) | null
  onerror: ((event: ErrorEvent) => void) | null
}

/**
 * Keeps a worker that searches keys and values, and its answers in the state: it gets each capture that is shown,
 * every change of the filter while that asks for values, and the rows in sight.
 */
export function followSearch(store: AppStore, startWorker: () => SearchWorker): () => void {
  let worker: SearchWorker | null = null
  let capture = 0
  let number = 0
  let asked: Question | null = null

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
          change(withFound(deepSearch, { ...about, matches, isComplete: message.isComplete }))
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

  const open = async (snapshot: Snapshot, mine: number) => {
    asked = null
    if (!worker) {
      worker = startWorker()
      worker.onmessage = event => take(event.data)
      worker.onerror = fail
    }
    change({ ...noDeepSearch, phase: 'indexing' })
    const bytes = await copyInPieces(encodeSnapshot(snapshot), () => mine === capture)
    if (mine !== capture) return
    post({ kind: 'open', capture, bytes }, [bytes.buffer])
    ask(store.getState())
  }

  const ask = ({ filter, filterScope, plane, rowsInSight, current, deepSearch }: AppState) => {
    const text = filterScope === 'everything' && current ? filter.trim() : ''
    if (text === '' && (asked === null || asked.text === '')) return
    asked = { capture, number: ++number, text, plane, inSight: [...rowsInSight] }
    post({ kind: 'find', ...asked })
    if (text === '' && deepSearch.found) change({ found: null, places: new Map() })
  }

  /** For hits in sight, where the text stands. */
  const askPlaces = ({ current, deepSearch, rowsInSight }: AppState) => {
    const { found, places } = deepSearch
    const plane = current && found && planeNamed(current.snapshot, found.plane)
    if (!plane || found.snapshot !== current.snapshot) return
    const entries = new Set<number>()
    for (const node of rowsInSight) {
      const entry = plane.entry[node]
      if (entry !== undefined && !places.has(entry)) entries.add(entry)
    }
    if (entries.size > 0) post({ kind: 'places', capture, text: found.text, entries: [...entries] })
  }

  const stop = store.subscribe((state, before) => {
    if (state.current !== before.current) {
      const mine = ++capture
      if (state.current) {
        // No room for a copy of a huge capture: its names can be searched still. Of one before it nobody asks.
        open(state.current.snapshot, mine).catch(() => {
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

/** Places belong to one text; an answer that only adds to the one before keeps them. */
function withFound(
  before: AppState['deepSearch'],
  found: DeepFound,
): Partial<AppState['deepSearch']> {
  const isSame = isAbout(before.found, found) && before.found.text === found.text
  return { found, ...(isSame ? {} : { places: new Map() }) }
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
