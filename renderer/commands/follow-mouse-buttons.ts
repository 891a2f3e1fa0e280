import type { App } from '../state/app-context.tsx'
import { bindings } from './bindings.ts'

/** As `MouseEvent.button` numbers the two at the side of a mouse. */
const commandOf = { 3: 'go.back', 4: 'go.forward' } as const

/** Back and forward by the mouse. The browser's own history has one page: it would leave the window. */
export function followMouseButtons(app: App): () => void {
  const commandAt = ({ button }: MouseEvent) =>
    button === 3 || button === 4 ? commandOf[button] : null
  const onDown = (event: MouseEvent) => {
    if (commandAt(event)) event.preventDefault()
  }
  const onUp = (event: MouseEvent) => {
    const command = commandAt(event)
    if (!command) return
    event.preventDefault()
    if (document.querySelector('[role="dialog"]')) return
    const { run, whyNot } = bindings[command]
    if (!whyNot?.(app.store.getState())) run(app)
  }
  window.addEventListener('mousedown', onDown)
  window.addEventListener('mouseup', onUp)
  return () => {
    window.removeEventListener('mousedown', onDown)
    window.removeEventListener('mouseup', onUp)
  }
}
