import { useEffect } from 'react'

/** The filter field, found by the shortcut. */
export const filterFieldId = 'filter'

/** `/` and Ctrl/Cmd+F go to the filter. The page's own find would look at the rows in sight only. */
export function useShortcuts(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isFind = (event.ctrlKey || event.metaKey) && !event.altKey && event.key === 'f'
      const isSlash =
        event.key === '/' && !event.ctrlKey && !event.metaKey && !isTyping(event.target)
      if (!isFind && !isSlash) return
      const field = document.getElementById(filterFieldId)
      if (!(field instanceof HTMLInputElement) || field.disabled) return
      // A dialog keeps the keyboard to itself.
      if (document.querySelector('[role="dialog"]')) return
      event.preventDefault()
      field.focus()
      field.select()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')
  )
}
