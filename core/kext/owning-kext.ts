import type { InstalledKext } from './kext.ts'

/** Which kext an entry belongs to, and how that is known. */
export type Ownership =
  /** The entry says so: its `CFBundleIdentifier` property. */
  | { readonly kind: 'property'; readonly bundleIdentifier: string }
  /** One kext has personalities with its class. */
  | { readonly kind: 'personality'; readonly bundleIdentifier: string }
  /** Several kexts have personalities with its class. */
  | { readonly kind: 'ambiguous'; readonly candidates: readonly string[] }
  | { readonly kind: 'unknown' }

/** Class -> the kexts whose code it is, from the personalities that name it as `IOClass`. */
export type KextsByClass = ReadonlyMap<string, readonly string[]>

/** Made once per set of installed kexts; `owningKext` asks it for every entry. */
export function kextsByClass(installed: readonly InstalledKext[]): KextsByClass {
  const found = new Map<string, string[]>()
  for (const { ioClass, bundleIdentifier } of installed.flatMap(kext => kext.personalities)) {
    if (ioClass === null || bundleIdentifier === '') continue
    const kexts = found.get(ioClass)
    if (kexts === undefined) found.set(ioClass, [bundleIdentifier])
    else if (!kexts.includes(bundleIdentifier)) kexts.push(bundleIdentifier)
  }
  return found
}

/**
 * A driver's properties begin as a copy of its personality, identifier included (facts: service-state,
 * section 5). Nubs that a driver makes do not have it; their class often tells.
 *
 * @param entry its `CFBundleIdentifier` property and its class; null where it has none or it is not known
 */
export function owningKext(
  entry: { readonly bundleIdentifier: string | null; readonly className: string | null },
  byClass: KextsByClass,
): Ownership {
  if (entry.bundleIdentifier) return { kind: 'property', bundleIdentifier: entry.bundleIdentifier }
  const candidates = entry.className === null ? [] : (byClass.get(entry.className) ?? [])
  if (candidates.length === 0) return { kind: 'unknown' }
  if (candidates.length > 1) return { kind: 'ambiguous', candidates }
  return { kind: 'personality', bundleIdentifier: candidates[0]! }
}
