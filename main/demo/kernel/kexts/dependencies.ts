import { compareVersions, isCompatibleVersion } from '../../../../core/kext/version.ts'
import type { Diagnostic, KextBundle } from './bundle.ts'
import type { LoadedKext, LoadedKextTable } from './loaded-kexts.ts'

/** Where a library of a kext is: in the kernel already, or still on the disk. */
export type Library =
  | { readonly kind: 'loaded'; readonly kext: LoadedKext }
  | { readonly kind: 'on-disk'; readonly bundle: KextBundle }

export interface Resolution {
  readonly libraries: readonly Library[]
  readonly problems: readonly Diagnostic[]
  /** The kernel's words for the same problems. */
  readonly logLines: readonly string[]
}

interface Candidate {
  readonly version: string
  readonly compatibleVersion: string | null
}

/**
 * Resolves `OSBundleLibraries` (facts: kexts, section 4): satisfied by a kext with that id, a compatible
 * version c and c ≤ wanted ≤ version; a loaded one is preferred.
 */
export function resolveLibraries(
  bundle: KextBundle,
  loaded: LoadedKextTable,
  installed: (bundleIdentifier: string) => readonly KextBundle[],
): Resolution {
  const libraries: Library[] = []
  const problems = new Map<string, string[]>()
  const logLines: string[] = []
  const problem = (text: string, value: string): void => {
    problems.set(text, [...(problems.get(text) ?? []), value])
  }

  for (const [id, wanted] of bundle.libraries) {
    if (id === 'com.apple.kernel' || id.startsWith('com.apple.kernel.')) {
      problem(
        '64-bit kexts must use com.apple.kpi.* libraries, not com.apple.kernel* libraries',
        id,
      )
      continue
    }
    const inKernel = loaded.get(id)
    const onDisk = inKernel
      ? []
      : installed(id).toSorted((a, b) => compareVersions(b.version, a.version))
    const candidates: readonly Candidate[] = inKernel ? [inKernel] : onDisk
    if (candidates.length === 0) {
      problem('No kexts found for these libraries', id)
      logLines.push(`Kext ${bundle.bundleIdentifier} - library kext ${id} not found.`)
      continue
    }
    const fitting = candidates.findIndex(c => satisfies(c, wanted))
    if (fitting < 0) {
      problem(unfitText(candidates, inKernel !== undefined), `${id} → ${wanted}`)
      logLines.push(
        `Kext ${bundle.bundleIdentifier} - library kext ${id} not compatible with requested version ${wanted}.`,
      )
      continue
    }
    libraries.push(
      inKernel ? { kind: 'loaded', kext: inKernel } : { kind: 'on-disk', bundle: onDisk[fitting]! },
    )
  }
  const isApple = bundle.bundleIdentifier.startsWith('com.apple.')
  if (!isApple && bundle.libraries.some(([id]) => id === 'com.apple.kpi.private')) {
    problem('Only Apple kexts may link against com.apple.kpi.private.', 'com.apple.kpi.private')
  }
  return {
    libraries,
    problems: [...problems].map(([text, values]) => ({ text, values })),
    logLines,
  }
}

function satisfies({ version, compatibleVersion }: Candidate, wanted: string): boolean {
  return compatibleVersion !== null && isCompatibleVersion(wanted, { version, compatibleVersion })
}

function unfitText(candidates: readonly Candidate[], isLoaded: boolean): string {
  if (candidates.every(c => c.compatibleVersion === null)) {
    return 'Kexts found for these libraries lack valid OSBundleCompatibleVersion'
  }
  return isLoaded
    ? "Kexts already loaded for these libraries aren't compatible with the requested version"
    : 'Only incompatible kexts found for these libraries'
}
