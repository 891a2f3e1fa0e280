/** What keys do to the choice of several rows, in the tree and in columns alike. */
export type ChoiceKey =
  /** The row with the focus is taken in or out. */
  | 'toggle'
  /** The focus moves, what is chosen stays. */
  | 'keep-down'
  | 'keep-up'

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>

/** Null where the key is none of these. Ctrl or Cmd: on a Mac the latter is taken by the system with Space. */
export function choiceKey({ key, ctrlKey, metaKey, shiftKey, altKey }: Pressed): ChoiceKey | null {
  if (altKey) return null
  if (key === ' ') return shiftKey ? null : 'toggle'
  if (!shiftKey || !(ctrlKey || metaKey)) return null
  return key === 'ArrowDown' ? 'keep-down' : key === 'ArrowUp' ? 'keep-up' : null
}
