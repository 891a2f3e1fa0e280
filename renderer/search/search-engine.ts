import { compileFilter, type CompiledFilter } from '../../core/query/filter/compile-filter.ts'
import { createKextOf } from '../../core/query/filter/kext-of-entry.ts'
import { parseFilter } from '../../core/query/filter/parse-filter.ts'
import { prepareNames } from '../../core/query/name-hits.ts'
import type { SearchScope } from '../../core/query/search.ts'
import { buildValueIndex, type ValueIndex } from '../../core/query/value-index.ts'
import { hasBit, nextBit, setBit, type BitSet } from '../../core/registry/bit-set.ts'
import { decodeSnapshot } from '../../core/registry/snapshot-codec.ts'
import type {
  EntryIndex,
  PlaneTable,
  PropertyIndex,
  Snapshot,
} from '../../core/registry/snapshot.ts'
import type { FromSearch, Question, ToSearch } from './messages.ts'
import { packedValues } from './packed-values.ts'

export interface EngineHost {
  readonly post: (message: FromSearch, transfer?: ArrayBuffer[]) => void
  /** Lets messages come in that wait. */
  readonly pause: () => Promise<void>
  /** Milliseconds from any beginning. */
  readonly now: () => number
}

/** Work between two pauses: a newer question waits no longer than this. */
const sliceMs = 8
/** What is in sight is answered first where the rest takes longer: each answer has the page draw its rows. */
const sightAfterMs = 30
/** As many rows as a window of usual height shows. */
const mostAtTop = 40

interface OpenCapture {
  readonly capture: number
  readonly kexts: Extract<ToSearch, { kind: 'open' }>['kexts']
  /** As it came, and packed when it is indexed. */
  snapshot: Snapshot
  marks: Uint8Array | null
  kextOf: (entry: EntryIndex) => string | null
  /** Null as long as values are not indexed. */
  values: ValueIndex | null
  building: Generator<unknown, Indexed> | null
  /** The newest ones: rows in sight are asked about the filter that was just answered. */
  compiled: Map<string, CompiledFilter | null>
}

interface Indexed {
  readonly snapshot: Snapshot
  readonly values: ValueIndex
}

interface Running {
  readonly question: Question
  readonly plane: PlaneTable
  readonly filter: CompiledFilter
  readonly steps: Generator<undefined, BitSet>
  readonly begunAt: number
  isSightSaid: boolean
}

const mostCompiled = 8

/**
 * What the search worker does, without the worker: one capture, one question at a time, the newest first; and while
 * nobody asks, the index of values. Returns what takes the page's messages.
 */
export function createSearchEngine(host: EngineHost): (message: ToSearch) => void {
  let open: OpenCapture | null = null
  let running: Running | null = null
  /** Asked again when the values are indexed. */
  let last: Question | null = null
  let isWorking = false

  const start = (question: Question) => {
    running = null
    last = null
    if (open?.capture !== question.capture || question.text.trim() === '') return
    const plane = open.snapshot.planes.find(known => known.plane === question.plane)
    const filter = plane && compiledIn(open, question.text, question.scope)
    if (!plane || !filter) return
    last = question
    const steps = filter.find(plane)
    running = { question, plane, filter, steps, begunAt: host.now(), isSightSaid: false }
  }

  const answer = (now: OpenCapture, { question, plane, filter, steps }: Running, until: number) => {
    for (;;) {
      const step = steps.next()
      if (step.done === true) {
        const isComplete = now.values !== null || !filter.usesValues
        if (!isComplete) {
          for (const node of inSight(question, plane, filter)) setBit(step.value, node)
        }
        const words = step.value.words.slice()
        const places = isComplete ? likelyPlaces(question, plane, filter, step.value) : []
        const { number } = question
        host.post({ kind: 'found', number, words, isComplete, places }, [words.buffer])
        running = null
        // What was complete is not asked again.
        if (isComplete) last = null
        return
      }
      if (host.now() >= until) return
    }
  }

  const build = (now: OpenCapture, until: number) => {
    const { building } = now
    if (!building) return
    for (;;) {
      const step = building.next()
      if (step.done === true) {
        // Nothing may keep a view of the capture's bytes: they are let go with the last one.
        now.snapshot = step.value.snapshot
        now.values = step.value.values
        now.kextOf = createKextOf(now.snapshot, now.kexts)
        now.building = null
        now.compiled = new Map()
        host.post({ kind: 'indexed', capture: now.capture })
        if (last) start(last)
        return
      }
      if (host.now() >= until) return
    }
  }

  const work = async () => {
    isWorking = true
    while (open && (running || open.building)) {
      const until = host.now() + sliceMs
      if (running) {
        const asked: Running = running
        answer(open, asked, until)
        // What is in sight does not wait long for the rest.
        const isLate = host.now() - asked.begunAt >= sightAfterMs
        if (running === asked && isLate && !asked.isSightSaid) {
          asked.isSightSaid = true
          const { question, plane, filter } = asked
          const nodes = inSight(question, plane, filter)
          host.post({ kind: 'sighted', number: question.number, nodes })
        }
      } else build(open, until)
      await host.pause()
    }
    isWorking = false
  }

  return message => {
    switch (message.kind) {
      case 'open': {
        const { capture, kexts, marks } = message
        const snapshot = decodeSnapshot(message.bytes)
        prepareNames(snapshot)
        running = null
        last = null
        open = {
          capture,
          kexts,
          marks,
          snapshot,
          kextOf: createKextOf(snapshot, kexts),
          values: null,
          building: indexed(snapshot),
          compiled: new Map(),
        }
        break
      }
      case 'mark':
        if (open?.capture !== message.capture) return
        open.marks = message.marks
        open.compiled = new Map()
        return
      case 'close':
        open = null
        running = null
        last = null
        break
      case 'find':
        start(message)
        break
      case 'places': {
        if (open?.capture !== message.capture) return
        const { capture, text, scope } = message
        const filter = compiledIn(open, text, scope)
        if (!filter) return
        const places = message.entries.map(entry => [entry, filter.propertyOf(entry)] as const)
        host.post({ kind: 'places', capture, text, places })
        return
      }
    }
    if (!isWorking) void work()
  }
}

function* indexed(snapshot: Snapshot): Generator<unknown, Indexed> {
  const values = yield* buildValueIndex(snapshot)
  return { values, snapshot: yield* packedValues(snapshot) }
}

/** Null where the text does not read. */
function compiledIn(open: OpenCapture, text: string, scope: SearchScope): CompiledFilter | null {
  const { compiled, snapshot, values, kextOf } = open
  const key = `${scope} ${text}`
  const known = compiled.get(key)
  if (known !== undefined) return known
  const parsed = parseFilter(text)
  const marks = open.marks && { bits: open.marks, at: new Map<EntryIndex, number>() }
  const isIndexing = values === null
  const made = parsed.ok
    ? compileFilter(parsed.filter, { snapshot, scope, values, isIndexing, marks, kextOf })
    : null
  if (compiled.size >= mostCompiled) compiled.delete(compiled.keys().next().value!)
  compiled.set(key, made)
  return made
}

/** Of the rows that were in sight, and of those at the top, where a filtered tree begins. */
function likelyPlaces(
  { inSight: seen }: Question,
  plane: PlaneTable,
  filter: CompiledFilter,
  hits: BitSet,
): (readonly [EntryIndex, PropertyIndex])[] {
  const entries = new Set<EntryIndex>()
  for (const node of seen) if (hasBit(hits, node)) entries.add(plane.entry[node]!)
  let node = nextBit(hits, 0)
  for (let count = 0; node !== -1 && count < mostAtTop; count++) {
    entries.add(plane.entry[node]!)
    node = nextBit(hits, node + 1)
  }
  return Array.from(entries, entry => [entry, filter.propertyOf(entry)] as const)
}

function inSight(question: Question, plane: PlaneTable, filter: CompiledFilter) {
  // Rows of the plane that was shown a moment ago may be among them.
  const nodes = question.inSight.filter(node => node < plane.length)
  return filter.among(plane, nodes)
}
