import type { AppStore } from '../state/store.ts'
import { askRules } from './ask-rules.ts'

/** Keeps in the state which colour rule fits which entry of the capture that is shown. */
export function followRules(store: AppStore): () => void {
  let asking: AbortController | null = null
  const ask = () => {
    asking?.abort()
    const { current, preferences } = store.getState()
    if (!current) {
      store.setState(({ filters }) => ({ filters: { ...filters, ruled: null } }))
      return
    }
    asking = new AbortController()
    const { signal } = asking
    void askRules(
      current,
      preferences.colourRules,
      ruled => {
        if (signal.aborted) return
        store.setState(({ filters }) => ({ filters: { ...filters, ruled } }))
      },
      signal,
    )
  }
  const stop = store.subscribe((state, before) => {
    const isOther =
      state.current !== before.current ||
      state.preferences.colourRules !== before.preferences.colourRules
    if (isOther) ask()
  })
  return () => {
    stop()
    asking?.abort()
  }
}
