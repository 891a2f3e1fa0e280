/** Bytes that are marked: from the one where it began to the one with the cursor, both inside. */
export interface ByteSelection {
  readonly anchor: number
  readonly cursor: number
}

/** `[start, end)` of a selection. */
export function selectedRange({ anchor, cursor }: ByteSelection): {
  readonly start: number
  readonly end: number
} {
  return { start: Math.min(anchor, cursor), end: Math.max(anchor, cursor) + 1 }
}

export interface HexKey {
  readonly key: string
  readonly isShift: boolean
  /** Ctrl, or Command on a Mac. */
  readonly isMod: boolean
}

const pageLines = 8

/** Where a key takes the cursor; null for a key that means nothing here. */
export function moveInBytes(
  selection: ByteSelection | null,
  { key, isShift, isMod }: HexKey,
  length: number,
  bytesPerRow: number,
): ByteSelection | null {
  if (length === 0) return null
  if (isMod && key.toLowerCase() === 'a') return { anchor: 0, cursor: length - 1 }
  const at = selection?.cursor ?? -1
  const to = targetOf(key, isMod, at, length, bytesPerRow)
  if (to === null) return null
  const cursor = Math.max(0, Math.min(length - 1, to))
  return { anchor: isShift && selection ? selection.anchor : cursor, cursor }
}

function targetOf(
  key: string,
  isMod: boolean,
  at: number,
  length: number,
  perRow: number,
): number | null {
  const line = Math.max(0, at - (((at % perRow) + perRow) % perRow))
  // From nowhere the first step comes to the first byte; up and down keep to the column as long as there is one.
  const vertical = (by: number) => {
    if (at < 0) return 0
    const to = at + by * perRow
    if (to < 0) return at % perRow
    if (to < length) return to
    const lastLine = Math.floor((length - 1) / perRow) * perRow
    return Math.min(length - 1, lastLine + (at % perRow))
  }
  switch (key) {
    case 'ArrowRight':
      return at + 1
    case 'ArrowLeft':
      return at < 0 ? 0 : at - 1
    case 'ArrowDown':
      return vertical(1)
    case 'ArrowUp':
      return vertical(-1)
    case 'PageDown':
      return vertical(pageLines)
    case 'PageUp':
      return vertical(-pageLines)
    case 'Home':
      return isMod ? 0 : line
    case 'End':
      return isMod ? length - 1 : line + perRow - 1
    default:
      return null
  }
}
