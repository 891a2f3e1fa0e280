import type { InstalledKext, Personality } from '../kext/kext.ts'
import type { PreflightReport, WouldMatch } from '../preflight/preflight-report.ts'
import { classesOf } from '../verify/compare-guests.ts'
import { reasonToRegister } from '../verify/personality-report.ts'
import {
  usualWithinMs,
  type AnyInstance,
  type Expectations,
  type ExpectedService,
} from './expectations.ts'

/**
 * What can be expected of a bundle by its Info.plist alone, and by where its personalities would match.
 *
 * Registered is asked only of a driver that has to be found: most services never register (facts: service-state,
 * section 4). Of one that would be started, its `start()` has to return. Where nobody can tell a personality to win, or
 * without a capture (`wouldMatch` null), one instance of any of them is asked for: a bundle may have many for hardware
 * that is not there.
 *
 * @param ownClasses classes that its code defines, where they are known from that; else those of its personalities
 */
export function deriveExpectations(
  bundle: InstalledKext,
  wouldMatch: PreflightReport['wouldMatch'],
  ownClasses: readonly string[] = classesOf(bundle),
): Expectations {
  const hasCode = bundle.executable !== null
  const services = bundle.personalities.flatMap(personality => {
    const found = wouldMatch?.find(each => isOf(each, personality))
    return found ? expectedOf(personality, found, bundle) : []
  })
  return {
    source: { kind: 'derived', from: bundle.path },
    bundleIdentifier: bundle.bundleIdentifier,
    withinMs: usualWithinMs,
    // A kext without code of its own is in no list of loaded kexts.
    kext: hasCode
      ? {
          isLoaded: true,
          version: bundle.version === '' ? null : bundle.version,
          uuid: 'build',
          line: null,
          versionLine: null,
          uuidLine: null,
        }
      : null,
    anyInstance: services.length > 0 ? null : anyInstanceOf(bundle, wouldMatch),
    services: merged(services),
    log: [],
    classesBackToBaseline: hasCode ? ownClasses.map(className => ({ className, line: null })) : [],
  }
}

/** Sentences of the matching engine that one reason takes. */
const mostReasons = 3

function anyInstanceOf(
  { personalities }: InstalledKext,
  wouldMatch: PreflightReport['wouldMatch'],
): AnyInstance | null {
  const making = personalities.filter(({ ioClass }) => ioClass !== null)
  if (making.length === 0) return null
  const found = making.flatMap(
    personality => wouldMatch?.find(each => isOf(each, personality)) ?? [],
  )
  const reasons = found
    .slice(0, mostReasons)
    .map(({ personality, sentence }) =>
      making.length === 1 ? sentence : `“${personality}”: ${sentence}`,
    )
  return {
    personalities: making.map(({ name, ioClass, providerClass, bundleIdentifier }) => ({
      name,
      ioClass,
      providerClass,
      bundleIdentifier,
    })),
    because: reasons.length === 0 ? null : reasons.join(' '),
  }
}

function isOf(found: WouldMatch, { name, ioClass }: Personality): boolean {
  return found.personality === name && (found.ioClass === null || found.ioClass === ioClass)
}

function expectedOf(
  personality: Personality,
  { services }: WouldMatch,
  bundle: InstalledKext,
): readonly ExpectedService[] {
  const { ioClass, providerClass } = personality
  const won = services.filter(({ wins }) => wins === true)
  if (ioClass === null || won.length === 0) return []
  const names = new Set(won.map(({ entry }) => entry.name))
  const [only] = names
  return [
    {
      className: ioClass,
      withSubclasses: false,
      // One place is told by its name; of several, one is enough: probe() may say no to the others.
      provider: names.size === 1 ? only! : providerClass,
      count: { atLeast: 1, atMost: null },
      state:
        reasonToRegister(personality, bundle) === null ? ['started'] : ['registered', 'started'],
      properties: [],
      wouldWin: true,
      withinMs: null,
      line: null,
    },
  ]
}

/** Two personalities that ask the same are one question. */
function merged(services: readonly ExpectedService[]): readonly ExpectedService[] {
  const byKind = new Map<string, ExpectedService>()
  for (const service of services) {
    const kind = JSON.stringify([service.className, service.provider])
    const known = byKind.get(kind)
    const state = known && known.state.length > service.state.length ? known.state : service.state
    byKind.set(kind, { ...service, state })
  }
  return [...byKind.values()]
}
