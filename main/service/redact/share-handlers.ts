import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Handlers } from '../../../core/contract/requests.ts'
import { FailureError } from '../../../core/failure.ts'
import type { TakenCapture } from '../capture-guest.ts'
import type { CaptureStore } from '../captures.ts'
import { absolutePath } from '../host-folder.ts'
import { openFile } from '../open-capture.ts'
import type { Parser } from '../parse-client.ts'
import { saveKextant } from '../save-kextant.ts'
import { planRedaction, previewRedaction, type RedactionChoice } from './plan-redaction.ts'
import { redactCapture } from './redact-capture.ts'
import { redactionDigest } from './redaction-key.ts'
import { writeReport } from './write-report.ts'

export interface ShareContext {
  readonly captures: CaptureStore
  readonly parser: Parser
  readonly settingsFolder: string
  readonly version: string
}

type ShareRequest = 'redaction.preview' | 'redaction.save' | 'report.save'

/** What is given to others: captures without secrets, and reports. */
export function shareHandlers(context: ShareContext): Pick<Handlers, ShareRequest> {
  const { captures, settingsFolder, version } = context
  const redacted = async (taken: TakenCapture, choice: RedactionChoice, signal: AbortSignal) => {
    const digest = await redactionDigest(settingsFolder)
    const { redaction, isCut } = await planRedaction(taken, choice, digest, signal)
    if (isCut) {
      const detail = 'it holds more secrets than can be replaced, so it cannot be shared'
      throw new FailureError({ kind: 'bad-request', request: 'redaction.save', detail })
    }
    return redactCapture(taken, redaction, signal)
  }
  return {
    'redaction.preview': async ({ snapshotId, ...choice }, signal) =>
      previewRedaction(
        await captures.load(snapshotId, signal),
        choice,
        await redactionDigest(settingsFolder),
        signal,
      ),
    'redaction.save': async ({ snapshotId, path, overwrite, ...choice }, signal) => {
      const capture = await redacted(await captures.load(snapshotId, signal), choice, signal)
      return saveKextant(capture, absolutePath(path), { overwrite, signal, version })
    },
    'report.save': async (params, signal) => {
      const { snapshotId, against, path, overwrite, hasProperties, redaction } = params
      const options = { overwrite, signal, version, hasProperties, isRedacted: redaction !== null }
      const write = (taken: TakenCapture, other: TakenCapture | null) =>
        writeReport(taken, other, absolutePath(path), options)
      const taken = await captures.load(snapshotId, signal)
      const other = against === null ? null : await captures.load(against, signal)
      if (redaction === null) return write(taken, other)
      // Read again from what would be shared: the report shows that, and nothing else.
      const folder = await mkdtemp(join(tmpdir(), 'kextant-report-'))
      try {
        const reread = async (from: TakenCapture, name: string) => {
          const place = join(folder, name)
          await saveKextant(await redacted(from, redaction, signal), place, {
            overwrite: false,
            signal,
            version,
          })
          return openFile(place, context.parser, signal)
        }
        const source = (from: TakenCapture): TakenCapture => ({
          ...from,
          capture: {
            ...from.capture,
            source: { kind: 'file', path: '', label: 'Redacted capture' },
          },
        })
        return await write(
          source(await reread(taken, 'capture.kextant')),
          other ? source(await reread(other, 'against.kextant')) : null,
        )
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
  }
}
