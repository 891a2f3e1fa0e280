/** `d` development, `a` alpha, `b` beta, `f`/`fc` final candidate; none is a release. */
const stages: Readonly<Record<string, bigint>> = { d: 1n, a: 3n, b: 5n, f: 7n, fc: 7n }

/**
 * A kext version as the number by which versions are compared: M·10¹² + m·10⁸ + r·10⁴ + stage·10³ + level
 * (facts: kexts, section 3).
 * @returns null where the text is not a version.
 */
export function parseKextVersion(text: string): bigint | null {
  const match =
    /^(\d{1,4})(?:\.(\d{1,4})(?:\.(\d{1,4}))?)?(?:(d|a|b|fc|f)(\d{1,3}))?(?:\s.*)?$/.exec(text)
  if (!match) return null
  const [, major, minor = '0', revision = '0', stage, levelText] = match
  const level = BigInt(levelText ?? '0')
  if (level > 255n || (stage?.startsWith('f') && level === 0n)) return null
  return (
    BigInt(major!) * 10n ** 12n +
    BigInt(minor) * 10n ** 8n +
    BigInt(revision) * 10n ** 4n +
    (stage === undefined ? 9n : stages[stage]!) * 1000n +
    level
  )
}
