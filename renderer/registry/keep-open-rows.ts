import type { BitSet } from '../../core/registry/bit-set.ts'
import { carryOpen } from '../state/open-nodes.ts'
import type { AppStore } from '../state/store.ts'

const storageKey = 'kextant-open-rows'

/**
 * Keeps which rows are open when the page is loaded again. A capture has a name and never changes, so its
 * nodes' numbers still hold; of another capture nothing is taken over.
 */
export function keepOpenRows(store: AppStore): () => void {
  const save = () => {
    const { current, open } = store.getState()
    if (current) write(current.capture.snapshotId, open)
  }
  const stopRestoring = store.subscribe((state, before) => {
    if (state.current === null || before.current !== null) return
    const { capture, snapshot } = state.current
    stopRestoring()
    const kept = read(capture.snapshotId)
    if (!kept) return
    const open = new Map(carryOpen(null, new Map(), snapshot))
    for (const { plane, length } of snapshot.planes) {
      const bits = kept.get(plane)
      if (bits?.length === length) open.set(plane, bits)
    }
    store.setState(now => ({ open, scrollGeneration: now.scrollGeneration + 1 }))
  })
  window.addEventListener('pagehide', save)
  return () => {
    stopRestoring()
    window.removeEventListener('pagehide', save)
  }
}

/** Storage may be refused or full: then rows open as they do at first. */
function write(snapshotId: string, open: ReadonlyMap<string, BitSet>): void {
  const planes = [...open].map(([plane, { length, words }]) => [plane, length, [...words]] as const)
  try {
    sessionStorage.setItem(storageKey, JSON.stringify({ snapshotId, planes }))
  } catch {
    return
  }
}

type Kept = readonly (readonly [plane: string, length: number, words: readonly number[]])[]

function read(snapshotId: string): ReadonlyMap<string, BitSet> | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(storageKey) ?? 'null') as {
      readonly snapshotId: string
      readonly planes: Kept
    } | null
    if (kept?.snapshotId !== snapshotId) return null
    return new Map(
      kept.planes.map(([plane, length, words]) => [
        plane,
        {
          length,
          words: Uint32Array.from({ length: (length + 31) >>> 5 }, (_, n) => words[n] ?? 0),
        },
      ]),
    )
  } catch {
    return null
  }
}
