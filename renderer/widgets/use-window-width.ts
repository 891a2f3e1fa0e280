import { useSyncExternalStore } from 'react'

/** Where there is no window, as in a page that is written out, it is as wide as a usual one. */
const usualWidth = 1280

export function useWindowWidth(): number {
  return useSyncExternalStore(
    follow,
    () => window.innerWidth,
    () => usualWidth,
  )
}

function follow(tell: () => void): () => void {
  window.addEventListener('resize', tell)
  return () => window.removeEventListener('resize', tell)
}
