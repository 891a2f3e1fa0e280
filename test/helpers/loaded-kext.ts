import type { LoadedKext } from '../../core/kext/kext.ts'

/** A loaded kext of which little matters. */
export function loadedKext(
  more: Partial<LoadedKext> & { readonly bundleIdentifier: string },
): LoadedKext {
  return {
    index: 1,
    refs: 0,
    address: null,
    size: 0,
    wired: 0,
    architecture: null,
    version: '1.0',
    uuid: null,
    linkedAgainst: [],
    ...more,
  }
}
