import type { Panels } from '../../core/contract/preferences.ts'
import type { PreferenceActions } from './preference-actions.ts'
import type { Layout } from './app-state.ts'
import type { AppStore } from './store.ts'

/** A drag changes a size sixty times a second. */
const waitMs = 500

/** Sizes of panes as the user left them: taken in when the host tells them, and kept when they change. */
export function keepPanels(store: AppStore, { setPreference }: PreferenceActions): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let isTold = false
  const stop = store.subscribe((state, before) => {
    if (!isTold && state.preferences !== before.preferences) {
      isTold = true
      const { layout, preferences } = state
      const kept = layoutOf(preferences.panels, layout)
      if (!isAlike(kept, layout)) store.setState({ layout: kept })
      return
    }
    if (state.layout === before.layout || !isTold) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      const { layout, preferences } = store.getState()
      const value = panelsOf(layout, preferences.panels)
      void setPreference({ section: 'panels', value })
    }, waitMs)
  })
  return () => {
    clearTimeout(timer)
    stop()
  }
}

function layoutOf({ sizes, open }: Panels, layout: Layout): Layout {
  return {
    inspectorWidth: sizes['inspector'] ?? layout.inspectorWidth,
    logHeight: sizes['log'] ?? layout.logHeight,
    isLogOpen: open['log'] ?? layout.isLogOpen,
  }
}

function panelsOf(layout: Layout, { sizes, open }: Panels): Panels {
  return {
    sizes: { ...sizes, inspector: layout.inspectorWidth, log: layout.logHeight },
    open: { ...open, log: layout.isLogOpen },
  }
}

function isAlike(a: Layout, b: Layout): boolean {
  return (
    a.inspectorWidth === b.inspectorWidth &&
    a.logHeight === b.logHeight &&
    a.isLogOpen === b.isLogOpen
  )
}
