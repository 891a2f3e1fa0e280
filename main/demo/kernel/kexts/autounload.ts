import type { Boot } from '../boot.ts'
import { isInUse, removeKext } from './unload.ts'

/**
 * The automatic unload (facts: kexts, section 8): a scan runs a while after the last matching activity, 60 s in a
 * real kernel. A kext that defines an IOService class and has neither instances nor references goes; one that was
 * loaded explicitly is spared for one scan. What the boot brought stays, as its drivers may be asked for again at
 * any time.
 */
export class UnusedKexts {
  readonly #boot: Boot
  readonly #delayMs: number
  #cancel: () => void = () => undefined

  constructor(boot: Boot, delayMs: number) {
    this.#boot = boot
    this.#delayMs = delayMs
  }

  /** Something was matched or loaded: the time begins anew. */
  consider(): void {
    this.#cancel()
    this.#cancel = this.#boot.scheduler.after(this.#delayMs, () => this.#scan())
  }

  #scan(): void {
    const boot = this.#boot
    let isAgain = false
    for (const kext of boot.kexts.all()) {
      if (kext.isFromBoot) continue
      const isDriver = boot.classes
        .ofBundle(kext.bundleIdentifier)
        .some(({ name }) => boot.classes.conforms(name, 'IOService'))
      if (!isDriver || isInUse(boot, kext)) continue
      // The code goes; the personalities stay in the catalogue, so that a fitting device brings it back.
      const isGone = !kext.isSpared && removeKext(boot, kext).length === 0
      // What it was linked against may be unused now.
      isAgain ||= isGone || kext.isSpared
      kext.isSpared = false
    }
    if (isAgain) this.consider()
  }
}
