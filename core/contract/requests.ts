import { z } from 'zod'
import type { InstalledKext } from '../kext/kext.ts'
import type { DraftPlan } from '../draft/draft-plan.ts'
import type { LintReport } from '../lint/lint-report.ts'
import { nothing, takes, type RequestRow } from './schema.ts'
import type {
  ActionPlan,
  ActionRecord,
  Capture,
  CaptureProgress,
  ConnectionState,
  FolderListing,
  HostInfo,
  LocalBundle,
  SavedCapture,
  SavedInfoPlist,
  SavedTarget,
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

export const actionRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('push'), bundlePath: path }).strict(),
  z.object({ kind: z.literal('push-and-load'), bundlePath: path }).strict(),
  z.object({ kind: z.literal('load'), guestPath: path, bundleIdentifier }).strict(),
  z.object({ kind: z.literal('unload'), bundleIdentifier }).strict(),
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

const infoPlistPath = path.refine(
  text => /(?:^|[/\\])[^/\\]+\.plist$/i.test(text),
  'the name of a property list ends in .plist',
)
/** In characters: far more than a personality has, and less than a request of the web host may. */
const longestXml = 250_000

/**
 * Everything a view may ask of its host. A new request is one row here and one handler in the service;
 * the compiler asks for the rest.
 */
export const requests = {
  'host.info': takes(nothing).returns<HostInfo>(),
  /** A folder of the host's disk, for picking a kext or a dump; null is the home folder. */
  'host.folder': takes(z.object({ path: path.nullable() }).strict()).returns<FolderListing>(),

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
  'capture.get': takes(z.object({ snapshotId: id }).strict()).returns<Capture>(),
  /** The newest capture, if there is one: a page that was reloaded asks for it. */
  'capture.latest': takes(nothing).returns<Capture | null>(),

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
  /** What is wrong with a bundle, a source folder or an Info.plist, alone or against the guest of a capture. */
  'bundle.lint': takes(z.object({ path, against: id.nullable() }).strict()).returns<LintReport>(),

  'action.plan': takes(actionRequest).returns<ActionPlan>(),
  'action.run': takes(
    z.object({ planId: id, consent: z.literal(true), sudoPassword: secret.nullable() }).strict(),
  ).returns<ActionRecord>({ changesGuest: true }),
  /** Ends an action from any page; the page that started it may be gone. */
  'action.cancel': takes(z.object({ actionId: id }).strict()).returns<null>(),
  'action.history': takes(nothing).returns<readonly ActionRecord[]>(),
} as const satisfies Record<string, RequestRow<never, unknown> | RequestRow<unknown, unknown>>

export type RequestName = keyof typeof requests
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
  readonly 'capture.taken': { readonly snapshotId: string }
  readonly 'action.changed': ActionRecord
}
export type EventName = keyof Events
export type EventEnvelope = {
  readonly [N in EventName]: { readonly name: N; readonly payload: Events[N] }
}[EventName]
