import { createContext, useContext, type ReactNode } from 'react'
import { useStore } from 'zustand'
import type { AppState } from './app-state.ts'
import type { AppActions } from './create-app.ts'
import type { AppStore } from './store.ts'

export interface App {
  readonly store: AppStore
  readonly actions: AppActions
}

const AppContext = createContext<App | null>(null)

export function AppProvider({
  app,
  children,
}: {
  readonly app: App
  readonly children: ReactNode
}) {
  return <AppContext value={app}>{children}</AppContext>
}

/** State and actions together, for what runs commands. */
export function useAppHandle(): App {
  const app = useContext(AppContext)
  if (!app) throw new Error('this part of the window stands outside AppProvider')
  return app
}

/** One part of the state. The selector returns something that is kept, or the view draws for ever. */
export function useApp<T>(selector: (state: AppState) => T): T {
  return useStore(useAppHandle().store, selector)
}

export function useActions(): AppActions {
  return useAppHandle().actions
}
