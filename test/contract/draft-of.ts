/** What a driver for this service is drafted with, where nobody has chosen anything. */
export function draftOf(snapshotId: string, entry: number) {
  return {
    snapshotId,
    entry,
    name: null,
    className: null,
    bundleIdentifier: null,
    keys: null,
    competition: 'best' as const,
    hasProbe: false,
    hasUserClient: false,
  }
}
