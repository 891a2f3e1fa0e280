import type { LoadedKext } from '../kext/kext.ts'
import { compareVersions, versionNumber } from '../kext/version.ts'
import type { ObservedGuest } from '../verify/observed-guest.ts'
import { evaluateAnyInstance } from './evaluate-any-instance.ts'
import { evaluateLogLine, logPart } from './evaluate-log.ts'
import { evaluateService } from './evaluate-services.ts'
import type { ExpectationReport, ExpectationResult } from './expectation-report.ts'
import {
  anyInstanceTitle,
  baselineTitle,
  durationText,
  loadedTitle,
  logTitle,
  propertyTitle,
  serviceTitle,
  uuidTitle,
  versionTitle,
} from './expectation-titles.ts'
import type { Expectations, ExpectedService } from './expectations.ts'

export interface ExpectationEvidence {
  /** Before the load; null where it is not known, as with `verify` alone. */
  readonly before: ObservedGuest | null
  /** Loaded and at rest; null where it did not come to that. */
  readonly loaded: ObservedGuest | null
  /** Unloaded again; null where nothing was unloaded. */
  readonly unloaded: ObservedGuest | null
  /** `LC_UUID` of the host's build. */
  readonly buildUuid: string | null
  readonly waitedMs: number
  /** The tool said that it was loaded, and it is gone: the kernel unloads by itself what nothing uses. */
  readonly wasAutoUnloaded: boolean
}

type Seen = Pick<ExpectationResult, 'status' | 'seen'>

/**
 * Asks everything that is expected of what was seen. Pure; called again until all holds or the time is over.
 *
 * What holds only after an unload is left out where nothing was unloaded. Where what was seen does not tell (no
 * classes, no state, no log, a log that has wrapped, no class counts) the answer is `unknown`, with the reason.
 *
 * @param earlier the answer of the call before, where there was one: what had a time of its own and was not so then
 *   is late, even if it is so now
 */
export function evaluateExpectations(
  expectations: Expectations,
  evidence: ExpectationEvidence,
  earlier: ExpectationReport | null = null,
): ExpectationReport {
  const { before, loaded, unloaded, waitedMs } = evidence
  const { bundleIdentifier, anyInstance, services, log, classesBackToBaseline } = expectations
  const first = before?.snapshot ?? null
  const during = logPart(before?.kernelLog ?? null, loaded?.kernelLog ?? null)
  const results: readonly ExpectationResult[] = [
    ...kextResults(expectations, evidence),
    ...(anyInstance == null
      ? []
      : [
          result(
            anyInstanceTitle(anyInstance),
            loaded === null
              ? notLoaded
              : evaluateAnyInstance(anyInstance, bundleIdentifier, loaded, first),
            null,
          ),
        ]),
    ...services.flatMap(service =>
      loaded === null ? notSeen(service) : evaluateService(service, loaded.snapshot, first),
    ),
    ...log
      .filter(({ when }) => when === 'load')
      .map(line =>
        loaded === null
          ? result(logTitle(line), notLoaded, line.line)
          : evaluateLogLine(line, during),
      ),
  ]
  const afterwards: readonly ExpectationResult[] =
    unloaded === null
      ? []
      : [
          ...classesBackToBaseline.map(({ className, line }) => ({
            title: baselineTitle(className),
            ...judgeBaseline(className, bundleIdentifier, evidence, unloaded),
            when: 'after-unload' as const,
            line,
          })),
          ...log
            .filter(({ when }) => when === 'unload')
            .map(line =>
              evaluateLogLine(
                line,
                logPart((loaded ?? before)?.kernelLog ?? null, unloaded.kernelLog),
              ),
            ),
        ]
  return {
    source: expectations.source,
    results: [...results, ...afterwards].map((each, i) =>
      inTime(each, waitedMs, earlier, earlier?.results[i]),
    ),
    waitedMs,
  }
}

const notLoaded: Seen = {
  status: 'unknown',
  seen: 'it did not come to a loaded kext, so nothing was looked at',
}

function notSeen(service: ExpectedService): readonly ExpectationResult[] {
  return [
    result(serviceTitle(service), notLoaded, service.line),
    ...service.properties.map(each => result(propertyTitle(service, each), notLoaded, each.line)),
  ]
}

function result(title: string, seen: Seen, line: number | null): ExpectationResult {
  return { title, ...seen, when: 'after-load', line }
}

/** What came true after its own time is told as late, once a look at or after that time has shown it otherwise. */
function inTime(
  now: ExpectationResult,
  waitedMs: number,
  report: ExpectationReport | null,
  then: ExpectationResult | undefined,
): ExpectationResult {
  const { withinMs } = now
  if (withinMs === undefined || now.status !== 'pass' || report === null) return now
  if (then?.title !== now.title || then.status !== 'fail' || report.waitedMs < withinMs) return now
  const late = `${now.seen}, but only after ${durationText(waitedMs)}`
  return {
    ...now,
    status: 'fail',
    seen: then.seen.includes(', but only after ') ? then.seen : late,
  }
}

function kextResults(
  { kext, bundleIdentifier }: Expectations,
  evidence: ExpectationEvidence,
): readonly ExpectationResult[] {
  if (kext === null) return []
  const { loaded } = evidence
  const there = loaded?.kexts.find(each => each.bundleIdentifier === bundleIdentifier) ?? null
  const title = loadedTitle(kext.isLoaded, bundleIdentifier)
  const isNotThere: Seen = { status: 'fail', seen: 'it is not in the list of loaded kexts' }
  const ask = (judge: (kext: LoadedKext) => Seen): Seen =>
    loaded === null ? notLoaded : there === null ? isNotThere : judge(there)
  return [
    result(
      title,
      loaded === null ? notLoaded : judgeLoaded(kext.isLoaded, there, evidence),
      kext.line,
    ),
    ...(kext.version === null
      ? []
      : [
          result(
            versionTitle(kext.version),
            ask(({ version }) => judgeVersion(version, kext.version!)),
            kext.versionLine,
          ),
        ]),
    ...(kext.uuid === null
      ? []
      : [
          result(
            uuidTitle(kext.uuid),
            ask(({ uuid }) => judgeUuid(uuid, kext.uuid!, evidence.buildUuid)),
            kext.uuidLine,
          ),
        ]),
  ]
}

function judgeLoaded(
  isWanted: boolean,
  there: LoadedKext | null,
  evidence: ExpectationEvidence,
): Seen {
  if (there === null) return { status: isWanted ? 'fail' : 'pass', seen: whyNotThere(evidence) }
  const uuid = there.uuid === null ? '' : `, UUID ${there.uuid}`
  if (isWanted) return { status: 'pass', seen: `version ${there.version}${uuid}` }
  const wait = `the kernel looks for kexts to unload a minute after the last matching at the earliest, and spares one that was just loaded for another`
  return { status: 'fail', seen: `it is in the list, version ${there.version}; ${wait}` }
}

/** An unload that nobody asked for has its own explanation (facts: kexts, section 8). */
function whyNotThere({ wasAutoUnloaded }: ExpectationEvidence): string {
  return wasAutoUnloaded
    ? 'it was loaded and is gone again: the kernel unloads by itself a kext that has no instances and that no other is linked against, about one to two minutes after the load'
    : 'it is not in the list of loaded kexts'
}

function judgeVersion(seen: string, wanted: string): Seen {
  const areVersions = versionNumber(seen) !== null && versionNumber(wanted) !== null
  const isSame = areVersions ? compareVersions(seen, wanted) === 0 : seen === wanted
  return { status: isSame ? 'pass' : 'fail', seen: `version ${seen}` }
}

function judgeUuid(seen: string | null, wanted: string, buildUuid: string | null): Seen {
  const expected = wanted === 'build' ? buildUuid : wanted
  if (seen === null)
    return { status: 'unknown', seen: 'the guest’s list of kexts gives no UUID for it' }
  if (expected === null)
    return { status: 'unknown', seen: `UUID ${seen}; that of the build is not known` }
  if (seen.toUpperCase() === expected.toUpperCase()) return { status: 'pass', seen: `UUID ${seen}` }
  const build = wanted === 'build' ? `; the build has ${expected}: another build is loaded` : ''
  return { status: 'fail', seen: `UUID ${seen}${build}` }
}

/**
 * A class is counted from the moment that its kext is loaded, and not any more once it is gone (facts:
 * logs-and-misc, section 3); so a class without a count has no objects.
 */
function judgeBaseline(
  className: string,
  bundleIdentifier: string,
  { before, loaded }: ExpectationEvidence,
  unloaded: ObservedGuest,
): Seen {
  const after = unloaded.classCounts
  if (after === null) return { status: 'unknown', seen: 'this guest does not count objects' }
  const left = after.get(className) ?? 0
  const counts = before?.classCounts ?? null
  if (counts === null)
    return { status: 'unknown', seen: `${left} now; it was not counted before the load` }
  const first = counts.get(className) ?? 0
  const seen = `${first} before, ${left} after`
  if (left > first)
    return { status: 'fail', seen: `${seen}: ${left - first} left behind, until the next boot` }
  const wasLoaded = before?.kexts.some(each => each.bundleIdentifier === bundleIdentifier) === true
  if (left > 0 && wasLoaded)
    return {
      status: 'unknown',
      seen: `${seen}; the kext was loaded before already, with objects of its own`,
    }
  const wasEver = [counts, after, loaded?.classCounts].some(each => each?.has(className))
  if (!wasEver && loaded?.classCounts)
    return { status: 'unknown', seen: 'no kext had a class of this name at any time' }
  return { status: 'pass', seen }
}
