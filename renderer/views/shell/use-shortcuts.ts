import { useEffect } from 'react'
import { useActions } from '../../state/app-context.tsx'

/** The filter field, found by the shortcut. */
export const filterFieldId = 'filter'

/**
 * `/` and Ctrl/Cmd+F go to the filter: the page's own find would look at the rows in sight only. Ctrl/Cmd+S
 * saves the capture and never the page.
 */
export function useShortcuts(): void {
  const actions = useActions()
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isCommand = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey
      const isSave = isCommand && event.key.toLowerCase() === 's'
      if (isSave) event.preventDefault()
      // A dialog keeps the keyboard to itself.
      if (document.querySelector('[role="dialog"]')) return
      if (isSave) actions.askToSave(true)
      else if ((isCommand && event.key === 'f') || (event.key === '/' && isSlash(event))) {
        goToFilter(event)
      }
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [actions])
}

function goToFilter(event: KeyboardEvent): void {
  const field = document.getElementById(filterFieldId)
  if (!(field instanceof HTMLInputElement) || field.disabled) return
  event.preventDefault()
  field.focus()
  field.select()
}

function isSlash(event: KeyboardEvent): boolean {
  return !event.ctrlKey && !event.metaKey && !isTyping(event.target)
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')
  )
}
