import type { DraftContext } from '../../core/draft/draft-driver.ts'
import type { KextsOfGuest } from '../../core/draft/draft-libraries.ts'
import type { InstalledKext } from '../../core/kext/kext.ts'
import { buildCatalogue } from '../../core/matching/catalogue.ts'
import { createMatcher } from '../../core/matching/matcher.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'

/** What a draft is made with, over a snapshot and the kexts on its disk; every catalogue is built from the start. */
export function draftContextOf(
  snapshot: Snapshot,
  installed: readonly InstalledKext[] = [],
  kexts: Partial<KextsOfGuest> = {},
): DraftContext {
  const matcherWith = (whatIf: readonly InstalledKext[]) =>
    createMatcher(snapshot, buildCatalogue({ snapshot, installed, whatIf }))
  const { views } = matcherWith([])
  return {
    snapshot,
    engine: { chainOf: entry => views.of(entry).chain, matcherWith },
    kexts: { loaded: null, installed, darwinRelease: null, ...kexts },
    knownClasses: [],
  }
}
