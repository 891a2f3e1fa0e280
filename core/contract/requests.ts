import { z } from 'zod'
import type { CommandId } from '../commands/commands.ts'
import type { InstalledKext } from '../kext/kext.ts'
import type { DraftPlan } from '../draft/draft-plan.ts'
import type { BuildComparison } from '../kext/compare-builds.ts'
import type { LintReport } from '../lint/lint-report.ts'
import { stopIds } from '../preflight/preflight-report.ts'
import type { BuildRun, Project, SourceExcerpt } from '../project/project.ts'
import { secretCategoryNames } from '../redact/secret-rules.ts'
import type { BlockerReport } from '../unload/blocker-report.ts'
import { preferenceChange, type Preferences } from './preferences.ts'
import type { RedactionPreview, ShareProgress } from './share-types.ts'
import { nothing, takes, type RequestRow } from './schema.ts'
import type { SessionSummary, Timeline } from './timeline-types.ts'
import type {
  ActionPlan,
  ActionRecord,
  ActionSummary,
  Capture,
  CaptureProgress,
  ConnectionState,
  FolderListing,
  HostInfo,
  LocalBundle,
  SavedCapture,
  SavedFile,
  SavedInfoPlist,
  SavedTarget,
  WatchStatus,
  WrittenDraft,
} from './types.ts'

const hostName = z.string().trim().min(1).max(253).regex(/^\S+$/, 'no blanks are allowed')
const port = z.number().int().min(1).max(65_535)
const userName = z.string().trim().min(1).max(64)
const path = z
  .string()
  .min(1)
  .max(4096)
  .refine(text => !text.includes('\0'), 'no NUL is allowed')
const kextantPath = path.refine(
  text => /[^/\\]\.kextant$/i.test(text),
  'the name of a saved capture ends in .kextant',
)
const id = z.string().min(1).max(128)
const sessionId = z.string().regex(/^\d{17}-[\da-f]{8}$/, 'this is not the name of a session')
/** As `uname -m` prints it; null is x86_64. */
const architecture = z.string().min(1).max(64)
const secret = z.string().max(1024)
const bundleIdentifier = z
  .string()
  .min(1)
  .max(255)
  // Never taken for an option by the tools it is handed to.
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/, 'this is not a bundle identifier')

export const targetInput = z
  .object({
    id: id.nullable(),
    label: z.string().trim().max(100),
    host: hostName,
    port,
    user: userName,
    method: z.enum(['password', 'key', 'agent']),
    keyPath: path.nullable(),
    isReadOnly: z.boolean(),
    isVirtualMachine: z.boolean(),
  })
  .strict()
export type TargetInput = z.output<typeof targetInput>

export const connectParams = z
  .object({
    targetId: id,
    /** Password or passphrase, where the target's method wants one. Kept in memory only. */
    secret: secret.nullable(),
    /** The SHA-256 fingerprint that the user has just compared and accepted. */
    trustFingerprint: z.string().max(100).nullable(),
  })
  .strict()

const timeoutMs = z.number().int().min(100).max(3_600_000).nullable()
const expecting = { expectationsPath: path.nullable() }
const inGuest = { guestPath: path, bundleIdentifier }
const className = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'this is not the name of a class')

export const actionRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('push'), bundlePath: path }).strict(),
  z.object({ kind: z.literal('preflight'), bundlePath: path }).strict(),
  z
    .object({
      kind: z.literal('loop'),
      bundlePath: path,
      endsWith: z.enum(['loaded', 'unloaded']),
      ...expecting,
      timeoutMs,
    })
    .strict(),
  z.object({ kind: z.enum(['load', 'reload']), ...inGuest, ...expecting, timeoutMs }).strict(),
  z
    .object({
      kind: z.literal('unload'),
      bundleIdentifier,
      dependents: z.enum(['refuse', 'unload-first']),
      timeoutMs,
    })
    .strict(),
  z.object({ kind: z.literal('terminate-class'), bundleIdentifier, className, timeoutMs }).strict(),
  z
    .object({
      kind: z.literal('verify'),
      bundleIdentifier,
      bundlePath: path.nullable(),
      ...expecting,
      timeoutMs,
    })
    .strict(),
  z
    .object({
      kind: z.literal('leak-hunt'),
      ...inGuest,
      cycles: z.number().int().min(1).max(1000),
      timeoutMs,
    })
    .strict(),
])

/** What the author decides of a drafted driver; null is what Kextant suggests. */
export const draftParams = z
  .object({
    snapshotId: id,
    /** Index of the service in the tables of the snapshot. */
    entry: z.number().int().min(0),
    name: z.string().max(100).nullable(),
    className: z.string().max(200).nullable(),
    bundleIdentifier: z.string().max(200).nullable(),
    /** `id` of one of the plan's choices. */
    keys: z.string().max(100).nullable(),
    competition: z.enum(['best', 'own-category', 'default-category']),
    hasProbe: z.boolean(),
    hasUserClient: z.boolean(),
  })
  .strict()
export type DraftParams = z.output<typeof draftParams>

/** A file of this ending, with a name before it. */
function hasName(path: string, ending: string): boolean {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
  return name.length > ending.length && name.toLowerCase().endsWith(ending)
}

const infoPlistPath = path.refine(
  text => /(?:^|[/\\])[^/\\]+\.plist$/i.test(text),
  'the name of a property list ends in .plist',
)
/** Which secrets are replaced, less some values that stay. */
const redactionChoice = z
  .object({
    categories: z.array(z.enum(secretCategoryNames)).min(1).max(secretCategoryNames.length),
    keep: z.array(id).max(20_000),
  })
  .strict()

/** What a file of each form is called: a view can replace a file of such a name and no other. */
const exportEndings = { sh: '.sh', json: '.json', junit: '.xml', tap: '.tap' } as const
const exportFormat = z.enum(['sh', 'json', 'junit', 'tap'])

const reportEndings = { text: '.txt', markdown: '.md', json: '.json' } as const

/** In characters: far more than a personality has, and less than a request of the web host may. */
const longestXml = 250_000
/** In bytes. Base64 makes a third more of it on its way to the web host. */
export const largestPicture = 12_000_000

/**
 * Everything a view may ask of its host. A new request is one row here and one handler in the service;
 * the compiler asks for the rest.
 */
export const requests = {
  'host.info': takes(nothing).returns<HostInfo>(),
  /** A folder of the host's disk, for picking a kext or a dump; null is the home folder. */
  'host.folder': takes(z.object({ path: path.nullable() }).strict()).returns<FolderListing>(),

  /** What the user has arranged: saved filters, bookmarks, sizes of panes. Kept by the host, for all windows. */
  'preferences.get': takes(nothing).returns<Preferences>(),
  /** Replaces one section. */
  'preferences.save': takes(preferenceChange).returns<Preferences>(),

  'targets.list': takes(nothing).returns<readonly SavedTarget[]>(),
  'targets.save': takes(targetInput).returns<SavedTarget>(),
  'targets.remove': takes(z.object({ id }).strict()).returns<null>(),

  'guest.connection': takes(nothing).returns<ConnectionState>(),
  'guest.connect': takes(connectParams).returns<ConnectionState>(),
  'guest.disconnect': takes(nothing).returns<ConnectionState>(),
  /** Forgets the host key on record, after the user confirmed that the guest was reinstalled. */
  'guest.forgetHostKey': takes(z.object({ targetId: id }).strict()).returns<null>(),

  'capture.take': takes(nothing).returns<Capture>(),
  'capture.open': takes(z.object({ path }).strict()).returns<Capture>(),
  /** Saves a capture with all that it was read from. A view can write files of this kind and no others. */
  'capture.save': takes(
    z.object({ snapshotId: id, path: kextantPath, overwrite: z.boolean() }).strict(),
  ).returns<SavedCapture>(),
  /** What a redaction of a capture would replace, each value with its pseudonym. */
  'redaction.preview': takes(
    z.object({ snapshotId: id, ...redactionChoice.shape }).strict(),
  ).returns<RedactionPreview>(),
  /** Saves a capture as a `.kextant` in which those values are replaced. */
  'redaction.save': takes(
    z
      .object({
        snapshotId: id,
        ...redactionChoice.shape,
        path: kextantPath,
        overwrite: z.boolean(),
      })
      .strict(),
  ).returns<SavedFile>(),
  /** A capture as one HTML file that needs nothing else. */
  'report.save': takes(
    z
      .object({
        snapshotId: id,
        /** What it is compared with. */
        against: id.nullable(),
        hasProperties: z.boolean(),
        redaction: redactionChoice.nullable(),
        path: path.refine(text => hasName(text, '.html'), 'the name of a report ends in .html'),
        overwrite: z.boolean(),
      })
      .strict(),
  ).returns<SavedFile>(),
  'capture.get': takes(z.object({ snapshotId: id }).strict()).returns<Capture>(),
  /** The newest capture, if there is one: a page that was reloaded asks for it. */
  'capture.latest': takes(nothing).returns<Capture | null>(),

  /** The captures of this session, and of older ones that were opened. */
  'timeline.get': takes(nothing).returns<Timeline>(),
  /** Sessions of earlier runs that are on the disk, newest first. */
  'timeline.sessions': takes(nothing).returns<readonly SessionSummary[]>(),
  /** Puts the captures of an older session before those of this one. */
  'timeline.openSession': takes(z.object({ sessionId }).strict()).returns<Timeline>(),
  /** Deletes an older session from the disk. */
  'timeline.forget': takes(z.object({ sessionId }).strict()).returns<readonly SessionSummary[]>(),

  /** A report of what differs between two captures. A view can write files of these kinds and no others. */
  'compare.save': takes(
    z
      .object({
        before: id,
        after: id,
        identity: z.enum(['auto', 'entry-id', 'path']),
        /** Names of noise rules that do not count. */
        noiseOff: z.array(z.string().max(100)).max(100),
        format: z.enum(['text', 'markdown', 'json']),
        path,
        overwrite: z.boolean(),
      })
      .strict()
      .refine(({ format, path }) => hasName(path, reportEndings[format]), {
        path: ['path'],
        message: 'the name ends in .txt, .md or .json, by its format',
      }),
  ).returns<SavedFile>(),

  'bundles.samples': takes(nothing).returns<readonly LocalBundle[]>(),
  'bundle.inspect': takes(z.object({ path }).strict()).returns<LocalBundle>(),
  /** The kexts of a bundle, a source folder or a folder of bundles, PlugIns too: to try their personalities. */
  'bundle.personalities': takes(
    z.object({ path, architecture: architecture.nullable() }).strict(),
  ).returns<readonly InstalledKext[]>(),

  /** A driver for a service: match keys, rivals, and the files, as they would be written. */
  'draft.plan': takes(draftParams).returns<DraftPlan>(),
  /**
   * Writes the files of that plan into a folder, a new one of `drivers/contrib` where it is a darwinOS tree. Nothing
   * that is there is replaced, and a draft that would not be started is written only on purpose.
   */
  'draft.write': takes(
    draftParams.extend({ folder: path, evenIfItLoses: z.boolean() }).strict(),
  ).returns<WrittenDraft>(),
  /**
   * Saves an edited personality as an Info.plist: in the place of the one of that name in `base`, or alone. A view
   * can write property lists and nothing else by it.
   */
  'personality.save': takes(
    z
      .object({
        path: infoPlistPath,
        overwrite: z.boolean(),
        name: z.string().min(1).max(1000),
        /** The dictionary, as it was typed. */
        xml: z.string().max(longestXml),
        /** An Info.plist or a bundle with one. */
        base: path.nullable(),
      })
      .strict(),
  ).returns<SavedInfoPlist>(),
  /** Saves a picture that the page has drawn, as SVG or PNG. */
  'picture.save': takes(
    z
      .object({
        path,
        format: z.enum(['svg', 'png']),
        bytes: z
          .instanceof(Uint8Array)
          .refine(({ length }) => length <= largestPicture, 'the picture is too large'),
        overwrite: z.boolean(),
      })
      .strict()
      .refine(({ format, path: place }) => hasName(place, `.${format}`), {
        path: ['path'],
        message: 'the name ends in .svg or .png, by its format',
      }),
  ).returns<SavedFile>(),
  /** What is wrong with a bundle, a source folder or an Info.plist, alone or against the guest of a capture. */
  'bundle.lint': takes(z.object({ path, against: id.nullable() }).strict()).returns<LintReport>(),

  'action.plan': takes(actionRequest).returns<ActionPlan>(),
  'action.run': takes(
    z
      .object({
        planId: id,
        consent: z.literal(true),
        /** The plan's stops, all of them, each accepted by the user. */
        accepted: z.array(z.enum(stopIds)).max(stopIds.length),
        sudoPassword: secret.nullable(),
      })
      .strict(),
  ).returns<ActionRecord>({ changesGuest: true }),
  /** Runs a plan that changes nothing, such as one of `verify`; refuses any other. */
  'action.look': takes(
    z.object({ planId: id, sudoPassword: secret.nullable() }).strict(),
  ).returns<ActionRecord>(),
  /** Ends an action from any page; the page that started it may be gone. */
  'action.cancel': takes(z.object({ actionId: id }).strict()).returns<null>(),
  /** Newest first, of all targets, also of earlier runs of Kextant. */
  'action.history': takes(nothing).returns<readonly ActionSummary[]>(),
  'action.record': takes(z.object({ actionId: id }).strict()).returns<ActionRecord>(),
  /** The ids of the records that hold a text anywhere: commands, output, reports. */
  'action.search': takes(z.object({ text: z.string().min(1).max(1000) }).strict()).returns<
    readonly string[]
  >(),
  /** Records as a shell script, or as JSON to run again. */
  'action.export': takes(
    z
      .object({
        actionIds: z.array(id).min(1).max(500),
        format: exportFormat,
        path,
        overwrite: z.boolean(),
      })
      .strict()
      .refine(({ format, path }) => hasName(path, exportEndings[format]), {
        path: ['path'],
        message: 'the name ends in .sh, .json, .xml or .tap, by its format',
      }),
  ).returns<SavedFile>(),

  /** What is in the way of an unload, before it is tried: from the newest capture of the connected guest. */
  'unload.explain': takes(z.object({ bundleIdentifier }).strict()).returns<BlockerReport>(),
  /** Host's build, guest's file and loaded image of one kext. Reads the guest's file. */
  'builds.compare': takes(
    z.object({ bundleIdentifier, bundlePath: path.nullable() }).strict(),
  ).returns<BuildComparison>(),
  /** `kextant.yaml` of what is there now, as text; nothing is written. */
  'expectations.record': takes(
    z.object({ bundleIdentifier, bundlePath: path.nullable(), actionId: id.nullable() }).strict(),
  ).returns<{
    readonly text: string
    /** Where it would be found again. */
    readonly suggestedPath: string | null
  }>(),
  'expectations.save': takes(
    z
      .object({
        path: path.refine(
          text => hasName(text, '.yaml') || hasName(text, '.yml'),
          'the name of a file of expectations ends in .yaml',
        ),
        text: z.string().max(longestXml),
        overwrite: z.boolean(),
      })
      .strict(),
  ).returns<SavedFile>(),

  /** How the connected guest is watched: a page that was reloaded asks for it. */
  'watch.get': takes(nothing).returns<WatchStatus>(),
  /** Looks at the connected guest again and again; one that is watched already goes on with these options. */
  'watch.start': takes(
    z
      .object({
        /** From 0.5 s to 10 min; null: as often as the budget allows. */
        intervalMs: z.number().int().min(500).max(600_000).nullable(),
        /** Read by every look, beside IOService. */
        planes: z.array(z.string().min(1).max(255)).max(50).optional(),
        budgetPercent: z.number().min(0.1).max(50),
      })
      .strict(),
  ).returns<WatchStatus>(),
  'watch.stop': takes(nothing).returns<WatchStatus>(),
  /** When it has answered, no command of the watch runs in the guest. */
  'watch.pause': takes(nothing).returns<WatchStatus>(),
  'watch.resume': takes(nothing).returns<WatchStatus>(),
  /** A notice outside the window, where the host can show one without asking anybody. */
  'host.notify': takes(
    z.object({ title: z.string().max(200), body: z.string().max(1000) }).strict(),
  ).returns<{ readonly isShown: boolean }>(),

  /** The project that is open, if one is: a page that was reloaded asks for it. */
  'project.get': takes(nothing).returns<Project | null>(),
  /** Opens a darwinOS tree, or the folder of one driver, and watches it from now on. */
  'project.open': takes(z.object({ path }).strict()).returns<Project>(),
  'project.close': takes(nothing).returns<null>(),
  /** Runs the project's own build on the host, with its output as events. */
  'project.build': takes(nothing).returns<BuildRun>({ runsProgram: true }),
  'project.cancelBuild': takes(nothing).returns<null>(),
  'project.lastBuild': takes(nothing).returns<BuildRun | null>(),
  /** Lines of a file below the project's root. */
  'project.source': takes(
    z.object({ path, line: z.number().int().min(1).max(10_000_000) }).strict(),
  ).returns<SourceExcerpt>(),
  /** Opens a file below the project's root in the user's editor. */
  'project.edit': takes(
    z.object({ path, line: z.number().int().min(1).max(10_000_000) }).strict(),
  ).returns<null>({ runsProgram: true }),
} as const satisfies Record<string, RequestRow<never, unknown> | RequestRow<unknown, unknown>>

export type RequestName = keyof typeof requests
/** Requests that carry bulk, and say so before they are read: a web host takes a longer body from them only. */
export const bulkRequests: readonly string[] = ['picture.save']
export const bulkHeader = 'x-kextant-bulk'
export const requestNames = Object.keys(requests) as readonly RequestName[]

type Row<N extends RequestName> = (typeof requests)[N]
export type Params<N extends RequestName> = Row<N> extends RequestRow<infer P, unknown> ? P : never
export type Result<N extends RequestName> =
  Row<N> extends RequestRow<infer _P, infer R> ? Exclude<R, undefined> : never

/** The service: one method per row, no row forgotten. */
export type Handlers = {
  readonly [N in RequestName]: (params: Params<N>, signal: AbortSignal) => Promise<Result<N>>
}

/** What a host says unasked. */
export interface Events {
  readonly 'connection.changed': ConnectionState
  readonly 'capture.progress': CaptureProgress
  readonly 'share.progress': ShareProgress
  /** `isLook`: it came by watching, and nobody has asked for it. */
  readonly 'capture.taken': { readonly snapshotId: string; readonly isLook?: true }
  readonly 'watch.changed': WatchStatus
  readonly 'action.changed': ActionRecord
  readonly 'project.changed': Project | null
  readonly 'build.changed': BuildRun
  /** Chosen in the desktop's menu. */
  readonly 'command.chosen': { readonly id: CommandId }
  readonly 'timeline.changed': Timeline
}
export type EventName = keyof Events
export type EventEnvelope = {
  readonly [N in EventName]: { readonly name: N; readonly payload: Events[N] }
}[EventName]
