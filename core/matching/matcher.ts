import type { EntryIndex, Snapshot } from '../registry/snapshot.ts'
import { CandidateLists } from './candidates.ts'
import type { Catalogue } from './catalogue.ts'
import type { CatalogueItem } from './catalogue-item.ts'
import { classHierarchyOf, type ClassHierarchy } from './class-hierarchy.ts'
import type { Resources } from './competition.ts'
import { familyOf } from './families.ts'
import type { FamilyTable } from './family.ts'
import { InstanceOrigins, type InstanceOrigin } from './instance-origin.ts'
import { judgeInstance } from './instance-verdict.ts'
import { kextEvidence } from './kext-evidence.ts'
import { summarize, type MatchSummary } from './match-summary.ts'
import { createPassiveMatch, type FamilyOf } from './passive-match.ts'
import { candidateOn, judgePersonality, type PersonalityLimits } from './personality-verdict.ts'
import { darwinVersionOf, platformOf } from './platform.ts'
import { judgeService, type Judging } from './service-verdict.ts'
import { isResourceClass } from './service-classes.ts'
import { createProviderViews, type ProviderViews } from './snapshot-provider.ts'
import type {
  Candidate,
  InstanceVerdict,
  MatchResult,
  PersonalityVerdict,
  ServiceVerdict,
} from './verdict.ts'

/** Which driver matches which service of one snapshot, and why (facts: matching). */
export interface Matcher {
  readonly snapshot: Snapshot
  readonly catalogue: Catalogue
  readonly hierarchy: ClassHierarchy
  /** The services as matching sees them. */
  readonly views: ProviderViews
  /** Do the keys of a personality hold for a service? Nothing is said of who else wants it. */
  match(item: Pick<CatalogueItem, 'properties'>, entry: EntryIndex): MatchResult
  /** How one personality fares against one service, whether the kernel looks at it there or not. */
  candidate(item: CatalogueItem, entry: EntryIndex): Candidate
  /** All personalities for one service. */
  service(entry: EntryIndex): ServiceVerdict
  /** One personality against all services. */
  personality(item: CatalogueItem, limits?: PersonalityLimits): PersonalityVerdict
  /** Which personality made a driver; null for what matching did not make. */
  instance(entry: EntryIndex): InstanceVerdict | null
  /** The same without what its score is made of: the personality by what the driver inherited. */
  origin(entry: EntryIndex): InstanceOrigin | null
  /** The table of a service's family; null where the base keys decide alone. */
  familyOf(entry: EntryIndex): FamilyTable | null
  /** The whole registry, as columns. */
  summary(): MatchSummary
}

export interface MatcherOptions {
  /** Identifiers of the loaded kexts; null or absent where no list was taken. */
  readonly loadedKexts?: Iterable<string> | null
}

/**
 * A matcher over one snapshot and one catalogue. It keeps what it has decoded and compared, so it is made once
 * for the two and asked often.
 */
export function createMatcher(
  snapshot: Snapshot,
  catalogue: Catalogue,
  { loadedKexts = null }: MatcherOptions = {},
): Matcher {
  const hierarchy = classHierarchyOf(snapshot)
  const views = createProviderViews(snapshot, hierarchy)
  const families = familiesOf(snapshot)
  const passive = createPassiveMatch(families)
  const judging: Judging = {
    views,
    lists: new CandidateLists(
      catalogue,
      hierarchy,
      platformOf(snapshot),
      darwinVersionOf(snapshot),
    ),
    origins: new InstanceOrigins(catalogue, views, passive),
    passive,
    familyOf: families,
    kexts: kextEvidence(snapshot, views, loadedKexts === null ? null : new Set(loadedKexts)),
    resources: resourcesOf(snapshot, views),
  }
  return {
    snapshot,
    catalogue,
    hierarchy,
    views,
    match: (item, entry) => judging.passive.match(item.properties, views.of(entry)),
    candidate: (item, entry) => candidateOn(judging, item, entry),
    service: entry => judgeService(judging, entry),
    personality: (item, limits) => judgePersonality(judging, snapshot, item, limits),
    instance: entry => judgeInstance(judging, snapshot, entry),
    familyOf: entry => families(views.of(entry)),
    origin: entry => judging.origins.of(entry),
    summary: () => summarize(judging, snapshot),
  }
}

/** The tables of families, for the platform of the snapshot's guest. */
export function familiesOf(snapshot: Snapshot): FamilyOf {
  const platform = platformOf(snapshot)
  return provider => familyOf(provider, platform)
}

/** What is published, and so a property of the one IOResources object; looked for when first asked. */
function resourcesOf(snapshot: Snapshot, views: ProviderViews): Resources {
  let objects: readonly EntryIndex[] | undefined
  return {
    has: name => {
      objects ??= resourceObjects(snapshot, views)
      const shown = objects.map(entry => views.of(entry)).filter(view => view.hasProperties)
      if (shown.some(view => view.property(name) !== undefined)) return true
      return shown.length > 0 && shown.length === objects.length ? false : null
    },
  }
}

function resourceObjects(snapshot: Snapshot, views: ProviderViews): readonly EntryIndex[] {
  const found: EntryIndex[] = []
  for (let entry = 0; entry < snapshot.entries.length; entry++) {
    const { className } = views.fresh(entry)
    if (isResourceClass(className)) found.push(entry)
  }
  return found
}
