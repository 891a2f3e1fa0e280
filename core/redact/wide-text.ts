/** Shorter runs are no text of two bytes a character, or tell nothing. */
const shortestRun = 5

/**
 * The texts of two bytes a character, low byte first, that stand in data: EFI variables, device paths, USB descriptors.
 * Their characters as bytes, a line each; null where there are none. Only characters of ASCII begin or go on a run.
 */
export function wideTexts(bytes: Uint8Array, from: number, to: number): Uint8Array | null {
  let lines: Uint8Array | null = null
  let length = 0
  for (let at = from; at + 2 * shortestRun <= to; at++) {
    if (!isWide(bytes, at)) continue
    let end = at + 2
    while (end + 1 < to && isWide(bytes, end)) end += 2
    const count = (end - at) >> 1
    if (count < shortestRun) continue
    lines ??= new Uint8Array(((to - from) >> 1) + 1)
    for (let i = at; i < end; i += 2) lines[length++] = bytes[i]!
    // Each run takes ten bytes or more, so that there is room for its line break.
    lines[length++] = 10
    at = end - 1
  }
  return lines && lines.subarray(0, length)
}

function isWide(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at]!
  return bytes[at + 1] === 0 && byte >= 32 && byte < 127
}
