import type { Panels, PreferenceChange } from '../../core/contract/preferences.ts'
import { ask } from '../../core/contract/transport.ts'
import { failureOf, type ActionContext } from './store.ts'

export interface PreferenceActions {
  readonly loadPreferences: () => Promise<void>
  /** In the state at once; saved by the host. What cannot be saved holds for this window, and is told. */
  readonly setPreference: (change: PreferenceChange) => Promise<void>
  /** What the host says that was saved, by this window or another. Each has panes of its own size. */
  readonly takePreference: (change: PreferenceChange) => void
  /** Panes as they are dragged: in the state at once, and saved when the hand rests. */
  readonly keepPanels: (change: Partial<Panels>) => void
  /** Saves now what waits to be saved: the window may be about to close. */
  readonly flushPanels: () => void
}

/** A drag changes a size sixty times a second. */
const restMs = 400

export function preferenceActions({ store, transport }: ActionContext): PreferenceActions {
  let timer: ReturnType<typeof setTimeout> | null = null

  /** Sections that are on their way to the host, and how often: what it says of them meanwhile is older. */
  const saving = new Map<PreferenceChange['section'], number>()
  const put = ({ section, value }: PreferenceChange) =>
    store.setState(({ preferences }) => ({ preferences: { ...preferences, [section]: value } }))

  const setPreference = async (change: PreferenceChange) => {
    put(change)
    saving.set(change.section, (saving.get(change.section) ?? 0) + 1)
    try {
      await ask(transport, 'preferences.save', change)
    } catch (error) {
      store.setState({ notice: { failure: failureOf(error) } })
    } finally {
      saving.set(change.section, saving.get(change.section)! - 1)
    }
  }
  const flushPanels = () => {
    if (timer === null) return
    clearTimeout(timer)
    timer = null
    void setPreference({ section: 'panels', value: store.getState().preferences.panels })
  }

  return {
    loadPreferences: async () => {
      const preferences = await ask(transport, 'preferences.get', {})
      store.setState({ preferences })
    },
    setPreference,
    takePreference: change => {
      const { section, value } = change
      if (section === 'panels' || saving.get(section)) return
      // The window that saved it has it: rules that are the same are not tried anew.
      const known = store.getState().preferences[section]
      if (JSON.stringify(known) !== JSON.stringify(value)) put(change)
    },
    keepPanels: ({ sizes, open }) => {
      store.setState(({ preferences }) => {
        const { panels } = preferences
        const after = { sizes: { ...panels.sizes, ...sizes }, open: { ...panels.open, ...open } }
        return { preferences: { ...preferences, panels: after } }
      })
      if (timer !== null) clearTimeout(timer)
      timer = setTimeout(flushPanels, restMs)
    },
    flushPanels,
  }
}
