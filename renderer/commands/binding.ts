import type { App } from '../state/app-context.tsx'
import type { AppState } from '../state/app-state.ts'

/** What a command of `core/commands` does in this window. */
export interface CommandBinding {
  readonly run: (app: App) => void
  /** Why it cannot be done now, as a sentence for its tooltip; null when it can. Always can, unless given. */
  readonly whyNot?: (state: AppState) => string | null
}
