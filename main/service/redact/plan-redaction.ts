import type { RedactionPreview } from '../../../core/contract/share-types.ts'
import { findSecrets, secretId, type Secret } from '../../../core/redact/find-secrets.ts'
import type { Digest } from '../../../core/redact/pseudonym.ts'
import { prepareRedaction, type Redaction } from '../../../core/redact/redact-bytes.ts'
import type { SecretCategory } from '../../../core/redact/secret-rules.ts'
import type { TakenCapture } from '../capture-guest.ts'
import { piecesOf } from '../evidence.ts'
import { drive } from './drive.ts'
import { redactOutputs, textKinds, whyNotLookedInto } from './redact-capture.ts'

/** What the user chose to have replaced. */
export interface RedactionChoice {
  readonly categories: readonly SecretCategory[]
  /** `id`s of values that stay as they are. */
  readonly keep: readonly string[]
}

export interface RedactionPlan {
  readonly secrets: readonly Secret[]
  readonly redaction: Redaction
  readonly isCut: boolean
}

/** The secrets of a capture less those that the user keeps. */
export async function planRedaction(
  taken: TakenCapture,
  { categories, keep }: RedactionChoice,
  digest: Digest,
  signal: AbortSignal,
): Promise<RedactionPlan> {
  const { capture, snapshot, evidence } = taken
  const texts: { name: string; text: string }[] = []
  for (const { kind, content, path } of evidence.outputs) {
    if (!textKinds.has(kind)) continue
    const pieces: Uint8Array[] = []
    for await (const piece of piecesOf(content, snapshot)) pieces.push(piece)
    texts.push({ name: path, text: Buffer.concat(pieces).toString('latin1') })
  }
  const { hostName, bootSessionUuid, osName } = capture.identity ?? {}
  const found = await drive(
    findSecrets(snapshot, texts, {
      categories: new Set(categories),
      digest,
      names: [
        ...named('network', hostName, 'host name'),
        // A guest's `name.local` is its name too.
        ...named('network', hostName?.replace(/\..*$/, ''), 'host name'),
        ...named('uuids', bootSessionUuid, 'kern.bootsessionuuid'),
      ],
      // A disk or a host that is called like its system tells nothing.
      harmless: new Set(osName ? [osName.toLowerCase()] : []),
      publicUuids: new Set((capture.kexts ?? []).flatMap(({ uuid }) => (uuid ? [uuid] : []))),
    }),
    signal,
  )
  const kept = new Set(keep)
  const secrets = found.secrets.filter(secret => !kept.has(secretId(secret, digest)))
  return { secrets, redaction: prepareRedaction(secrets, digest), isCut: found.isCut }
}

function named(category: SecretCategory, text: string | null | undefined, place: string) {
  return text ? [{ category, text, place }] : []
}

export async function previewRedaction(
  taken: TakenCapture,
  choice: RedactionChoice,
  digest: Digest,
  signal: AbortSignal,
): Promise<RedactionPreview> {
  const { secrets, redaction, isCut } = await planRedaction(taken, choice, digest, signal)
  // Replaced in copies that are let go again: what is counted is what will be replaced.
  for await (const _output of redactOutputs(taken, redaction, signal));
  return {
    isCut,
    notLookedInto: whyNotLookedInto(taken),
    values: secrets
      .map((secret, number) => ({
        id: secretId(secret, digest),
        category: secret.category,
        original: secret.original,
        pseudonym: secret.pseudonym,
        count: redaction.counts[number]!,
        places: secret.places,
      }))
      .filter(({ count }) => count > 0),
  }
}
