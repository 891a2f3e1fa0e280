/** A kext in the kernel: what `kextstat` shows, and what an unload has to know. */
export interface LoadedKext {
  /** Load tag, never given twice in a boot. */
  readonly index: number
  readonly bundleIdentifier: string
  readonly version: string
  /** Present for libraries. */
  readonly compatibleVersion: string | null
  /** Upper case. */
  readonly uuid: string | null
  readonly address: bigint
  /** Bytes, whole pages. */
  readonly size: number
  readonly linkedAgainst: readonly LoadedKext[]
  /** The bundle it came from. */
  readonly path: string
  /** `OSBundleAllowUserTerminate`, or not an Apple kext. */
  readonly allowsUserTerminate: boolean
  /** Part of the boot: the automatic unload leaves it alone. */
  readonly isFromBoot: boolean
  /** What the module's stop routine returns; anything but 0 refuses. */
  readonly stopReturns: number
  /** It was loaded explicitly, and no scan for unused kexts has run since. */
  isSpared: boolean
}

/** Where kexts lie on a 10.13 kernel, un-slid. */
const firstAddress = 0xffff_ff7f_80a0_0000n
const pageBytes = 0x1000

export class LoadedKextTable {
  readonly #byId = new Map<string, LoadedKext>()
  #nextIndex = 1
  #nextAddress = firstAddress

  /** In load order. */
  all(): readonly LoadedKext[] {
    return [...this.#byId.values()]
  }

  get(bundleIdentifier: string): LoadedKext | undefined {
    return this.#byId.get(bundleIdentifier)
  }

  add(kext: Omit<LoadedKext, 'index' | 'address' | 'size'>, bytes: number): LoadedKext {
    const size = Math.max(1, Math.ceil(bytes / pageBytes)) * pageBytes
    const loaded = { ...kext, index: this.#nextIndex++, address: this.#nextAddress, size }
    this.#nextAddress += BigInt(size)
    this.#byId.set(kext.bundleIdentifier, loaded)
    return loaded
  }

  remove(bundleIdentifier: string): void {
    this.#byId.delete(bundleIdentifier)
  }

  /** References by the linkage of other kexts; not the number of instances. */
  refs(kext: LoadedKext): number {
    return this.all().filter(other => other.linkedAgainst.includes(kext)).length
  }
}
