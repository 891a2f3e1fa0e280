import type { InstalledKext } from '../../../core/kext/kext.ts'
import { buildCatalogue } from '../../../core/matching/catalogue.ts'
import { createMatcher, type Matcher } from '../../../core/matching/matcher.ts'
import type { TakenCapture } from '../../service/capture-guest.ts'
import { bundleArchitecture } from '../../../core/guest-facts/kext-architecture.ts'
import { readWhatIfBundles } from '../../service/what-if-bundles.ts'

/** A matcher over a capture, with the kexts at these places of the host's disk added to the guest's. */
export async function openMatcher(
  { capture, snapshot }: TakenCapture,
  kextPaths: readonly string[],
  say: (sentence: string) => void,
): Promise<Matcher> {
  const architecture = bundleArchitecture(capture.identity?.machine ?? null)
  const whatIf: InstalledKext[] = []
  for (const path of kextPaths) whatIf.push(...(await readWhatIfBundles(path, architecture)))
  for (const { path, bundleIdentifier, problems, notes } of whatIf) {
    for (const sentence of [...problems, ...notes]) say(`${bundleIdentifier || path}: ${sentence}`)
  }
  const catalogue = buildCatalogue({
    snapshot,
    installed: capture.installed,
    bootCache: capture.bootPersonalities,
    whatIf,
    darwinMajor: capture.identity?.darwinMajor,
  })
  const loadedKexts = capture.kexts?.map(({ bundleIdentifier }) => bundleIdentifier) ?? null
  return createMatcher(snapshot, catalogue, { loadedKexts })
}
