// Bits of `EntryFlag` in snapshot.ts.
export const hasId: u16 = 1 << 0
export const isService: u16 = 1 << 1
export const hasBusyCount: u16 = 1 << 2
export const hasBusyTime: u16 = 1 << 3
export const hasRetainCount: u16 = 1 << 4
export const hasProperties: u16 = 1 << 5
export const busyTimeInMs: u16 = 1 << 6
export const stateBitsUnordered: u16 = 1 << 7
/** Of entry-draft.ts: an archive told the state. */
export const hasArchiveState: u16 = 1 << 15
