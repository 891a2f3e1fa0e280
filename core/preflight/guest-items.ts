import { kextArchitecture } from '../guest-facts/kext-architecture.ts'
import type { GuestIdentity } from '../guest-facts/read-identity.ts'
import { toolEra } from '../guest-facts/tool-era.ts'
import type { LintReport } from '../lint/lint-report.ts'
import type { Findings, PreflightInput } from './preflight.ts'
import type { PreflightItem } from './preflight-report.ts'
import { bootPurpose, isAppleKext } from './protected-kext.ts'

/** What the guest's system means for the load: its processor, how it was started, what its era asks of a kext. */
export function guestItems(input: PreflightInput): Findings {
  const { bundle, lint } = input
  const identity = input.guest?.identity ?? null
  if (identity === null)
    return {
      items: [
        {
          status: 'unknown',
          title: 'What system the guest has is not known',
          detail: 'Architecture, boot mode and the rules of its era were not compared.',
        },
      ],
      stops: [],
    }
  return {
    items: [
      ...architectureItems(bundle.executable, lint, identity),
      ...bootItems(input, identity),
      ...eraItems(input, identity),
    ],
    stops: [],
  }
}

function architectureItems(
  executable: string | null,
  lint: LintReport | null,
  identity: GuestIdentity,
): readonly PreflightItem[] {
  if (executable === null || lint?.executable == null) return []
  const wanted = kextArchitecture(identity)
  const has = lint.executable.images.map(image => image.architecture)
  if (wanted === null)
    return [
      {
        status: 'unknown',
        title: 'The guest’s architecture is not known',
        detail: `The executable has code for ${has.join(', ') || 'no architecture that could be read'}.`,
      },
    ]
  // Lint stops at code that is missing; here is what it comes to.
  return has.includes(wanted)
    ? [{ status: 'pass', title: `It has code for ${wanted}`, detail: '' }]
    : [
        {
          status: 'warning',
          title: `It has no code for ${wanted}`,
          detail: `The guest’s kernel is ${wanted}, and the executable has ${has.length === 0 ? 'no code that could be read' : `code for ${has.join(', ')} only`}. Build it for ${wanted}.`,
        },
      ]
}

function bootItems(
  { bundle }: PreflightInput,
  { isSafeBoot }: GuestIdentity,
): readonly PreflightItem[] {
  const items: PreflightItem[] = []
  const level = bundle.bundleRequired
  if (isSafeBoot === true)
    items.push(
      level === undefined
        ? {
            status: 'warning',
            title: 'The guest was started in safe boot',
            detail:
              'There a kext without OSBundleRequired is not loadable. Restart the guest normally.',
          }
        : {
            status: 'note',
            title: 'The guest was started in safe boot',
            detail: `OSBundleRequired is ${level}, which decides whether the kext may be loaded there.`,
          },
    )
  const purpose = bootPurpose(bundle)
  if (purpose !== null && !isAppleKext(bundle.bundleIdentifier))
    items.push({
      status: 'warning',
      title: `It may be loaded early, for ${purpose}`,
      detail: `OSBundleRequired is ${level}. A kext that hangs or panics then keeps the guest from starting; while it is in development, leave the key out.`,
    })
  return items
}

function eraItems(
  { bundle }: PreflightInput,
  { darwinMajor }: GuestIdentity,
): readonly PreflightItem[] {
  if (darwinMajor === null || isAppleKext(bundle.bundleIdentifier)) return []
  const era = toolEra(darwinMajor)
  if (era.usesCollections)
    return [
      {
        status: 'warning',
        title: 'The guest will ask for approval and a restart',
        detail:
          'From macOS 11 on a kext of somebody else than Apple goes into the auxiliary kernel collection: a user approves it in the guest, then it restarts. On Apple silicon reduced security with user management of kernel extensions is needed too.',
      },
      {
        status: 'warning',
        title: 'New code needs a restart',
        detail:
          'The code belongs to a collection and stays in memory after an unload. The same build can be stopped and started again without a restart.',
      },
    ]
  if (era.needsApproval)
    return [
      {
        status: 'note',
        title: 'The guest may ask for approval',
        detail: `${era.macos ?? 'This system'} copies a kext of somebody else than Apple to /Library/StagedExtensions, and may want its user to approve it first (exit code 27). A guest with its own tools may not.`,
      },
    ]
  return []
}
