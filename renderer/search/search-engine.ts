import { prepareNames } from '../../core/query/name-hits.ts'
import { createSearch, type Found, type Search } from '../../core/query/search.ts'
import { buildValueIndex, type ValueIndex } from '../../core/query/value-index.ts'
import { setBit } from '../../core/registry/bit-set.ts'
import { decodeSnapshot } from '../../core/registry/snapshot-codec.ts'
import type { PlaneTable, Snapshot } from '../../core/registry/snapshot.ts'
import type { FromSearch, Question, ToSearch } from './messages.ts'
import { withoutValues } from './without-values.ts'

export interface EngineHost {
  readonly post: (message: FromSearch, transfer?: ArrayBuffer[]) => void
  /** Lets messages come in that wait. */
  readonly pause: () => Promise<void>
  /** Milliseconds from any beginning. */
  readonly now: () => number
}

/** Work between two pauses: a newer question waits no longer than this. */
const sliceMs = 8

interface OpenCapture {
  readonly capture: number
  planes: readonly PlaneTable[]
  /** By decoding values as long as they are not indexed. */
  search: Search
  /** Null when values are indexed. */
  building: { readonly snapshot: Snapshot; readonly steps: Generator<number, ValueIndex> } | null
}

interface Running {
  readonly question: Question
  readonly plane: PlaneTable
  readonly steps: Generator<undefined, Found>
  isSightSaid: boolean
}

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
    const plane = open?.planes.find(known => known.plane === question.plane)
    if (!open || !plane || open.capture !== question.capture || question.text === '') return
    last = question
    const steps = open.search.find(question.text, 'everything')
    running = { question, plane, steps, isSightSaid: false }
  }

  const answer = (now: OpenCapture, { question, plane, steps }: Running, until: number) => {
    for (;;) {
      const step = steps.next()
      if (step.done === true) {
        const nodes = step.value.nodes[now.planes.indexOf(plane)]!
        if (now.building) for (const node of inSight(now, question, plane)) setBit(nodes, node)
        const words = nodes.words.slice()
        host.post(
          { kind: 'found', number: question.number, words, isComplete: now.building === null },
          [words.buffer],
        )
        running = null
        return
      }
      if (host.now() >= until) return
    }
  }

  const build = (now: OpenCapture, until: number) => {
    const { building } = now
    if (!building) return
    for (;;) {
      const step = building.steps.next()
      if (step.done === true) {
        // Nothing may keep a view of the capture's bytes: they are let go with the last one.
        const kept = withoutValues(building.snapshot)
        now.planes = kept.planes
        now.search = createSearch(kept, step.value)
        now.building = null
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
        // What is in sight does not wait for the rest.
        if (running === asked && !asked.isSightSaid) {
          asked.isSightSaid = true
          const { question, plane } = asked
          const nodes = inSight(open, question, plane)
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
        const snapshot = decodeSnapshot(message.bytes)
        prepareNames(snapshot)
        running = null
        last = null
        open = {
          capture: message.capture,
          planes: snapshot.planes,
          search: createSearch(snapshot, null),
          building: { snapshot, steps: buildValueIndex(snapshot) },
        }
        break
      }
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
        const { search } = open
        const { capture, text } = message
        const places = message.entries.map(
          entry => [entry, search.propertyWith(text, entry)] as const,
        )
        host.post({ kind: 'places', capture, text, places })
        return
      }
    }
    if (!isWorking) void work()
  }
}

function inSight({ search }: OpenCapture, question: Question, plane: PlaneTable) {
  // Rows of the plane that was shown a moment ago may be among them.
  const nodes = question.inSight.filter(node => node < plane.length)
  return search.among(question.text, 'everything', plane, nodes)
}
