import { FailureError } from '../../core/failure.ts'
import { findFileTools, localChecksums, type GuestFileTools } from './checksums.ts'
import { compareBundle, listBundle, type BundleDifference } from './list-bundle.ts'
import { findLeftovers, type Leftovers } from './push-leftovers.ts'
import { newStagingFolder } from './push-tag.ts'
import { checkParents, type ParentsCheck } from './push-parents.ts'
import type { PushPlan } from './push-plan.ts'
import type { GuestSession } from './session.ts'

/** `look` ends without the bundle in its place: it lies in the staging folder for a while, and goes. */
export type PushPurpose = 'install' | 'look'

/** All that has to be known of both sides before the steps of a push can be told. */
export interface PreparedPush {
  readonly plan: PushPlan
  readonly purpose: PushPurpose
  readonly stagingFolder: string
  readonly tools: GuestFileTools
  /** Of each file on this computer, of the kind that the guest's tool makes; SHA-256 where it has none. */
  readonly checksums: ReadonlyMap<string, string>
  readonly way: 'sftp' | 'archive'
  readonly parents: ParentsCheck
  readonly leftovers: Leftovers
  /** In what the guest's bundle of this name differs; null where it has none, or none that can be compared. */
  readonly difference: BundleDifference | null
}

export interface PrepareOptions {
  readonly purpose?: PushPurpose | undefined
  readonly stagingFolder?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** Asks the guest, and changes nothing there. */
export async function preparePush(
  session: GuestSession,
  plan: PushPlan,
  options: PrepareOptions = {},
): Promise<PreparedPush> {
  const { purpose = 'install', stagingFolder = newStagingFolder(), signal } = options
  const folder = plan.installPath.slice(0, plan.installPath.lastIndexOf('/')) || '/'
  const [tools, offersSftp, parents, leftovers] = await Promise.all([
    findFileTools(session, signal),
    hasSftp(session),
    checkParents(session, folder, signal),
    findLeftovers(session, plan.installPath, signal),
  ])
  if (!offersSftp && tools.tar === null) {
    const detail = 'the guest offers no SFTP and has no tar, so nothing can be sent to it'
    throw new FailureError({ kind: 'transfer-failed', path: plan.name, detail })
  }
  const { checksum } = tools
  const checksums = await localChecksums(plan, checksum?.kind ?? 'sha256')
  const listing = checksum && (await listBundle(session, plan.installPath, checksum, { signal }))
  return {
    plan,
    purpose,
    stagingFolder,
    tools,
    checksums,
    way: offersSftp ? 'sftp' : 'archive',
    parents,
    leftovers,
    difference: listing && compareBundle(plan, checksums, listing),
  }
}

async function hasSftp(session: GuestSession): Promise<boolean> {
  try {
    const lease = await session.sftp()
    lease.release()
    return true
  } catch (error) {
    if (error instanceof FailureError && error.failure.kind === 'transfer-failed') return false
    throw error
  }
}
