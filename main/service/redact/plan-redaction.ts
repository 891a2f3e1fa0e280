import type { RedactionPreview } from '../../../core/contract/share-types.ts'
import { findSecrets, secretId, type FoundAll } from '../../../core/redact/find-secrets.ts'
import type { Digest } from '../../../core/redact/pseudonym.ts'
import { prepareRedaction, type Redaction } from '../../../core/redact/redaction.ts'
import { secretCategoryNames, type SecretCategory } from '../../../core/redact/secret-rules.ts'
import type { TakenCapture } from '../capture-guest.ts'
import { drive, within, type Tell } from './drive.ts'
import { lookBeside } from './look-beside.ts'
import { redactOutputs } from './redact-capture.ts'

/** What the user chose to have replaced. */
export interface RedactionChoice {
  readonly categories: readonly SecretCategory[]
  /** `id`s of values that stay as they are. */
  readonly keep: readonly string[]
}

/** All secrets of a capture, of every category. */
export async function findAll(
  taken: TakenCapture,
  digest: Digest,
  signal: AbortSignal,
  tell: Tell,
): Promise<FoundAll> {
  const { capture, snapshot } = taken
  const { texts, values } = await lookBeside(taken)
  const { hostName, bootSessionUuid, osName } = capture.identity ?? {}
  const options = {
    categories: new Set(secretCategoryNames),
    digest,
    names: [
      ...named('network', hostName, 'host name'),
      // A guest's `name.local` is its name too.
      ...named('network', hostName?.replace(/\..*$/, ''), 'host name'),
      ...named('uuids', bootSessionUuid, 'kern.bootsessionuuid'),
    ],
    values,
    // A disk or a host that is called like its system tells nothing.
    harmless: new Set(osName ? [osName.toLowerCase()] : []),
    publicUuids: new Set((capture.kexts ?? []).flatMap(({ uuid }) => (uuid ? [uuid] : []))),
  }
  return drive(findSecrets(snapshot, texts, options), signal, tell)
}

function named(category: SecretCategory, text: string | null | undefined, place: string) {
  return text ? [{ category, text, place }] : []
}

/** The secrets less those that the user keeps, ready to be replaced. */
export function chosen(
  { secrets }: FoundAll,
  { categories, keep }: RedactionChoice,
  digest: Digest,
): { readonly secrets: FoundAll['secrets']; readonly redaction: Redaction } {
  const kept = new Set(keep)
  const those = secrets.filter(
    secret => categories.includes(secret.category) && !kept.has(secretId(secret, digest)),
  )
  return { secrets: those, redaction: prepareRedaction(those, digest) }
}

export async function previewRedaction(
  taken: TakenCapture,
  choice: RedactionChoice,
  all: FoundAll,
  digest: Digest,
  signal: AbortSignal,
  tell: Tell,
): Promise<RedactionPreview> {
  const { secrets, redaction } = chosen(all, choice, digest)
  const notLookedInto: string[] = []
  // Replaced in copies that are let go again: what is counted is what will be replaced.
  for await (const { leftOut } of redactOutputs(taken, redaction, signal, within(tell, 0, 1))) {
    if (leftOut !== null) notLookedInto.push(leftOut)
  }
  return {
    isCut: all.isCut,
    notLookedInto,
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
