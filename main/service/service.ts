import { homedir } from 'node:os'
import { join } from 'node:path'
import type { EventEnvelope, Handlers, RequestName } from '../../core/contract/requests.ts'
import type { MomentCause } from '../../core/contract/timeline-types.ts'
import type { Capture, HostInfo, SavedCapture } from '../../core/contract/types.ts'
import { FailureError } from '../../core/failure.ts'
import { bundleArchitecture } from '../../core/guest-facts/kext-architecture.ts'
import { openKnownHosts } from '../guest/known-hosts.ts'
import type { TakenCapture } from './capture-guest.ts'
import { createCaptureStore } from './captures.ts'
import { createConnection, type Route } from './connection.ts'
import { createEventSource } from './events.ts'
import { createGuestCaptures } from './guest-captures.ts'
import { absolutePath, listHostFolder } from './host-folder.ts'
import { createKextHandlers } from './kext-handlers.ts'
import { openFile, openStream } from './open-capture.ts'
import { createParser } from './parse-client.ts'
import type { PreferenceStore } from './preferences.ts'
import type { Sharing } from './redact/share-handlers.ts'
import { rememberFile } from './recent-files.ts'
import { createProjectHandlers } from './project/project-handlers.ts'
import { createTimeline } from './timeline/timeline.ts'
import { createTimelineHandlers } from './timeline/timeline-handlers.ts'
import { createTargetStore, signsInAlike, type BuiltInTarget } from './targets.ts'
import { targetOfAddress, type UnsavedAddress } from './unsaved-address.ts'
import { createWatchHandlers } from './watch/watch-handlers.ts'

export interface ServiceOptions {
  readonly host: HostInfo['host']
  readonly version: string
  readonly mayChangeGuest: boolean
  /** Where targets, host keys and the history are kept. */
  readonly settingsFolder: string
  /** The sample bundles that come with Kextant. */
  readonly samplesFolder: string
  /** The script of the parsing thread: a source or a built file, which only the host can tell. */
  readonly parseWorker: URL
  readonly builtInTargets: readonly BuiltInTarget[]
  /**
   * Whether captures are kept on the disk as a session, and the files that are opened remembered. Windows do; a
   * command ends with its answer.
   */
  readonly keepsSession?: boolean
  /** Shows a notice outside the window and says whether it did, where the host can without asking. */
  readonly notify?: (title: string, body: string, onClick: () => void) => boolean
}

/** What every host binds: the answers to the contract, the events, and the columns. */
export interface Service {
  readonly handlers: Handlers
  subscribe(listener: (event: EventEnvelope) => void): () => void
  /** A capture that is kept, with its tables, for hosts that are in this process. */
  taken(snapshotId: string): TakenCapture
  /** Brings a capture that has left the memory back into it. @throws FailureError unknown-snapshot */
  load(snapshotId: string, signal: AbortSignal): Promise<TakenCapture>
  /** The encoded columns of a capture in memory, in pieces. */
  snapshotBytes(snapshotId: string): readonly Uint8Array[]
  /** Connects to a saved target and captures it. */
  openTarget(targetId: string, signal: AbortSignal): Promise<Capture>
  openAddress(address: UnsavedAddress, signal: AbortSignal): Promise<Capture>
  /** Reads a dump or a saved capture from a stream, such as standard input. */
  openDump(stream: AsyncIterable<Uint8Array>, label: string, signal: AbortSignal): Promise<Capture>
  /** Saves a capture that is kept, with all that it was read from, as a `.kextant`. */
  saveCapture(
    snapshotId: string,
    path: string,
    options: { readonly overwrite: boolean; readonly signal: AbortSignal },
  ): Promise<SavedCapture>
  stop(): Promise<void>
}

// Loaded when they are wanted: a command that reads a file starts in half the time without them.
const bundles = () => import('./local-bundle.ts')
const drafts = () => import('./draft-driver.ts')

/** Handlers that are loaded when the first of them is asked for. */
function lazily<N extends RequestName>(
  names: readonly N[],
  load: () => Promise<Pick<Handlers, N>>,
): Pick<Handlers, N> {
  const answers = names.map(name => [
    name,
    async (params: never, signal: AbortSignal) => (await load())[name](params, signal),
  ])
  return Object.fromEntries(answers) as Pick<Handlers, N>
}

export function createService(options: ServiceOptions): Service {
  const { builtInTargets, settingsFolder } = options
  const isWindow = options.keepsSession ?? options.host !== 'cli'
  /** Secrets of this run, by target: in memory, never on the disk. */
  const secrets = new Map<string, string>()
  const events = createEventSource()
  const targets = createTargetStore(settingsFolder, builtInTargets, id => secrets.has(id))
  let store: Promise<PreferenceStore> | undefined
  const preferences: PreferenceStore = {
    get: async () => (await openStore()).get(),
    save: async change => {
      const saved = await (await openStore()).save(change)
      events.emit('preferences.changed', change)
      return saved
    },
    settled: async () => {
      await (await store)?.settled()
    },
  }
  const openStore = () =>
    (store ??= import('./preferences.ts').then(({ createPreferenceStore }) =>
      createPreferenceStore(settingsFolder),
    ))
  const knownHosts = openKnownHosts({
    path: join(settingsFolder, 'known_hosts'),
    alsoRead: [join(homedir(), '.ssh', 'known_hosts')],
  })
  const parser = createParser(options.parseWorker)
  /** The action that runs: captures that come meanwhile are of its making. */
  let running: { readonly id: string; readonly title: string } | null = null
  events.subscribe(({ name, payload }) => {
    if (name === 'action.changed') running = payload.status === 'running' ? payload : null
  })
  const timeline = createTimeline({
    folder: join(settingsFolder, 'sessions'),
    isKept: isWindow,
    version: options.version,
    parser,
    changed: told => events.emit('timeline.changed', told),
  })
  const causeOf = ({ capture: { source, look } }: TakenCapture): MomentCause =>
    source.kind === 'file'
      ? { kind: 'file' }
      : look
        ? { kind: 'watch' }
        : running
          ? { kind: 'action', actionId: running.id, title: running.title }
          : { kind: 'user' }
  const captures = createCaptureStore({
    ...timeline,
    add: (taken, cause) => timeline.add(taken, cause ?? causeOf(taken)),
  })
  const connection = createConnection(knownHosts, state => events.emit('connection.changed', state))
  const guestCaptures = createGuestCaptures({
    connection,
    parser,
    captures,
    events,
    taken: (targetId, capture) => kexts.lookAfter(targetId, capture),
  })
  const kexts = createKextHandlers({
    connection,
    captures: guestCaptures,
    historyFolder: join(settingsFolder, 'history'),
    events,
  })
  const projects = createProjectHandlers(events)
  const watches = createWatchHandlers({
    connection,
    captures: guestCaptures,
    parser,
    events,
    isActing: () => kexts.isActing(),
    onActing: listener => kexts.onActing(listener),
  })
  const capture = async (signal: AbortSignal) => (await guestCaptures.take(signal)).capture

  async function routeTo(
    targetId: string,
    secret: string | null,
    trustFingerprint: string | null,
  ): Promise<Route> {
    const target = await targets.find(targetId)
    const prepared = await targets.builtIn(targetId)?.prepare()
    return {
      target,
      port: prepared?.port ?? target.port,
      secret: prepared?.secret ?? secret ?? secrets.get(targetId) ?? null,
      trustFingerprint,
      ownFingerprint: prepared?.hostKeyFingerprint ?? null,
    }
  }

  let sharing: Promise<Sharing> | undefined
  const saveCapture: Service['saveCapture'] = async (snapshotId, path, given) => {
    const { saveKextant } = await import('./save-kextant.ts')
    return saveKextant(await captures.load(snapshotId, given.signal), path, {
      ...given,
      version: options.version,
    })
  }

  const handlers: Handlers = {
    'host.info': async () => ({
      host: options.host,
      version: options.version,
      mayChangeGuest: options.mayChangeGuest,
      platform: process.platform,
      homeFolder: homedir(),
    }),
    'host.folder': ({ path }) => listHostFolder(path),

    'preferences.get': () => preferences.get(),
    'preferences.save': change => preferences.save(change),

    'targets.list': () => targets.list(),
    'targets.save': async input => {
      const old = (await targets.list()).find(target => target.id === input.id)
      const saved = await targets.save(input)
      // A password is for one account of one machine: changed, the target is not to be sent the old one.
      if (old && !signsInAlike(old, saved)) secrets.delete(saved.id)
      connection.retarget(saved)
      return await targets.find(saved.id)
    },
    'targets.remove': async ({ id }) => {
      await targets.remove(id)
      secrets.delete(id)
      return null
    },

    'guest.connection': async () => connection.state(),
    'guest.connect': async ({ targetId, secret, trustFingerprint }, signal) => {
      const state = await connection.connect(
        await routeTo(targetId, secret, trustFingerprint),
        signal,
      )
      // Only a secret that was right is kept, until Kextant ends.
      if (secret !== null) secrets.set(targetId, secret)
      return state
    },
    'guest.disconnect': async () => connection.disconnect(),
    'guest.forgetHostKey': async ({ targetId }) => {
      const { host, port } = await targets.find(targetId)
      if (!(await knownHosts.forget(host, port))) {
        const detail = `the old key stands in ~/.ssh/known_hosts, which Kextant does not change; remove it there with ssh-keygen -R`
        throw new FailureError({ kind: 'bad-request', request: 'guest.forgetHostKey', detail })
      }
      return null
    },

    'capture.take': (_params, signal) => capture(signal),
    'capture.open': async ({ path }, signal) => {
      const taken = captures.add(await openFile(path, parser, signal))
      // A command reads a file and ends: what a window offers again is for what was opened in one.
      if (isWindow) await rememberFile(preferences, absolutePath(path), taken)
      events.emit('capture.taken', { snapshotId: taken.snapshotId })
      return taken
    },
    'capture.save': ({ snapshotId, path, overwrite }, signal) =>
      saveCapture(snapshotId, absolutePath(path), { overwrite, signal }),
    'capture.get': async ({ snapshotId }, signal) =>
      (await captures.load(snapshotId, signal)).capture,
    'capture.latest': async () => captures.latest()?.capture ?? null,

    'bundles.samples': async () => (await bundles()).listBundles(options.samplesFolder),
    'bundle.inspect': async ({ path }) => (await bundles()).inspectBundle(path),
    'bundle.personalities': async ({ path, architecture }) => {
      const { readWhatIfBundles } = await import('./what-if-bundles.ts')
      return readWhatIfBundles(path, bundleArchitecture(architecture))
    },

    'draft.plan': async ({ snapshotId, ...params }, signal) =>
      (await drafts()).planDraft(await captures.load(snapshotId, signal), params),
    'draft.write': async ({ snapshotId, ...params }, signal) =>
      (await drafts()).writeDraft(await captures.load(snapshotId, signal), params),
    'picture.save': async (params, signal) =>
      (await import('./save-picture.ts')).savePicture(params, signal),
    'personality.save': async (params, signal) =>
      (await import('./save-personality.ts')).savePersonality(params, signal),
    'bundle.lint': async ({ path, against }, signal) => {
      const { lintGuestOf, lintPath } = await import('./lint-bundle.ts')
      const guest = against === null ? null : lintGuestOf(await captures.load(against, signal))
      return lintPath(path, guest, signal)
    },

    ...lazily(['redaction.preview', 'redaction.save', 'report.save'], async () => {
      sharing ??= import('./redact/share-handlers.ts').then(({ createSharing }) =>
        createSharing({ ...options, captures, events }),
      )
      return (await sharing).handlers
    }),

    ...kexts.handlers,
    ...projects.handlers,
    ...createTimelineHandlers(timeline),
    'compare.save': async (params, signal) => {
      const { saveComparison } = await import('./save-comparison.ts')
      const before = await captures.load(params.before, signal)
      return saveComparison(before, await captures.load(params.after, signal), params, signal)
    },
    ...watches.handlers,
    'host.notify': async ({ title, body, noticeId }) => {
      const onClick = () => events.emit('notice.chosen', { noticeId })
      return { isShown: options.notify?.(title, body, onClick) ?? false }
    },
  }

  return {
    handlers,
    subscribe: listener => events.subscribe(listener),
    taken: snapshotId => captures.find(snapshotId),
    load: (snapshotId, signal) => captures.load(snapshotId, signal),
    saveCapture,
    snapshotBytes: snapshotId => captures.bytes(snapshotId),
    async openTarget(targetId, signal) {
      await connection.connect(await routeTo(targetId, null, null), signal)
      return capture(signal)
    },
    async openAddress(address, signal) {
      const { port, secret, trustFingerprint } = address
      const target = targetOfAddress(address, await targets.list())
      const route = { target, port, secret, trustFingerprint, ownFingerprint: null }
      await connection.connect(route, signal)
      return capture(signal)
    },
    async openDump(stream, label, signal) {
      const place = { path: label, label, isFile: false }
      const taken = captures.add(await openStream(stream, place, parser, signal))
      events.emit('capture.taken', { snapshotId: taken.snapshotId })
      return taken
    },
    async stop() {
      await watches.stop()
      await Promise.all([kexts.stop(), projects.stop(), (await sharing)?.stop()])
      connection.stop()
      await timeline.stop()
      await preferences.settled()
      await parser.stop()
    },
  }
}
