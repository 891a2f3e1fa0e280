import type { PreferenceChange } from '../../core/contract/preferences.ts'
import { ask } from '../../core/contract/transport.ts'
import { failureOf, type ActionContext } from './store.ts'

export interface PreferenceActions {
  readonly loadPreferences: () => Promise<void>
  /** In the state at once; saved by the host. What cannot be saved holds for this window, and is told. */
  readonly setPreference: (change: PreferenceChange) => Promise<void>
}

export function preferenceActions({ store, transport }: ActionContext): PreferenceActions {
  return {
    loadPreferences: async () => {
      const preferences = await ask(transport, 'preferences.get', {})
      store.setState({ preferences })
    },
    setPreference: async change => {
      store.setState(({ preferences }) => ({
        preferences: { ...preferences, [change.section]: change.value },
      }))
      try {
        await ask(transport, 'preferences.save', change)
      } catch (error) {
        store.setState({ notice: { failure: failureOf(error) } })
      }
    },
  }
}
