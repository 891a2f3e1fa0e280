import type { Capture, MissingPart } from '../../core/contract/types.ts'
import { FailureError, sentenceFor } from '../../core/failure.ts'
import { readClassCounts } from '../../core/guest-facts/read-class-counts.ts'
import { readKernelLog } from '../../core/guest-facts/read-kernel-log.ts'
import { bundleArchitecture } from '../../core/guest-facts/kext-architecture.ts'
import type { InstalledKext } from '../../core/kext/kext.ts'
import { readKextList } from '../../core/kext/read-kext-list.ts'
import { withoutInstalled, type BootPersonalities } from '../../core/matching/boot-personalities.ts'
import type { OutputKind } from '../../core/kextant/output-kinds.ts'
import { readInfoPlists } from '../guest/read-info-plists.ts'
import { knownKext } from './known-kexts.ts'
import { readBootPersonalities } from './read-boot-personalities.ts'

/** The outputs beside the registry, and the parts of a capture that are read from them. */
export const partNames = {
  kextstat: 'loaded kexts',
  'kmutil-showloaded': 'loaded kexts',
  'info-plists': 'installed kexts',
  'boot-personalities': 'boot-time personalities',
  ioclasscount: 'class counts',
  dmesg: 'kernel log',
} as const satisfies Partial<Record<OutputKind, string>>
export type PartKind = keyof typeof partNames

export const isPartKind = (kind: string): kind is PartKind => Object.hasOwn(partNames, kind)

/**
 * What a capture holds besides the registry, read from the guest's raw outputs: the same whether they have
 * just come from the guest or lay in a `.kextant` for years.
 */
export class CaptureParts {
  kexts: Capture['kexts'] = null
  installed: Capture['installed'] = null
  classCounts: Capture['classCounts'] = null
  kernelLog: Capture['kernelLog'] = null
  /** What the outputs should tell and do not. */
  readonly missing: MissingPart[] = []
  readonly #architecture: string
  #bootPersonalities: BootPersonalities | null = null

  /** @param machine the guest's, as `uname -m` prints it: keys of its architecture count in an Info.plist */
  constructor(machine: string | null) {
    this.#architecture = bundleArchitecture(machine)
  }

  /** Asked when all outputs have been read. */
  bootPersonalities(darwinMajor: number | null): BootPersonalities | null {
    const boot = this.#bootPersonalities
    return boot && withoutInstalled(boot, this.installed, darwinMajor)
  }

  async read(kind: PartKind, pieces: readonly Uint8Array[]): Promise<void> {
    try {
      await this.#read(kind, pieces)
    } catch (error) {
      if (!(error instanceof FailureError)) throw error
      this.#lacks(kind, sentenceFor(error.failure))
    }
  }

  async #read(kind: PartKind, pieces: readonly Uint8Array[]): Promise<void> {
    switch (kind) {
      case 'kextstat':
      case 'kmutil-showloaded': {
        const tool = kind === 'kextstat' ? 'kextstat' : 'kmutil'
        const { kexts, problems } = readKextList(textOf(pieces), tool)
        this.kexts = kexts
        for (const { message } of problems) this.#lacks(kind, message)
        return
      }
      case 'info-plists': {
        const kexts: InstalledKext[] = []
        const { problems } = await readInfoPlists(pieces, ({ path, bytes }) => {
          const folder = path.replace(/(\/Contents)?\/Info\.plist$/, '')
          kexts.push(knownKext(path, folder, bytes, this.#architecture))
        })
        this.installed = kexts.sort((a, b) => a.path.localeCompare(b.path))
        for (const reason of problems) this.#lacks(kind, reason)
        return
      }
      case 'boot-personalities': {
        const { found, problems } = await readBootPersonalities(pieces)
        this.#bootPersonalities = found
        for (const reason of problems) this.#lacks(kind, reason)
        return
      }
      case 'ioclasscount':
        this.classCounts = [...readClassCounts(textOf(pieces), 'ioclasscount').counts]
        return
      case 'dmesg':
        this.kernelLog = readKernelLog(textOf(pieces))
        return
    }
  }

  #lacks(kind: PartKind, reason: string): void {
    this.missing.push({ part: partNames[kind], reason })
  }
}

/** What is not UTF-8 becomes U+FFFD: these are tools that print plain words. */
function textOf(pieces: readonly Uint8Array[]): string {
  return new TextDecoder().decode(Buffer.concat(pieces))
}
