import type { Capture, MissingPart } from '../../core/contract/types.ts'
import { FailureError, sentenceFor } from '../../core/failure.ts'
import { readClassCounts } from '../../core/guest-facts/read-class-counts.ts'
import { readKernelLog } from '../../core/guest-facts/read-kernel-log.ts'
import type { InstalledKext } from '../../core/kext/kext.ts'
import { installedKextFrom } from '../../core/kext/read-info-plist.ts'
import { readKextList } from '../../core/kext/read-kext-list.ts'
import type { OutputKind } from '../../core/kextant/output-kinds.ts'
import { readInfoPlists } from '../guest/read-info-plists.ts'
import { readPlist } from '../plist/read-plist.ts'

/** The outputs beside the registry, and the parts of a capture that are read from them. */
export const partNames = {
  kextstat: 'loaded kexts',
  'kmutil-showloaded': 'loaded kexts',
  'info-plists': 'installed kexts',
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
          kexts.push(kextOf(path, bytes))
        })
        this.installed = kexts.sort((a, b) => a.path.localeCompare(b.path))
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

/** A broken Info.plist is shown as a kext with a problem, not left out. */
function kextOf(path: string, bytes: Uint8Array): InstalledKext {
  const folder = path.replace(/(\/Contents)?\/Info\.plist$/, '')
  try {
    return installedKextFrom(folder, readPlist(bytes, path))
  } catch (error) {
    if (!(error instanceof FailureError)) throw error
    return {
      path: folder,
      bundleIdentifier: '',
      version: '',
      executable: null,
      compatibleVersion: null,
      libraries: [],
      personalities: [],
      problems: [error.message],
      notes: [],
    }
  }
}

/** What is not UTF-8 becomes U+FFFD: these are tools that print plain words. */
function textOf(pieces: readonly Uint8Array[]): string {
  return new TextDecoder().decode(Buffer.concat(pieces))
}
