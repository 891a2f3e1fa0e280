import { z } from 'zod'
import { preferenceChange, type Preferences } from './preferences.ts'
import { id, path, secret } from './request-parts.ts'
import { nothing, takes, type RequestRows } from './schema.ts'
import type { ConnectionState, FolderListing, HostInfo, SavedTarget } from './types.ts'

const hostName = z.string().trim().min(1).max(253).regex(/^\S+$/, 'no blanks are allowed')
const port = z.number().int().min(1).max(65_535)
const userName = z.string().trim().min(1).max(64)

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

/** The host itself, what is kept for its user, and the guest that it is connected to. */
export const guestRequests = {
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
} as const satisfies RequestRows
