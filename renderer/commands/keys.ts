/** One way to press a command, as the table writes it: `Mod+Shift+P`. */
export interface KeyChord {
  readonly key: string
  readonly isMod: boolean
  readonly isShift: boolean
  readonly isAlt: boolean
}

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'> &
  Partial<Pick<KeyboardEvent, 'code'>>

/** `/ Mod+F` are two ways. */
export function chordsOf(keys: string): readonly KeyChord[] {
  return keys.split(' ').map(text => {
    // The key itself may be a plus.
    const parts = text.split(/\+(?=.)/)
    return {
      key: parts.at(-1)!,
      isMod: parts.includes('Mod'),
      isShift: parts.includes('Shift'),
      isAlt: parts.includes('Alt'),
    }
  })
}

export function isPressed(chord: KeyChord, event: Pressed, isMac: boolean): boolean {
  const mod = isMac ? event.metaKey : event.ctrlKey
  const other = isMac ? event.ctrlKey : event.metaKey
  // A sign such as `?` needs Shift on one keyboard and not on another: the key says it already.
  const isSign = chord.key.length === 1 && !/[a-z0-9]/i.test(chord.key)
  return (
    mod === chord.isMod &&
    !other &&
    event.altKey === chord.isAlt &&
    (isSign || event.shiftKey === chord.isShift) &&
    keyOf(chord, event) === chord.key.toLowerCase()
  )
}

/** With Alt a Mac types another character: there the place of the key counts. */
function keyOf({ isAlt }: KeyChord, { key, code }: Pressed): string {
  const place = isAlt ? /^(?:Digit|Key)(.)$/.exec(code ?? '')?.[1] : undefined
  return (place ?? key).toLowerCase()
}

const onMac: Readonly<Record<string, string>> = { Mod: '⌘', Shift: '⇧', Alt: '⌥' }
const signs: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
}

/** As people read the first way: `Ctrl+Shift+P`, on a Mac `⇧⌘P`. */
export function keysText(keys: string, isMac: boolean): string {
  const chord = chordsOf(keys)[0]!
  const modifiers = [chord.isAlt && 'Alt', chord.isShift && 'Shift', chord.isMod && 'Mod'].filter(
    part => part !== false,
  )
  const key = signs[chord.key] ?? (chord.key.length === 1 ? chord.key.toUpperCase() : chord.key)
  if (isMac) return modifiers.map(part => onMac[part]).join('') + key
  return [...modifiers.map(part => (part === 'Mod' ? 'Ctrl' : part)).reverse(), key].join('+')
}

export const isMac = typeof navigator !== 'undefined' && /Mac/.test(navigator.platform)
