// Linear memory: the window, then tables that only grow. Nothing is ever freed; the reader drops the whole
// instance when its dump has been read.

/** Bytes behind a window or table that may be read, so that 16 bytes can be loaded at once anywhere. */
export const slack: usize = 64

const pageShift: usize = 16
let top: usize = (__heap_base + 15) & ~15

/**
 * Makes sure that `allocate` can hand out so many bytes. Everything a window can ask for is reserved before it is
 * scanned, so that nothing has to be undone half-way. Memory that is never written costs nothing.
 * @returns false when the host has no more
 */
export function reserve(bytes: u64): bool {
  const room = u64(memory.size()) << pageShift
  const wanted = u64(top) + bytes + 1024
  if (wanted <= room) return true
  if (wanted > u64(u32.MAX_VALUE)) return false
  // By a megabyte at least: each growth is a call to the operating system.
  const pages = i32((max(wanted - room, 1 << 20) + 0xffff) >> pageShift)
  return memory.grow(pages) >= 0 || memory.grow(i32((wanted - room + 0xffff) >> pageShift)) >= 0
}

/** Zeroed, at a multiple of 16. To be reserved before. */
export function allocate(bytes: usize): usize {
  const at = top
  top = (top + bytes + slack + 15) & ~15
  return at
}

/** A bigger place for a table that is full. All tables double, so what is left behind is never the most. */
export function grown(table: usize, bytes: usize, wanted: usize): usize {
  const wider = allocate(wanted)
  memory.copy(wider, table, bytes)
  return wider
}
