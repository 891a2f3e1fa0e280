import { useSyncExternalStore } from 'react'

export function useWindowWidth(): number {
  return useSyncExternalStore(follow, () => window.innerWidth)
}

function follow(tell: () => void): () => void {
  window.addEventListener('resize', tell)
  return () => window.removeEventListener('resize', tell)
}
