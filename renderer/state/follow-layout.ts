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
    keepPanels({
      sizes: { inspector: inspectorWidth ?? notDragged, log: logHeight },
      open: { log: isLogOpen },
    })
  })
}

/** What is kept of a width that follows the window. */
const notDragged = 0
/** Was kept by earlier versions whether somebody had dragged it or not. */
const oldDefault = 560

function draggedWidth(kept: number | undefined): number | null {
  return kept === undefined || kept === notDragged || kept === oldDefault ? null : kept
}

function layoutOf({ sizes, open }: Panels, layout: Layout): Layout {
  return {
    inspectorWidth: draggedWidth(sizes['inspector']),
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
