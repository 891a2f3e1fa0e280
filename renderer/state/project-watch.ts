import type { ConnectionState, HostInfo } from '../../core/contract/types.ts'
import type { BuildRun, BuiltKext, Project, ProjectDriver } from '../../core/project/project.ts'
import { assertNever } from '../../core/failure.ts'
import { whyNoAction } from './action-words.ts'

/**
 * What the window does about builds that come while a project is open:
 *
 *   off     nothing
 *   offer   each new build is offered to be pushed and loaded
 *   auto    it is pushed and loaded at once, on the guest for which that was switched on
 *
 * In `auto` a new build goes through `queue` → `current` → `lastRun`, one at a time; whatever is not as it was when
 * the user said yes (a plan with stops, a password, a build that failed, a full queue) makes an offer of it instead.
 */
export type WatchMode = 'off' | 'offer' | 'auto'

/** A bundle that was made while the project was open. */
export interface NewBuild extends BuiltKext {
  /** Of the driver. */
  readonly folder: string
  /** `MyKext` */
  readonly name: string
  readonly expectationsPath: string | null
}

export interface Offer {
  readonly build: NewBuild
  /** Why it was not run by itself; null where nobody wanted that. */
  readonly why: string | null
}

export interface AutoTarget {
  readonly id: string
  readonly label: string
}

export interface Watch {
  readonly mode: WatchMode
  /** The guest that `auto` was switched on for. */
  readonly target: AutoTarget | null
  /** The project that is watched. */
  readonly root: string | null
  /** The newest known build of each bundle, by its path; those that were deleted stay. */
  readonly seen: ReadonlyMap<string, BuiltKext>
  /** Newest first, one for a driver. */
  readonly offers: readonly Offer[]
  /** To be run, oldest first, one for a driver. */
  readonly queue: readonly NewBuild[]
  /** Planned or under way. */
  readonly current: NewBuild | null
  /** What came of the last one. */
  readonly lastRun: { readonly build: NewBuild; readonly actionId: string } | null
  /** Why `auto` is not on any more; null when the user switched it, or has read it. */
  readonly ended: string | null
}

export const noWatch: Watch = {
  mode: 'offer',
  target: null,
  root: null,
  seen: new Map(),
  offers: [],
  queue: [],
  current: null,
  lastRun: null,
  ended: null,
}

export type WatchEvent =
  | { readonly type: 'projectSeen'; readonly project: Project | null }
  | { readonly type: 'switched'; readonly mode: 'off' | 'offer' }
  | { readonly type: 'switchedToAuto'; readonly target: AutoTarget }
  | { readonly type: 'autoEnded'; readonly why: string }
  | { readonly type: 'started'; readonly build: NewBuild }
  /** It is not run: `why` for the user; null when a newer one has taken its place. */
  | { readonly type: 'notRun'; readonly build: NewBuild; readonly why: string | null }
  | { readonly type: 'ran'; readonly build: NewBuild; readonly actionId: string }
  | { readonly type: 'offerTaken'; readonly folder: string }
  | { readonly type: 'offersDismissed' }
  | { readonly type: 'noteDismissed' }

export function watchAfter(watch: Watch, event: WatchEvent): Watch {
  switch (event.type) {
    case 'projectSeen':
      return afterProject(watch, event.project)
    case 'switched':
      return event.mode === 'off'
        ? { ...watch, mode: 'off', target: null, offers: [], queue: [], ended: null }
        : { ...offerQueue(watch, null), mode: 'offer', target: null, ended: null }
    case 'switchedToAuto':
      return { ...watch, mode: 'auto', target: event.target, ended: null, lastRun: null }
    case 'autoEnded':
      if (watch.mode !== 'auto') return watch
      return { ...offerQueue(watch, null), mode: 'offer', target: null, ended: event.why }
    case 'started':
      return {
        ...watch,
        current: event.build,
        queue: without(watch.queue, event.build.folder),
        offers: withoutOffer(watch.offers, event.build.folder),
        lastRun: null,
      }
    case 'notRun': {
      const { build, why } = event
      const now: Watch = {
        ...watch,
        current: isSame(watch.current, build) ? null : watch.current,
        queue: watch.queue.filter(queued => !isSame(queued, build)),
      }
      const hasNewer = now.queue.some(({ folder }) => folder === build.folder)
      return why === null || hasNewer || now.mode === 'off' ? now : withOffer(now, { build, why })
    }
    case 'ran':
      return {
        ...watch,
        current: isSame(watch.current, event.build) ? null : watch.current,
        lastRun: { build: event.build, actionId: event.actionId },
      }
    case 'offerTaken':
      return { ...watch, offers: withoutOffer(watch.offers, event.folder) }
    case 'offersDismissed':
      return { ...watch, offers: [] }
    case 'noteDismissed':
      return { ...watch, ended: null, lastRun: null }
    default:
      return assertNever(event)
  }
}

function afterProject(watch: Watch, project: Project | null): Watch {
  if (project === null || project.root !== watch.root) {
    const why =
      project === null
        ? 'Auto is off: the project was closed.'
        : 'Auto is off: another project was opened.'
    return {
      ...noWatch,
      // Off is a wish that outlives a project; auto was said for one project only.
      mode: watch.mode === 'off' ? 'off' : 'offer',
      root: project?.root ?? null,
      seen: seenWith(new Map(), project?.drivers ?? []),
      current: watch.current,
      ended: watch.mode === 'auto' ? why : watch.ended,
    }
  }
  const fresh = project.drivers.flatMap(driver => newestFresh(driver, watch.seen) ?? [])
  const seen: Watch = { ...watch, seen: seenWith(watch.seen, project.drivers) }
  if (watch.mode === 'off') return seen
  if (watch.mode === 'offer') {
    return fresh.reduce<Watch>((now, build) => withOffer(now, { build, why: null }), seen)
  }
  return fresh.reduce<Watch>(
    (now, build) => ({ ...now, queue: [...without(now.queue, build.folder), build] }),
    seen,
  )
}

/** The newest build of a driver that was not there before, or was another one. */
function newestFresh(driver: ProjectDriver, seen: Watch['seen']): NewBuild | null {
  const build = driver.builds.find(candidate => isNew(candidate, seen.get(candidate.path)))
  if (!build) return null
  const { folder, expectationsPath } = driver
  return { ...build, folder, expectationsPath, name: driver.kextName ?? driver.name }
}

function isNew(build: BuiltKext, before: BuiltKext | undefined): boolean {
  if (!before) return true
  return Date.parse(build.builtAt) > Date.parse(before.builtAt) || build.uuid !== before.uuid
}

function seenWith(seen: Watch['seen'], drivers: readonly ProjectDriver[]): Watch['seen'] {
  const next = new Map(seen)
  for (const { builds } of drivers) for (const build of builds) next.set(build.path, build)
  return next
}

/** What was to be run by itself waits for the user. */
function offerQueue(watch: Watch, why: string | null): Watch {
  return watch.queue.reduce<Watch>((now, build) => withOffer(now, { build, why }), {
    ...watch,
    queue: [],
  })
}

function withOffer(watch: Watch, offer: Offer): Watch {
  return { ...watch, offers: [offer, ...withoutOffer(watch.offers, offer.build.folder)] }
}

function withoutOffer(offers: readonly Offer[], folder: string): readonly Offer[] {
  return offers.filter(({ build }) => build.folder !== folder)
}

function without(builds: readonly NewBuild[], folder: string): readonly NewBuild[] {
  return builds.filter(build => build.folder !== folder)
}

export function isSame(a: NewBuild | null, b: NewBuild): boolean {
  return a !== null && a.path === b.path && a.builtAt === b.builtAt && a.uuid === b.uuid
}

export type NextStep =
  | { readonly kind: 'wait' }
  | { readonly kind: 'run'; readonly build: NewBuild }
  | { readonly kind: 'offer'; readonly build: NewBuild; readonly why: string }

/** A file system tells times with less precision than the clock does. */
const clockSlackMs = 2000

/** What is to be done about the queue now. */
export function nextStep(
  watch: Watch,
  now: { readonly isActionRunning: boolean; readonly build: BuildRun | null },
): NextStep {
  const [build] = watch.queue
  if (watch.mode !== 'auto' || watch.current !== null || build === undefined) {
    return { kind: 'wait' }
  }
  // A build under way may not be through with this very bundle.
  if (now.isActionRunning || now.build?.status === 'running') return { kind: 'wait' }
  if (now.build && now.build.status !== 'done' && isFrom(build, now.build)) {
    const word = now.build.status === 'failed' ? 'failed' : 'was cancelled'
    return { kind: 'offer', build, why: `The build that wrote it ${word}.` }
  }
  return { kind: 'run', build }
}

function isFrom({ builtAt }: BuiltKext, { startedAt, durationMs }: BuildRun): boolean {
  const at = Date.parse(builtAt)
  const start = Date.parse(startedAt)
  return at >= start - clockSlackMs && at <= start + (durationMs ?? 0) + clockSlackMs
}

/** Why auto cannot go on, as a sentence; null while it can. */
export function whyAutoEnds(
  watch: Watch,
  connection: ConnectionState,
  host: HostInfo | null,
): string | null {
  if (watch.mode !== 'auto' || watch.target === null) return null
  const { id, label } = watch.target
  switch (connection.phase) {
    case 'lost':
      return `Auto is off: the connection to ${label} is lost. New builds are offered instead.`
    case 'disconnected':
      return `Auto is off: ${label} is not connected any more. New builds are offered instead.`
    case 'connecting':
      return `Auto is off: ${label} is being connected anew. New builds are offered instead.`
    case 'connected':
      if (connection.guest.target.id !== id) {
        return `Auto is off: it was switched on for ${label}, and the target is another one now. New builds are offered instead.`
      }
      return whyNoAction(connection, host) === null
        ? null
        : `Auto is off: ${label} may not be changed any more. New builds are offered instead.`
    default:
      return assertNever(connection)
  }
}
