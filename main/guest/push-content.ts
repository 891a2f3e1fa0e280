import { posix } from 'node:path'
import { FailureError } from '../../core/failure.ts'
import { checksumOf } from './checksums.ts'
import { firstDifference, listBundle, listBundleArguments } from './list-bundle.ts'
import type { PreparedPush } from './prepare-push.ts'
import type { PushEntry } from './push-plan.ts'
import { runStep, type PushContext, type PushStep } from './push-step.ts'
import { quoteCommand } from './quote.ts'
import { readBack } from './read-back.ts'
import { unpackArguments, uploadArchive } from './upload-archive.ts'
import { failedTransfer, uploadBundle } from './upload-bundle.ts'

/** How many files a shown command names one by one. */
const mostShown = 3

/** Sends `entries` to the folder `staged`: by SFTP, or as an archive where the guest refuses that. */
export function sendEntries(
  prepared: PreparedPush,
  entries: readonly PushEntry[],
  staged: string,
  summary: string,
): PushStep {
  const { plan, tools, way } = prepared
  const folder = posix.dirname(staged)
  const archive = async (context: PushContext) => {
    if (tools.tar === null)
      throw failedTransfer(plan.name, 'the guest offers no SFTP and has no tar')
    const { session, signal, onProgress } = context
    const way = { folder, tar: tools.tar }
    await uploadArchive(session, plan, entries, way, { signal, onProgress })
    return { exitCode: 0 }
  }
  return {
    command:
      way === 'sftp'
        ? puts(prepared, entries, staged)
        : `${quoteCommand(unpackArguments(tools.tar ?? 'tar', folder))} < ${quoteCommand([`${plan.localPath} as tar`])}`,
    explanation: `${summary}.`,
    asRoot: false,
    effect: 'passing',
    run: async context => {
      const { session, signal, onProgress } = context
      if (signal?.aborted) throw new FailureError({ kind: 'cancelled' })
      if (way === 'archive') return archive(context)
      if (!(await offersSftp(context))) {
        context.output?.('note', 'The guest refuses SFTP; the bundle is sent as a tar archive.')
        return archive(context)
      }
      await uploadBundle(session, plan, entries, staged, { signal, onProgress })
      return { exitCode: null }
    },
  }
}

/** A copy of the guest's bundle, in which only what differs is replaced. */
export function sendReplacing(
  prepared: PreparedPush,
  staged: string,
  summary: string,
): readonly PushStep[] {
  const { plan, difference } = prepared
  const { send, remove } = difference!
  const steps = [
    // Without -p: flags and access lists of the old one are not wanted, owner and modes are set below.
    runStep(
      ['/bin/cp', '-R', '-P', plan.installPath, staged],
      'Copies the bundle that is there, in the guest.',
      { effect: 'passing' },
    ),
    runStep(['/bin/chmod', '-R', 'u+rwX', staged], 'Makes the copy writable to you.', {
      effect: 'passing',
    }),
  ]
  if (remove.length > 0) {
    const paths = remove.map(path => posix.join(staged, path))
    steps.push(
      runStep(
        ['/bin/rm', '-rf', '--', ...paths],
        'Removes from the copy what differs or is gone.',
        {
          effect: 'passing',
        },
      ),
    )
  }
  if (send.length > 0) steps.push(sendEntries(prepared, send, staged, summary))
  return steps
}

/** Compares every file of the bundle at `path` in the guest with this computer's. */
export function compareStaged(prepared: PreparedPush, path: string): PushStep {
  const { plan, tools, checksums } = prepared
  const { checksum } = tools
  const count = checksums.size
  const files = `every file (${count})`
  if (checksum === null) {
    return {
      command: `get -r ${quoteCommand([path])}`,
      explanation: `Reads ${files} back by SFTP and compares: the guest has no tool that makes checksums.`,
      asRoot: false,
      effect: 'none',
      run: async ({ session, signal }) => {
        await readBack(session, plan, path, { signal }, async (entry, pieces) => {
          const sum = await checksumOf(pieces, 'sha256', entry.path)
          if (sum !== checksums.get(entry.path)) throw notAsSent(entry.path, 'it came back changed')
        })
        return { exitCode: null }
      },
    }
  }
  return {
    command: quoteCommand(listBundleArguments(path, checksum)),
    explanation: `Compares ${files} with this computer’s, by ${checksum.label}.`,
    asRoot: false,
    effect: 'none',
    run: async ({ session, signal, output }) => {
      if (signal?.aborted) throw new FailureError({ kind: 'cancelled' })
      const listing = await listBundle(session, path, checksum, { signal })
      if (listing === null) {
        throw notAsSent(plan.name, 'the guest could not list and check what had been sent')
      }
      const found = firstDifference(plan, checksums, listing)
      if (found) throw notAsSent(found.path, found.detail)
      output?.('note', `${count} of ${count} checksums are the same.`)
      return { exitCode: 0 }
    },
  }
}

function notAsSent(path: string, detail: string): FailureError {
  return failedTransfer(path, `${detail}. Nothing was put in its place; push again`)
}

function puts({ plan }: PreparedPush, entries: readonly PushEntry[], staged: string): string {
  if (entries.length === plan.entries.length) {
    return `put -r ${quoteCommand([plan.localPath])} ${quoteCommand([staged])}`
  }
  const files = entries.filter(entry => entry.kind !== 'directory')
  const shown = files
    .slice(0, mostShown)
    .map(({ path }) => quoteCommand(['put', `${plan.localPath}/${path}`, posix.join(staged, path)]))
  const more = files.length - shown.length
  return [...shown, ...(more > 0 ? [`… and ${more} more`] : [])].join('; ')
}

async function offersSftp({ session, signal }: PushContext): Promise<boolean> {
  try {
    const lease = await session.sftp()
    lease.release()
    return true
  } catch (error) {
    if (signal?.aborted) throw new FailureError({ kind: 'cancelled' })
    if (error instanceof FailureError && error.failure.kind === 'transfer-failed') return false
    throw error
  }
}
