import type { App } from './app-context.tsx'

/**
 * Saves what still waits when the page goes or is put away: a window may be closed right after a pane was resized, and no
 * timer outlives its page.
 */
export function followPageEnd({ actions }: App): void {
  window.addEventListener('pagehide', actions.flushPanels)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') actions.flushPanels()
  })
}
