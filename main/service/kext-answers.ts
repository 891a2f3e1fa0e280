import type { Params, Result } from '../../core/contract/requests.ts'
import { recordExpectations } from '../../core/expectations/record-expectations.ts'
import { readExpectations } from '../../core/expectations/read-expectations.ts'
import type { BuildComparison } from '../../core/kext/compare-builds.ts'
import type { InstalledKext } from '../../core/kext/kext.ts'
import type { SavedFile } from '../../core/contract/types.ts'
import { explainBlockers } from '../../core/unload/explain-blockers.ts'
import type { BlockerReport } from '../../core/unload/blocker-report.ts'
import { FailureError } from '../../core/failure.ts'
import type { GuestSession } from '../guest/session.ts'
import type { TakenCapture } from './capture-guest.ts'
import type { HistoryStore } from './history/store.ts'
import { suggestExpectationsPath } from './find-expectations.ts'
import { absolutePath } from './host-folder.ts'
import { inspectBundle } from './local-bundle.ts'
import { buildsOf, classesOfLoaded, lookAtBuilds } from './recipe/builds.ts'
import { ownClasses } from './recipe/expectations.ts'
import { kextNamed } from './recipe/facts.ts'
import { observe } from './recipe/observe.ts'
import { writeNewFile } from './write-new-file.ts'

// What is asked about one kext beside any action.

/** What is in the way of an unload, before it is tried. */
export async function explainUnload(
  bundleIdentifier: string,
  taken: TakenCapture,
  session: GuestSession,
  signal: AbortSignal,
): Promise<BlockerReport> {
  return explainBlockers({
    bundleIdentifier,
    guest: observe(taken),
    installed: taken.capture.installed ?? [],
    outcome: null,
    classes: await classesOfLoaded(bundleIdentifier, { session, taken, signal }),
  })
}

export async function compareBuildsOf(
  { bundleIdentifier, bundlePath }: Params<'builds.compare'>,
  taken: TakenCapture,
  session: GuestSession,
  signal: AbortSignal,
): Promise<BuildComparison> {
  const hostPath = bundlePath === null ? null : absolutePath(bundlePath)
  const places = { bundleIdentifier, hostPath, guestPath: null }
  return buildsOf(places, { session, taken, signal })
}

/** A file of expectations of what a capture shows; with the log lines of the action that loaded the kext. */
export async function recordFor(
  { bundleIdentifier, bundlePath, actionId }: Params<'expectations.record'>,
  taken: TakenCapture,
  history: HistoryStore,
  session: GuestSession,
  signal: AbortSignal,
): Promise<Result<'expectations.record'>> {
  const record = actionId === null ? null : await history.find(actionId)
  const bundle = await bundleOf(bundleIdentifier, bundlePath, taken)
  const hostPath = bundlePath === null ? null : absolutePath(bundlePath)
  const places = { bundleIdentifier, hostPath, guestPath: null }
  const { classes } = await lookAtBuilds(places, { session, taken, signal })
  const text = recordExpectations({
    bundle,
    ownClasses: ownClasses(bundle, classes),
    guest: observe(taken),
    // Since the load: what an older build said when it went is not expected of the next load.
    logLines: record?.report?.kind === 'load' ? record.report.newLogLines : [],
  })
  const suggestedPath = bundlePath === null ? null : await suggestExpectationsPath(bundlePath)
  return { text, suggestedPath }
}

async function bundleOf(
  bundleIdentifier: string,
  bundlePath: string | null,
  taken: TakenCapture,
): Promise<InstalledKext> {
  if (bundlePath === null) return kextNamed(bundleIdentifier, { taken })
  const { kext } = await inspectBundle(absolutePath(bundlePath))
  if (kext.bundleIdentifier === bundleIdentifier) return kext
  const detail = `${bundlePath} is ${kext.bundleIdentifier}, not ${bundleIdentifier}`
  throw new FailureError({ kind: 'bad-request', request: 'expectations.record', detail })
}

/**
 * Saves what was recorded, and perhaps edited since.
 *
 * @throws FailureError expectations-invalid: what could not be read again is not written
 */
export async function saveExpectations(
  { path, text, overwrite }: Params<'expectations.save'>,
  signal: AbortSignal,
): Promise<SavedFile> {
  const place = absolutePath(path)
  readExpectations(text, place)
  const pieces = async function* () {
    yield new TextEncoder().encode(text)
  }
  return writeNewFile(place, pieces(), { overwrite, signal })
}
