import { useEffect } from 'react'
import { commandIds, commandRow, type CommandId } from '../../../core/commands/commands.ts'
import { chordsOf, isMac, isPressed, type KeyChord } from '../../commands/keys.ts'
import { runByKeys } from '../../commands/run-command.ts'
import { useAppHandle } from '../../state/app-context.tsx'

const byKeys: readonly (readonly [CommandId, readonly KeyChord[]])[] = commandIds.flatMap(id => {
  const { keys, keysWork } = commandRow(id)
  return keys === undefined || keysWork !== undefined ? [] : [[id, chordsOf(keys)] as const]
})

/**
 * The keys of all commands. What the browser would do with them, it never does: its own find would look at the
 * rows in sight only, its own save would save the page.
 */
export function useShortcuts(): void {
  const app = useAppHandle()
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      const isTypingNow = isTyping(event.target)
      const found = byKeys.find(([, chords]) =>
        chords.some(
          chord => isPressed(chord, event, isMac) && (chord.isMod || chord.isAlt || !isTypingNow),
        ),
      )
      if (!found) return
      event.preventDefault()
      // A dialog keeps the keyboard to itself.
      if (document.querySelector('[role="dialog"]')) return
      runByKeys(app, found[0])
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [app])
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches(typedInto)
}

/** A box that is ticked takes no letters: after a click on one the keys work on. */
const typedInto =
  ':is(input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable])'
