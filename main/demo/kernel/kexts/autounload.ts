import type { Boot } from '../boot.ts'
import { isInUse, removeKext } from './unload.ts'

/**
 * The automatic unload (facts: kexts, section 8): a kext that defines an IOService class and has neither
 * instances nor references goes. A fresh one is spared for one scan, so it goes after one to two intervals.
 * What the boot brought stays, as its drivers may be asked for again at any time.
 */
export function scanForUnused(boot: Boot, intervalMs: number): void {
  for (const kext of boot.kexts.all()) {
    if (kext.isFromBoot || Date.now() - kext.loadedAtMs < intervalMs) continue
    const isDriver = boot.classes
      .ofBundle(kext.bundleIdentifier)
      .some(({ name }) => boot.classes.conforms(name, 'IOService'))
    if (isDriver && !isInUse(boot, kext)) {
      // The code goes; the personalities stay in the catalogue, so that a fitting device brings it back.
      removeKext(boot, kext)
    }
  }
}
