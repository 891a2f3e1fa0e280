import type { Panels } from '../../core/contract/preferences.ts'
import type { PreferenceActions } from './preference-actions.ts'
import type { Layout } from './app-state.ts'
import type { AppStore } from './store.ts'

/** The layout as the user left it: taken in when the host tells it, and kept when it changes. */
export function followLayout(store: AppStore, { keepPanels }: PreferenceActions): () => void {
  let isTold = false
  return store.subscribe((state, before) => {
    if (!isTold && state.preferences !== before.preferences) {
      isTold = true
      const { layout, preferences } = state
      const kept = layoutOf(preferences.panels, layout)
      if (!isAlike(kept, layout)) store.setState({ layout: kept })
      return
    }
    if (state.layout === before.layout || !isTold) return
    const { inspectorWidth, logHeight, isLogOpen } = state.layout
    keepPanels({ sizes: { inspector: inspectorWidth, log: logHeight }, open: { log: isLogOpen } })
  })
}

function layoutOf({ sizes, open }: Panels, layout: Layout): Layout {
  return {
    inspectorWidth: sizes['inspector'] ?? layout.inspectorWidth,
    logHeight: sizes['log'] ?? layout.logHeight,
    isLogOpen: open['log'] ?? layout.isLogOpen,
  }
}

function isAlike(a: Layout, b: Layout): boolean {
  return (
    a.inspectorWidth === b.inspectorWidth &&
    a.logHeight === b.logHeight &&
    a.isLogOpen === b.isLogOpen
  )
}
