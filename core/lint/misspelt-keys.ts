import { editDistance } from '../query/nearest-words.ts'
import type { DictionaryValue } from '../registry/property-value.ts'
import type { PlistFinding } from './finding.ts'
import {
  baseKeys,
  infoPlistKeys,
  keyFamilies,
  keyFamilyOf,
  otherKeys,
  type KeyFamily,
} from './known-keys.ts'
import { quoted } from './show-value.ts'

/** Keys that matching looks at, of whatever family. */
const matchKeys = new Set([
  ...baseKeys.keys(),
  ...keyFamilies.flatMap(({ keys }) => [...keys.keys()]),
])
const personalityKeys = new Set([...matchKeys, ...otherKeys])

/** Longer keys are not compared: none that means something is half as long. */
const longestKey = 64

/**
 * Keys of a personality that are almost one that means something. Matching passes over what it does not know, so a
 * misspelt match key is no condition at all: the personality matches more than it says (facts: matching, section 4).
 *
 * @param title what the personality is called in the sentence
 */
export function misspeltPersonalityKeys(
  title: string,
  personality: DictionaryValue,
  providerClass: string | undefined,
  keyPath: readonly string[],
): readonly PlistFinding[] {
  const family = keyFamilyOf(providerClass)
  const likely = candidates([...personalityKeys].filter(key => isLikely(key, family)))
  const present = new Set(personality.entries.map(([key]) => key))
  return [...present].flatMap((key): readonly PlistFinding[] => {
    if (personalityKeys.has(key)) return []
    const meant = nearestKey(key, likely)
    if (meant === null) return []
    return [
      {
        severity: isOutOfUse(key, meant, present) ? 'note' : 'warning',
        rule: 'key-misspelt',
        keyPath: [...keyPath, key],
        sentence: `${title} has the key ${quoted(key)}, which matching does not know; probably ${meant} is meant. ${effectOf(meant, present, family)}`,
        advice: `Write ${meant}.`,
      },
    ]
  })
}

/** The same at the top of an Info.plist. */
export function misspeltInfoKeys(info: DictionaryValue): readonly PlistFinding[] {
  const known = new Set(infoPlistKeys)
  const likely = candidates(known)
  const present = new Set(info.entries.map(([key]) => key))
  return [...present].flatMap((key): readonly PlistFinding[] => {
    // `OSBundleLibraries_x86_64`: the architecture is no part of the key's name.
    const name = key.replace(/_(?:i386|x86_64|ppc|ppc64|arm64e?)$/, '')
    if (known.has(name)) return []
    const meant = nearestKey(name, likely)
    if (meant === null || present.has(meant)) return []
    return [
      {
        severity: isOutOfUse(name, meant, present) ? 'note' : 'warning',
        rule: 'key-misspelt',
        keyPath: [key],
        sentence: `The key ${quoted(key)} means nothing to the kext tools, which pass over it; probably ${meant} is meant.`,
        advice: `Write ${meant}${key.slice(name.length)}.`,
      },
    ]
  })
}

/** People put a key out of use by a sign in front, `#IOClass`, or by another name beside the right one. */
function isOutOfUse(key: string, meant: string, present: ReadonlySet<string>): boolean {
  return present.has(meant) || key.replace(/^[#!;_~/.-]+|[#!;_~/.-]+$/g, '') === meant
}

function effectOf(meant: string, present: ReadonlySet<string>, family: KeyFamily | null): string {
  if (present.has(meant))
    return `${meant} is there as well, so this one may be out of use on purpose.`
  if (meant === 'IOProbeScore') return 'The score is 0 as it stands.'
  if (meant === 'IOMatchCategory') return 'The driver is in the default category as it stands.'
  if (!matchKeys.has(meant)) return 'It has no effect as it stands.'
  // Families that want certain keys together: without one of them it may match nothing at all.
  if (family?.wantsCombinations === true && family.keys.has(meant))
    return `Unknown keys are passed over, so the ${family.name} table finds no ${meant}.`
  return 'Unknown keys are passed over, so it is no condition, and the personality matches more than it says.'
}

/** Of the plain words that some families use as keys, only those of the provider's own family are near anything. */
function isLikely(candidate: string, family: KeyFamily | null): boolean {
  return (
    baseKeys.has(candidate) ||
    otherKeys.includes(candidate) ||
    isDistinctive(candidate) ||
    (family !== null && family.keys.has(candidate))
  )
}

/** A key that is hardly the name of anything else: `IOPCIMatch`, `idVendor`, `bInterfaceClass`. */
export function isDistinctive(key: string): boolean {
  return /^(?:IO|id[A-Z]|b[A-Z]|bcd[A-Z])/.test(key)
}

interface Candidate {
  readonly key: string
  readonly lower: string
  readonly letters: number
}

function candidates(keys: Iterable<string>): readonly Candidate[] {
  return [...keys].map(key => ({ key, lower: key.toLowerCase(), letters: lettersOf(key) }))
}

/** The key that was meant: the same in other letters, or one or two letters away by its length. */
function nearestKey(key: string, among: readonly Candidate[]): string | null {
  if (key.length > longestKey) return null
  const allowed = key.length >= 10 ? 2 : key.length >= 6 ? 1 : 0
  const lower = key.toLowerCase()
  const letters = lettersOf(key)
  let best: string | null = null
  let least = allowed + 1
  for (const candidate of among) {
    // A hostile file has a hundred thousand keys: most are told apart before their letters are compared in turn.
    if (Math.abs(candidate.key.length - key.length) > allowed) continue
    if (countBits(letters ^ candidate.letters) > 2 * allowed) continue
    const distance = candidate.lower === lower ? 0.5 : editDistance(key, candidate.key, allowed)
    if (distance >= least) continue
    best = candidate.key
    least = distance
  }
  return best
}

/** Which letters there are, small and capital as one, as bits. Each edit changes two of them at most. */
function lettersOf(text: string): number {
  let letters = 0
  for (let i = 0; i < text.length; i++) letters |= 1 << (text.charCodeAt(i) & 31)
  return letters
}

function countBits(bits: number): number {
  let count = 0
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++
  return count
}
