const moves: Readonly<Record<string, (at: number, count: number, page: number) => number>> = {
  ArrowDown: at => at + 1,
  ArrowUp: at => at - 1,
  PageDown: (at, _, page) => at + page,
  PageUp: (at, _, page) => at - page,
  Home: () => 0,
  End: (_, count) => count - 1,
}

/** Where a key leads to in a list, at its ends no further; null for a key that leads nowhere. */
export function placeAfter(key: string, at: number, count: number, page?: number): number | null {
  const move = moves[key]
  if (!move || count === 0 || (page === undefined && key.startsWith('Page'))) return null
  return Math.max(0, Math.min(count - 1, move(at, count, page ?? 0)))
}
