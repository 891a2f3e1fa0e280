import type { App } from './app-context.tsx'
import type { AppState } from './app-state.ts'
import { readHash, writeHash } from './url-state.ts'
import { withAddress } from './with-address.ts'

/** Browsers refuse an address that changes all the time; a held arrow key makes thirty changes a second. */
const writesPerSecond = 10

/** What `writeHash` reads. */
const addressParts = [
  'view',
  'plane',
  'selected',
  'filter',
  'filterScope',
  'isPictureLarge',
  'inspectorTab',
  'navigation',
  'current',
  'pictures',
] as const satisfies readonly (keyof AppState)[]

/**
 * Keeps the address and the state alike. The address is replaced, not pushed: a step of the selection is
 * no page to go back to; an address the user types or picks is taken in.
 */
export function followHash({ store, actions }: App): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const written: number[] = []
  const write = () => {
    clearTimeout(timer)
    timer = undefined
    const hash = writeHash(store.getState())
    if (hash === window.location.hash) return
    window.history.replaceState(null, '', hash)
    written.push(performance.now())
    if (written.length > writesPerSecond) written.shift()
  }
  const read = () => {
    if (window.location.hash === writeHash(store.getState())) return
    const { hash } = window.location
    const { view, compare } = readHash(hash)
    if (view === undefined) return
    store.setState(state => withAddress(state, hash))
    if (compare?.before && compare.after) void actions.compare(compare.before, compare.after)
    else actions.stopComparing()
  }
  write()
  const undo = store.subscribe((state, before) => {
    // Rows that come into sight change the state with each frame, and nothing of the address.
    if (addressParts.every(part => state[part] === before[part])) return
    const wait = written.length < writesPerSecond ? 0 : written[0]! + 1000 - performance.now()
    if (wait <= 0) write()
    else timer ??= setTimeout(write, wait)
  })
  window.addEventListener('hashchange', read)
  return () => {
    undo()
    clearTimeout(timer)
    window.removeEventListener('hashchange', read)
  }
}
