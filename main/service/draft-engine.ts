import type { DraftContext } from '../../core/draft/draft-driver.ts'
import type { InstalledKext } from '../../core/kext/kext.ts'
import { buildCatalogue } from '../../core/matching/catalogue.ts'
import { extendCatalogue } from '../../core/matching/extend-catalogue.ts'
import { createMatcher } from '../../core/matching/matcher.ts'
import type { TakenCapture } from './capture-guest.ts'

/** Whoever types a name asks again with each letter; a catalogue takes longer than a draft. */
const contexts = new WeakMap<TakenCapture, DraftContext>()

/** What a draft is made with: the capture, and the matcher over everything that the guest told. */
export function draftContext(taken: TakenCapture): DraftContext {
  let context = contexts.get(taken)
  if (!context) contexts.set(taken, (context = contextOf(taken)))
  return context
}

function contextOf({ capture, snapshot }: TakenCapture): DraftContext {
  const { kexts, installed, identity, classCounts, bootPersonalities = null } = capture
  const darwinMajor = identity?.darwinMajor ?? null
  const loadedKexts = kexts?.map(kext => kext.bundleIdentifier) ?? null
  const catalogue = buildCatalogue({
    snapshot,
    installed,
    bootCache: bootPersonalities,
    darwinMajor,
  })
  const matcherWith = (whatIf: readonly InstalledKext[]) =>
    createMatcher(snapshot, extendCatalogue(catalogue, whatIf, { darwinMajor }), { loadedKexts })
  const { views } = matcherWith([])
  return {
    snapshot,
    engine: { chainOf: entry => views.of(entry).chain, matcherWith },
    kexts: { loaded: kexts, installed, darwinRelease: identity?.darwinRelease ?? null },
    knownClasses: (classCounts ?? []).map(([className]) => className),
  }
}
