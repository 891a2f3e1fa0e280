import { FailureError } from '../failure.ts'
import type { InstalledKext } from '../kext/kext.ts'
import { installedKextFrom } from '../kext/read-info-plist.ts'
import type { DictionaryValue } from '../registry/property-value.ts'
import type { EntryIndex, Snapshot } from '../registry/snapshot.ts'
import { draftLibraries, type DraftLibraries, type KextsOfGuest } from './draft-libraries.ts'
import { draftNames, suggestedName, type DraftNames, type NameChoices } from './draft-names.ts'
import {
  isHeld,
  otherMatches,
  scoreToWin,
  verdictOn,
  type DraftEngine,
  type DraftMatcher,
  type DraftVerdict,
} from './draft-verdict.ts'
import {
  freeName,
  linkWarnings,
  nameWarnings,
  serviceWarnings,
  takenNames,
} from './draft-warnings.ts'
import { driverInfoPlist, personalityOf } from './driver-info-plist.ts'
import { providerClassOf, suggestMatchKeys, type MatchKeyChoice } from './match-keys.ts'
import { providerKitOf } from './provider-kits.ts'
import { lookAt, type ServiceLook } from './service-look.ts'
import { defaultMakefileInclude, driverSkeleton, type DraftFile } from './skeleton.ts'

/** How a draft competes. */
export type Competition =
  /** In the default category where it can win there, else in one of its own. */
  | 'best'
  /** In a category of its own: it starts beside the drivers that are there. */
  | 'own-category'
  /** In the default category: instead of the driver that has it. */
  | 'default-category'

export interface DraftOptions extends NameChoices {
  /** `MatchKeyChoice.id`; the first that wins where none is named. */
  readonly keys?: string | undefined
  readonly competition?: Competition | undefined
  readonly hasProbe?: boolean | undefined
  readonly hasUserClient?: boolean | undefined
  /** The name where none is chosen and another than that of the service is wanted. */
  readonly fallbackName?: string | undefined
  readonly makefileInclude?: string | undefined
}

export interface DraftContext {
  readonly snapshot: Snapshot
  readonly engine: DraftEngine
  readonly kexts: KextsOfGuest
  /** Classes that the guest told besides: a new class must not have such a name. */
  readonly knownClasses: readonly string[]
}

/** A way to select the service, with the category and the score that are best for it, and what comes of it. */
export interface AssessedChoice {
  readonly choice: MatchKeyChoice
  readonly category: string | null
  readonly probeScore: number | null
  readonly personality: DictionaryValue
  readonly verdict: DraftVerdict
  /** Other services whose keys hold too, the first of them, and whether it would be started there. */
  readonly alsoMatches: readonly { readonly entry: EntryIndex; readonly wins: boolean }[]
  readonly alsoMatchCount: number
  /** Services of which the snapshot does not tell whether it matches them. */
  readonly undecidedCount: number
}

export interface DriverDraft {
  readonly entry: EntryIndex
  readonly names: DraftNames
  /** Ways that the matcher accepts, the best first. */
  readonly choices: readonly AssessedChoice[]
  /** The one that the files are for: that which was asked for, else the first that wins, else the first. */
  readonly chosen: AssessedChoice
  readonly files: readonly DraftFile[]
  readonly libraries: DraftLibraries
  /** What the author should know, in sentences. */
  readonly warnings: readonly string[]
}

const mostMatches = 20
/** Where the draft lies for the engine: nowhere. */
const draftFolder = '/(draft)/'

/**
 * Drafts a driver for a service: match keys that select it, a category and a score by which it wins on this
 * snapshot by the engine's own verdict, where it can, and all files.
 *
 * @throws FailureError bad-request for names that cannot be used and keys that are not offered;
 *   value-unwritable where the service is matched by something that no property list can hold
 */
export function draftDriver(
  context: DraftContext,
  entry: EntryIndex,
  options: DraftOptions = {},
): DriverDraft {
  const { snapshot, engine, kexts } = context
  const look = lookAt(snapshot, entry, engine.chainOf(entry))
  const taken = takenNames(snapshot, kexts, context.knownClasses)
  const fallback = options.fallbackName ?? freeName(suggestedName(look.name), taken)
  const drafting = { context, look, names: draftNames(options, fallback), options }
  const { names } = drafting
  const offered = suggestMatchKeys(look)
  refuseUnlessOffered(offered, options.keys)
  const tried = offered.map(choice => assess(drafting, choice))
  const wanted = tried.find(({ choice }) => choice.id === options.keys)
  // Some families accept nothing but their own combinations of keys (facts: matching, section 6.3).
  const accepted = tried.filter(
    one => one === wanted || one.verdict.candidate?.result?.kind !== 'fails',
  )
  const choices = accepted.length > 0 ? accepted : tried
  const chosen = wanted ?? choices.find(({ verdict }) => verdict.wins) ?? choices[0]!
  const libraries = librariesFor(drafting, chosen.choice)
  return {
    entry,
    names,
    choices,
    chosen,
    files: driverSkeleton({
      names,
      personality: chosen.personality,
      libraries,
      hasProbe: options.hasProbe ?? false,
      hasUserClient: options.hasUserClient ?? false,
      selects: look.name === '' ? look.className : `${look.name}, class ${look.className}`,
      makefileInclude: options.makefileInclude ?? defaultMakefileInclude,
    }),
    libraries,
    warnings: [
      ...nameWarnings(names, classesOf(drafting), taken),
      ...serviceWarnings(look),
      ...libraries.warnings,
      ...linkWarnings(bundleOf(drafting, chosen.choice, chosen.personality), kexts),
      ...(kexts.installed === null
        ? ['This capture does not tell which kexts are installed, so there may be rivals unseen.']
        : []),
    ],
  }
}

interface Drafting {
  readonly context: DraftContext
  readonly look: ServiceLook
  readonly names: DraftNames
  readonly options: DraftOptions
}

function classesOf({ names, options }: Drafting): readonly string[] {
  return options.hasUserClient ? [names.className, names.userClientClass] : [names.className]
}

function refuseUnlessOffered(offered: readonly MatchKeyChoice[], wanted: string | undefined): void {
  if (offered.length === 0) {
    throw refused('the dump does not tell the class of this entry, and a personality needs one')
  }
  if (wanted === undefined || offered.some(({ id }) => id === wanted)) return
  const ids = offered.map(({ id }) => id).join(', ')
  throw refused(`no match keys for this service are called “${wanted}”; there are: ${ids}`)
}

/** With the category and the score that are best, and what else it would match then. */
function assess(drafting: Drafting, choice: MatchKeyChoice): AssessedChoice {
  const { matcher, ...attempted } = settle(drafting, choice)
  const { item } = attempted.verdict
  const others = otherMatches(matcher, attempted.verdict, drafting.context.snapshot)
  const alsoMatches = others.sure.slice(0, mostMatches).map(entry => {
    return { entry, wins: matcher.candidate(item!, entry).standing === 'wins' }
  })
  return {
    ...attempted,
    alsoMatches,
    alsoMatchCount: others.sure.length,
    undecidedCount: others.undecided.length,
  }
}

type Attempt = Omit<AssessedChoice, 'alsoMatches' | 'alsoMatchCount' | 'undecidedCount'> & {
  readonly matcher: DraftMatcher
}

/**
 * Tries the ways to compete in turn, up to the first that wins. Where a driver runs in the default category, one
 * of its own is tried before a higher score: that starts when the kext is loaded, the other only when the driver
 * is gone (facts: matching, section 3).
 */
function settle(drafting: Drafting, choice: MatchKeyChoice): Attempt {
  const { names, options } = drafting
  const beside = () => attempt(drafting, choice, names.className, null)
  const competition = choice.needsOwnCategory ? 'own-category' : (options.competition ?? 'best')
  if (competition === 'own-category') return beside()
  const plain = attempt(drafting, choice, null, null)
  if (plain.verdict.candidate?.result?.kind !== 'matches') return plain
  const raised = () => {
    const score = scoreToWin(plain.verdict)
    return score === null ? plain : attempt(drafting, choice, null, score)
  }
  if (competition === 'default-category') return raised()
  if (isHeld(plain.verdict)) return firstWinning(beside, raised) ?? plain
  return firstWinning(() => plain, raised, beside) ?? plain
}

function firstWinning(...ways: readonly (() => Attempt)[]): Attempt | null {
  for (const way of ways) {
    const assessed = way()
    if (assessed.verdict.wins) return assessed
  }
  return null
}

function attempt(
  { context, look, names, options }: Drafting,
  choice: MatchKeyChoice,
  category: string | null,
  probeScore: number | null,
): Attempt {
  const { keys } = choice
  const hasUserClient = options.hasUserClient ?? false
  const personality = personalityOf(names, { keys, category, probeScore, hasUserClient })
  const bundle = bundleOf({ context, look, names, options }, choice, personality)
  const matcher = context.engine.matcherWith([bundle])
  const verdict = verdictOn(matcher, bundle, look.entry)
  return { choice, category, probeScore, personality, verdict, matcher }
}

/** The bundle that the files make, read as any other. */
function bundleOf(
  drafting: Drafting,
  choice: MatchKeyChoice,
  personality: DictionaryValue,
): InstalledKext {
  const { names } = drafting
  const { entries } = librariesFor(drafting, choice)
  const info = driverInfoPlist(names, personality, entries)
  return installedKextFrom(`${draftFolder}${names.kextName}.kext`, info)
}

function librariesFor({ context, look }: Drafting, choice: MatchKeyChoice): DraftLibraries {
  const { classes } = look.chain
  const from = classes.indexOf(providerClassOf(choice))
  const kit = providerKitOf(from < 0 ? [providerClassOf(choice)] : classes.slice(from))
  return draftLibraries(kit, context.kexts)
}

function refused(detail: string): FailureError {
  return new FailureError({ kind: 'bad-request', request: 'draft', detail })
}
