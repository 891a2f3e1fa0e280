import { useEffect, useRef, useState } from 'react'
import { useActions, useApp } from './app-context.tsx'

const saveAfterMs = 400

/**
 * A size that the user gave a pane, kept for the next window. Moves at once; is saved when the hand rests.
 * @param name of the size in the preferences
 */
export function usePanelSize(
  name: string,
  initial: number,
): readonly [size: number, resize: (size: number) => void] {
  const actions = useActions()
  const panels = useApp(state => state.preferences.panels)
  const [moved, setMoved] = useState<number | null>(null)
  const newest = useRef(panels)
  useEffect(() => {
    newest.current = panels
  })
  useEffect(() => {
    if (moved === null) return
    const timer = setTimeout(() => {
      const { sizes, open } = newest.current
      void actions.setPreference({
        section: 'panels',
        value: { sizes: { ...sizes, [name]: moved }, open },
      })
    }, saveAfterMs)
    return () => clearTimeout(timer)
  }, [actions, moved, name])
  return [moved ?? panels.sizes[name] ?? initial, setMoved]
}
