import type { Capture } from '../contract/types.ts'
import type { InstalledKext } from '../kext/kext.ts'
import { buildCatalogue } from '../matching/catalogue.ts'
import type { CatalogueItem } from '../matching/catalogue-item.ts'
import { createMatcher, type Matcher } from '../matching/matcher.ts'
import { checkSentence, reasonSentence } from '../matching/sentences.ts'
import type { PersonalityVerdict, ServiceCandidate } from '../matching/verdict.ts'
import type { EntryIndex, Snapshot } from '../registry/snapshot.ts'
import { viewRegistry, type RegistryView } from '../verify/observed-guest.ts'
import type { WouldMatch } from './preflight-report.ts'

const mostServices = 20
/** No kext has so many; a hostile one may, and each is compared with the whole registry. */
const mostPersonalities = 100
/** Services that one sentence names. */
const mostNamed = 3

/** What a capture tells that matching wants to know; a `TakenCapture` is one. */
export interface MatchingEvidence {
  readonly snapshot: Snapshot
  readonly capture: Pick<Capture, 'installed' | 'kexts' | 'identity' | 'bootPersonalities'>
}

/**
 * Where the personalities of a bundle would be started in the guest that a capture shows, were the bundle pushed and
 * loaded now: the guest's own copy of it is taken for replaced, and its kext for loaded.
 */
export function wouldMatchOf(
  { snapshot, capture }: MatchingEvidence,
  bundle: InstalledKext,
): readonly WouldMatch[] {
  if (bundle.personalities.length === 0) return []
  const { installed, bootPersonalities = null, identity, kexts } = capture
  const isOwn = (id: string): boolean => id === bundle.bundleIdentifier
  const catalogue = buildCatalogue({
    snapshot,
    installed: installed?.filter(kext => !isOwn(kext.bundleIdentifier)) ?? null,
    bootCache: bootPersonalities,
    whatIf: [bundle],
    darwinMajor: identity?.darwinMajor,
  })
  const loadedKexts =
    kexts === null
      ? null
      : [...kexts.map(({ bundleIdentifier }) => bundleIdentifier), bundle.bundleIdentifier]
  return wouldMatch(createMatcher(snapshot, catalogue, { loadedKexts }), bundle)
}

/**
 * The same by a matcher whose catalogue has the bundle's personalities as what-if: `extendCatalogue(base, [bundle])`.
 * A driver of the bundle's own that runs already counts as gone, since the load that this is asked for replaces it.
 */
export function wouldMatch(matcher: Matcher, bundle: InstalledKext): readonly WouldMatch[] {
  const view = viewRegistry(matcher.snapshot)
  const isAdded = ({ origin, alsoFrom }: CatalogueItem): boolean =>
    [origin, ...alsoFrom].some(each => each.kind === 'what-if' && each.kextPath === bundle.path)
  const added = matcher.catalogue.items.filter(isAdded)
  const ignored = matcher.catalogue.ignored.filter(({ item }) => isAdded(item))
  const trying: Trying = {
    matcher,
    view,
    bundleIdentifier: bundle.bundleIdentifier,
    added: new Set(added),
  }
  const more = added.length - mostPersonalities
  return [
    ...added.slice(0, mostPersonalities).map(item => ofItem(trying, item)),
    ...ignored.slice(0, mostPersonalities).map(({ item, because }) => ({
      personality: item.name,
      ioClass: item.ioClass,
      services: [],
      omittedCount: 0,
      sentence: because,
    })),
    ...(more > 0
      ? [
          {
            personality: '…',
            ioClass: null,
            services: [],
            omittedCount: 0,
            sentence: `${more} more personalities were not tried.`,
          },
        ]
      : []),
  ]
}

interface Trying {
  readonly matcher: Matcher
  readonly view: RegistryView
  readonly bundleIdentifier: string
  readonly added: ReadonlySet<CatalogueItem>
}

type Service = WouldMatch['services'][number]

function ofItem(trying: Trying, item: CatalogueItem): WouldMatch {
  const { matcher, view } = trying
  // Near misses cost much more than matches, and are told only where nothing matches.
  const verdict = matcher.personality(item, { limit: 0 })
  const passed = verdict.matches.filter(({ candidate }) => candidate.standing !== 'fails')
  const judged = passed.map(each => ({ each, ...fate(trying, item, each) }))
  const order = { true: 0, null: 1, false: 2 } as const
  judged.sort((a, b) => order[`${a.wins}`] - order[`${b.wins}`])
  const services: readonly Service[] = judged
    .slice(0, mostServices)
    .map(({ each, wins, tell }) => ({ entry: view.brief(each.entry), wins, sentence: tell() }))
  return {
    personality: item.name,
    ioClass: item.ioClass,
    services,
    omittedCount: judged.length - services.length,
    sentence:
      judged.length === 0
        ? whyNowhere(trying, matcher.personality(item, { limit: 1 }))
        : whereSentence(services, judged),
  }
}

/** Sentences are made for the few that are named: a personality may pass for every service there is. */
interface Fate {
  readonly wins: boolean | null
  readonly tell: () => string
}

function fate(trying: Trying, item: CatalogueItem, { entry, candidate }: ServiceCandidate): Fate {
  const { standing, reason } = candidate
  const tell = (): string => reasonSentence(reason, { entry: each => trying.view.brief(each).name })
  if (standing === 'running') return { wins: true, tell }
  const halted = reason.kind === 'service-not-registered' || reason.kind === 'service-inactive'
  if (!halted && candidate.result?.kind === 'matches') {
    const own = ownHolder(trying, item, entry)
    if (own !== null) return withoutOwn(trying, item, candidate.result.score, own)
  }
  // It beats who runs there, and still nothing is started before that one goes.
  if (reason.kind === 'would-start' && reason.instead !== undefined) return { wins: false, tell }
  if (standing === 'wins') return { wins: true, tell }
  return { wins: standing === 'unknown' ? null : false, tell }
}

interface OwnHolder {
  readonly client: EntryIndex
  readonly rivals: readonly { readonly item: CatalogueItem; readonly score: number }[]
}

/** The bundle's own driver has the category on this service: it goes before the new one comes. */
function ownHolder(trying: Trying, item: CatalogueItem, entry: EntryIndex): OwnHolder | null {
  const { matcher, view, bundleIdentifier, added } = trying
  const isOwnDriver = (client: EntryIndex): boolean =>
    view.stringProperty(client, 'CFBundleIdentifier') === bundleIdentifier
  if (!view.clientsOf(entry).some(isOwnDriver)) return null
  const competition = matcher
    .service(entry)
    .categories.find(({ category }) => category === item.category)
  if (competition?.client == null || !isOwnDriver(competition.client)) return null
  const rivals = competition.contenders.flatMap(({ item: other, result }) =>
    other !== item &&
    result?.kind === 'matches' &&
    (added.has(other) || other.bundleIdentifier !== bundleIdentifier)
      ? [{ item: other, score: result.score }]
      : [],
  )
  return { client: competition.client, rivals }
}

function withoutOwn(
  { view }: Trying,
  { category }: CatalogueItem,
  score: number,
  { client, rivals }: OwnHolder,
): Fate {
  const best = rivals.toSorted((a, b) => b.score - a.score)[0]
  const now = (): string =>
    `“${view.brief(client).name}” of the build that is loaded has the match category ${category}; once that is unloaded,`
  if (best === undefined || best.score < score)
    return { wins: true, tell: () => `${now()} this one is the best.` }
  const other = `“${best.item.name}” of ${best.item.bundleIdentifier}`
  return best.score > score
    ? {
        wins: false,
        tell: () => `${now()} ${other} wins with a score of ${best.score} against ${score}.`,
      }
    : {
        wins: null,
        tell: () =>
          `${now()} ${other} has the same score of ${score}, and no dump shows which comes first.`,
      }
}

function whereSentence(
  services: readonly Service[],
  judged: readonly { readonly wins: boolean | null }[],
): string {
  const winCount = judged.filter(({ wins }) => wins === true).length
  if (winCount > 0) {
    const names = services
      .filter(({ wins }) => wins === true)
      .slice(0, mostNamed)
      .map(({ entry }) => `“${entry.name}”`)
    const more = winCount - names.length
    return `It would be started on ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`
  }
  const first = services[0]!
  const keys = judged.length === 1 ? 'one service' : `${judged.length} services`
  return first.wins === null
    ? `It may match ${keys}. On “${first.entry.name}”: ${first.sentence}`
    : `Its keys hold for ${keys}, and it would be started on none. On “${first.entry.name}”: ${first.sentence}`
}

function whyNowhere({ view }: Trying, { item, misses, considered }: PersonalityVerdict): string {
  const [nearest] = misses
  if (nearest === undefined)
    return considered === 0
      ? `The registry shows no service of the class ${item.providerClass ?? '(none)'}, its IOProviderClass.`
      : 'It matches no service.'
  const failing = nearest.failing.slice(0, 2).map(checkSentence).join(' ')
  return `${considered === 1 ? 'It does not match the one service' : `It matches none of the ${considered} services`} of its IOProviderClass. Nearest is “${view.brief(nearest.entry).name}”: ${failing}`
}
