import type { Handlers } from '../../../core/contract/requests.ts'
import type { EventSource } from '../events.ts'
import type { CaptureStore } from '../captures.ts'
import { absolutePath } from '../host-folder.ts'
import { createShareClient } from './share-client.ts'
import type { ShareStep } from '../../../core/contract/share-types.ts'

export interface ShareContext {
  readonly captures: CaptureStore
  readonly events: EventSource
  /** Of the parsing thread; the thread that shares lies beside it. */
  readonly parseWorker: URL
  readonly settingsFolder: string
  readonly version: string
}

export type ShareRequest = 'redaction.preview' | 'redaction.save' | 'report.save'

export interface Sharing {
  readonly handlers: Pick<Handlers, ShareRequest>
  stop(): Promise<void>
}

/** What is given to others: captures without secrets, and reports. All of it is done in another thread. */
export function createSharing(context: ShareContext): Sharing {
  const { captures, events, parseWorker, settingsFolder, version } = context
  const client = createShareClient({
    script: workerBeside(parseWorker, 'share-worker'),
    settingsFolder,
    version,
    parseWorker: parseWorker.href,
  })
  const telling = (snapshotId: string) => (step: ShareStep, done: number) =>
    events.emit('share.progress', { snapshotId, step, done })
  return {
    handlers: {
      'redaction.preview': async ({ snapshotId, ...choice }, signal) => {
        const taken = await captures.load(snapshotId, signal)
        return client.run({ kind: 'preview', choice }, taken, null, signal, telling(snapshotId))
      },
      'redaction.save': async ({ snapshotId, path, overwrite, ...choice }, signal) => {
        const taken = await captures.load(snapshotId, signal)
        const job = { kind: 'save' as const, choice, path: absolutePath(path), overwrite }
        return client.run(job, taken, null, signal, telling(snapshotId))
      },
      'report.save': async (params, signal) => {
        const { snapshotId, against, path, overwrite, hasProperties, redaction } = params
        const taken = await captures.load(snapshotId, signal)
        const other = against === null ? null : await captures.load(against, signal)
        const job = {
          kind: 'report' as const,
          choice: redaction,
          path: absolutePath(path),
          overwrite,
          hasProperties,
        }
        return client.run(job, taken, other, signal, telling(snapshotId))
      },
    },
    stop: () => client.stop(),
  }
}

/** The script of another thread, of the same kind: a source or a built file. */
function workerBeside(parseWorker: URL, name: string): URL {
  const ending = /\.[^./]+$/.exec(parseWorker.pathname)?.[0] ?? '.js'
  return new URL(`./${name}${ending}`, parseWorker)
}
