import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ShareStep } from '../../../core/contract/share-types.ts'
import { FailureError } from '../../../core/failure.ts'
import type { FoundAll } from '../../../core/redact/find-secrets.ts'
import type { Digest } from '../../../core/redact/pseudonym.ts'
import type { TakenCapture } from '../capture-guest.ts'
import { openFile } from '../open-capture.ts'
import type { Parser } from '../parse-client.ts'
import { saveKextant } from '../save-kextant.ts'
import { within, type Tell } from './drive.ts'
import { chosen, findAll, previewRedaction, type RedactionChoice } from './plan-redaction.ts'
import { redactCapture } from './redact-capture.ts'
import { redactionDigest } from './redaction-key.ts'
import type { ShareJob, ShareResults } from './share-messages.ts'
import { writeReport } from './write-report.ts'

export interface ShareEngineOptions {
  readonly settingsFolder: string
  readonly version: string
  readonly parser: () => Parser
}

export type TellStep = (step: ShareStep, done: number) => void

/** The work of sharing: it takes seconds of one thread, so that a host has it done in another. */
export class ShareEngine {
  private readonly options: ShareEngineOptions
  /** What was found is not looked for again: a preview is followed by a save. */
  private readonly found = new WeakMap<TakenCapture, FoundAll>()

  constructor(options: ShareEngineOptions) {
    this.options = options
  }

  async run(
    job: ShareJob,
    captureOf: (number: number) => TakenCapture,
    signal: AbortSignal,
    tell: TellStep,
  ): Promise<ShareResults[ShareJob['kind']]> {
    const taken = captureOf(job.capture)
    switch (job.kind) {
      case 'preview': {
        const digest = await this.digest()
        const all = await this.all(taken, digest, signal, part(tell, 'looking', 0, 0.5))
        const told = part(tell, 'replacing', 0.5, 1)
        return previewRedaction(taken, job.choice, all, digest, signal, told)
      }
      case 'save':
        return this.save(taken, job.choice, job, signal, tell)
      case 'report':
        return this.report(job, taken, captureOf, signal, tell)
    }
  }

  private async save(
    taken: TakenCapture,
    choice: RedactionChoice,
    { path, overwrite }: { readonly path: string; readonly overwrite: boolean },
    signal: AbortSignal,
    tell: TellStep,
  ): Promise<ShareResults['save']> {
    const { version } = this.options
    const digest = await this.digest()
    const all = await this.all(taken, digest, signal, part(tell, 'looking', 0, 0.25))
    if (all.isCut) {
      const detail = 'it holds more secrets than can be replaced, so it cannot be shared'
      throw new FailureError({ kind: 'bad-request', request: 'redaction.save', detail })
    }
    const { redaction } = chosen(all, choice, digest)
    const replacing = part(tell, 'replacing', 0.25, 0.5)
    const redacted = await redactCapture(taken, redaction, signal, replacing)
    const total = redacted.evidence.outputs.reduce(
      (sum, { content }) =>
        sum +
        (content.where === 'memory' ? content.pieces.reduce((n, { length }) => n + length, 0) : 0),
      1,
    )
    const packing = part(tell, 'packing', 0.5, 1)
    const progress = (bytes: number) => packing(bytes / total)
    return saveKextant(redacted, path, { overwrite, signal, version, progress })
  }

  private async report(
    job: Extract<ShareJob, { kind: 'report' }>,
    taken: TakenCapture,
    captureOf: (number: number) => TakenCapture,
    signal: AbortSignal,
    tell: TellStep,
  ): Promise<ShareResults['report']> {
    const { choice, path, overwrite, hasProperties } = job
    const other = job.against === null ? null : captureOf(job.against)
    const options = { overwrite, signal, version: this.options.version, hasProperties }
    if (choice === null) {
      const writing = part(tell, 'writing', 0, 1)
      return writeReport(taken, other, path, { ...options, isRedacted: false, tell: writing })
    }
    // Read again from what would be shared: the report shows that, and nothing else.
    const folder = await mkdtemp(join(tmpdir(), 'kextant-report-'))
    try {
      const share = other ? 0.35 : 0.7
      const reread = async (from: TakenCapture, name: string, start: number) => {
        const place = join(folder, name)
        const file = { path: place, overwrite: false }
        const saving: TellStep = (step, done) => tell(step, start + 0.8 * share * done)
        await this.save(from, choice, file, signal, saving)
        tell('reading', start + 0.9 * share)
        const { capture, ...rest } = await openFile(place, this.options.parser(), signal)
        const source = { kind: 'file', path: '', label: 'Redacted capture' } as const
        return { ...rest, capture: { ...capture, source } }
      }
      const shown = await reread(taken, 'capture.kextant', 0)
      const before = other ? await reread(other, 'against.kextant', share) : null
      const writing = part(tell, 'writing', 0.7, 1)
      return await writeReport(shown, before, path, { ...options, isRedacted: true, tell: writing })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  private digest(): Promise<Digest> {
    return redactionDigest(this.options.settingsFolder)
  }

  private async all(
    taken: TakenCapture,
    digest: Digest,
    signal: AbortSignal,
    tell: Tell,
  ): Promise<FoundAll> {
    const known = this.found.get(taken)
    if (known) return known
    const all = await findAll(taken, digest, signal, tell)
    this.found.set(taken, all)
    return all
  }
}

/** Tells at once that the step begins: it may be over before it would tell by itself. */
function part(tell: TellStep, step: ShareStep, from: number, to: number): Tell {
  tell(step, from)
  return within(done => tell(step, done), from, to)
}
