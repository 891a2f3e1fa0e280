import { createStore, type StoreApi } from 'zustand/vanilla'
import { FailureError, type Failure } from '../../core/failure.ts'
import type { PageTransport } from '../client.ts'
import { initialState, type AppState } from './app-state.ts'

export type AppStore = StoreApi<AppState>

/** What every action works with. */
export interface ActionContext {
  readonly store: AppStore
  readonly transport: PageTransport
}

export function createAppStore(initial: Partial<AppState> = {}): AppStore {
  return createStore<AppState>()(() => ({ ...initialState, ...initial }))
}

/**
 * What went wrong, as data. A rejection that is no `FailureError` means that the host itself is gone or
 * that there is a bug; both are said with the message at hand.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure
  return { kind: 'internal', detail: error instanceof Error ? error.message : String(error) }
}
