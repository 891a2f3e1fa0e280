import { readHash, writeHash } from './url-state.ts'
import type { AppStore } from './store.ts'

/** Browsers refuse more than some twenty changes a second; a held arrow key makes thirty. */
const writeAfterMs = 120

/**
 * Keeps the address and the state alike. The address is replaced, not pushed: a step of the selection is
 * no page to go back to; an address the user types or picks is taken in.
 */
export function followHash(store: AppStore): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const write = () => {
    timer = undefined
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
  const undo = store.subscribe(() => (timer ??= setTimeout(write, writeAfterMs)))
  window.addEventListener('hashchange', read)
  return () => {
    undo()
    clearTimeout(timer)
    window.removeEventListener('hashchange', read)
  }
}
