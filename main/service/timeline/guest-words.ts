import type { GuestIdentity } from '../../../core/guest-facts/read-identity.ts'

/** `Mac OS X 10.13.6 (17G65)`, `Darwin 17.7.0`; null where nothing is known. */
export function guestWords(identity: GuestIdentity): string | null {
  const { osName, osVersion, osBuild, darwinRelease } = identity
  if (osVersion !== null) {
    return [osName ?? 'macOS', osVersion, osBuild && `(${osBuild})`].filter(Boolean).join(' ')
  }
  return darwinRelease === null ? osBuild : `Darwin ${darwinRelease}`
}
