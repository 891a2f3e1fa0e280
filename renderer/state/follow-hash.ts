import { readHash, writeHash } from './url-state.ts'
import type { AppStore } from './store.ts'

/**
 * Keeps the address and the state alike. The address is replaced, not pushed: a step of the selection is
 * no page to go back to; an address the user types or picks is taken in.
 */
export function followHash(store: AppStore): () => void {
  const write = () => {
    const hash = writeHash(store.getState())
    if (hash !== window.location.hash) window.history.replaceState(null, '', hash)
  }
  const read = () => {
    if (window.location.hash === writeHash(store.getState())) return
    store.setState(state => ({
      ...readHash(window.location.hash),
      scrollGeneration: state.scrollGeneration + 1,
    }))
  }
  write()
  const undo = store.subscribe(write)
  window.addEventListener('hashchange', read)
  return () => {
    undo()
    window.removeEventListener('hashchange', read)
  }
}
