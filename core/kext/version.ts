/*
 * Kext versions (facts: kexts, section 3).
 *
 *   version := major [ "." minor [ "." revision ] ] [ stage level ]      1.0.14d1   2.3fc4   1800
 *   stage   := "d" | "a" | "b" | "f" | "fc"
 *
 * Numbers have up to four digits, a level up to three and at most 255. White space ends the string.
 */

const grammar = /^(\d{1,4})(?:\.(\d{1,4})(?:\.(\d{1,4}))?)?(?:(d|a|b|fc|f)(\d{1,3}))?(?=\s|$)/
const stageRank = { d: 1n, a: 3n, b: 5n, f: 7n, fc: 7n } as const
const releaseRank = 9n

/**
 * The number that orders versions: major·10¹² + minor·10⁸ + revision·10⁴ + stage·10³ + level. A bigint,
 * because 9999·10¹² is beyond the exact range of a double.
 *
 * @returns null for what is not a kext version
 */
export function versionNumber(text: string): bigint | null {
  const found = grammar.exec(text)
  if (!found) return null
  const [, major, minor = '0', revision = '0', stage, levelText = '0'] = found
  const level = BigInt(levelText)
  const isFinal = stage === 'f' || stage === 'fc'
  if (level > 255n || (isFinal && level === 0n)) return null
  const rank = stage === undefined ? releaseRank : stageRank[stage as keyof typeof stageRank]
  return (
    BigInt(major!) * 10n ** 12n +
    BigInt(minor) * 10n ** 8n +
    BigInt(revision) * 10n ** 4n +
    rank * 1000n +
    level
  )
}

/** Negative when `a` is older than `b`. What is not a version is older than every version. */
export function compareVersions(a: string, b: string): number {
  const left = versionNumber(a) ?? -1n
  const right = versionNumber(b) ?? -1n
  return left < right ? -1 : left > right ? 1 : 0
}

/**
 * Whether a library can serve a kext that wants `wanted`: compatible ≤ wanted ≤ current
 * (facts: kexts, section 4). False when one of them is not a version.
 */
export function isCompatibleVersion(
  wanted: string,
  library: { readonly compatibleVersion: string; readonly version: string },
): boolean {
  const w = versionNumber(wanted)
  const oldest = versionNumber(library.compatibleVersion)
  const newest = versionNumber(library.version)
  return w !== null && oldest !== null && newest !== null && oldest <= w && w <= newest
}
