import { useActions, useApp } from './app-context.tsx'

/**
 * A size that the user gave a pane, kept for the next window.
 * @param name of the size in the preferences
 */
export function usePanelSize<T extends number | null>(
  name: string,
  initial: T,
): readonly [size: number | T, resize: (size: number) => void] {
  const actions = useActions()
  const size = useApp(state => state.preferences.panels.sizes[name])
  return [size ?? initial, wanted => actions.keepPanels({ sizes: { [name]: wanted } })]
}
