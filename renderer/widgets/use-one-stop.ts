import { useEffect, type RefObject } from 'react'
import { placeAfter } from './list-keys.ts'

/**
 * Tab comes to a part with many small controls once; arrow keys, Home and End go on inside. Where it was left, it is
 * entered again. Which controls there are may change at any time: parts of it fold.
 */
export function useOneStop(part: RefObject<HTMLElement | null>, selector: string): void {
  useEffect(() => {
    const root = part.current
    if (!root) return
    let current: Element | undefined
    const controls = () => [...root.querySelectorAll<HTMLElement>(selector)]
    const settle = () => {
      const all = controls()
      if (!all.some(control => control === current)) current = all[0]
      for (const control of all) {
        const tabIndex = control === current ? 0 : -1
        if (control.tabIndex !== tabIndex) control.tabIndex = tabIndex
      }
    }
    const onFocus = ({ target }: FocusEvent) => {
      const control = target instanceof Element ? target.closest(selector) : null
      if (!control || control === current) return
      current = control
      settle()
    }
    const onKeyDown = (event: KeyboardEvent) => {
      const all = controls()
      const at = all.findIndex(control => control === event.target)
      if (at === -1 || event.ctrlKey || event.metaKey || event.altKey) return
      const to = placeAfter(event.key, at, all.length)
      if (to === null) return
      event.preventDefault()
      all[to]?.focus()
    }
    settle()
    const observer = new MutationObserver(settle)
    observer.observe(root, { childList: true, subtree: true })
    root.addEventListener('focusin', onFocus)
    root.addEventListener('keydown', onKeyDown)
    return () => {
      observer.disconnect()
      root.removeEventListener('focusin', onFocus)
      root.removeEventListener('keydown', onKeyDown)
    }
  }, [part, selector])
}
