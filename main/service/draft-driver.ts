import type { DraftParams } from '../../core/contract/bundle-requests.ts'
import type { Params } from '../../core/contract/requests.ts'
import type { WrittenDraft } from '../../core/contract/types.ts'
import type { DraftPlan } from '../../core/draft/draft-plan.ts'
import { planDriver } from '../../core/draft/plan-driver.ts'
import { FailureError } from '../../core/failure.ts'
import type { TakenCapture } from './capture-guest.ts'
import { draftContext } from './draft-engine.ts'
import { driverFolder } from './driver-folder.ts'
import { absolutePath } from './host-folder.ts'
import { writeNewFolder } from './write-new-folder.ts'

type Choices = Omit<DraftParams, 'snapshotId'>

/** A driver for a service of a capture, as it would be written into the default place. */
export function planDraft(
  taken: TakenCapture,
  { entry, name, className, bundleIdentifier, keys, ...rest }: Choices,
  more: { readonly fallbackName?: string; readonly makefileInclude?: string } = {},
): DraftPlan {
  if (entry >= taken.snapshot.entries.length) {
    const detail = `there is no entry ${entry} in this snapshot`
    throw new FailureError({ kind: 'bad-request', request: 'draft.plan', detail })
  }
  return planDriver(draftContext(taken), entry, {
    ...more,
    ...rest,
    name: name ?? undefined,
    className: className ?? undefined,
    bundleIdentifier: bundleIdentifier ?? undefined,
    keys: keys ?? undefined,
  })
}

/** The same for a folder that the user names, which may give the driver its name. */
export async function planDraftIn(
  taken: TakenCapture,
  choices: Choices,
  folder: string,
): Promise<{ readonly plan: DraftPlan; readonly folder: string }> {
  const place = await driverFolder(absolutePath(folder))
  const plan = planDraft(taken, choices, {
    makefileInclude: place.makefileInclude,
    ...(place.name === null ? {} : { fallbackName: place.name }),
  })
  return { plan, folder: place.folderFor(plan.names.name) }
}

/**
 * Plans and writes.
 *
 * @throws FailureError as the plan; bad-request where the draft would not be started and that was not said to be
 *   fine; file-exists, file-unwritable
 */
export async function writeDraft(
  taken: TakenCapture,
  { folder, evenIfItLoses, ...choices }: Omit<Params<'draft.write'>, 'snapshotId'>,
): Promise<WrittenDraft> {
  const planned = await planDraftIn(taken, choices, folder)
  if (!planned.plan.wins && !evenIfItLoses) {
    const detail = verdictOf(planned.plan)
    throw new FailureError({ kind: 'bad-request', request: 'draft.write', detail })
  }
  const paths = await writeNewFolder(planned.folder, planned.plan.files)
  return { folder: planned.folder, paths }
}

/** What becomes of the draft, without the stop at its end. */
function verdictOf({ choices, chosen }: DraftPlan): string {
  return choices.find(choice => choice.id === chosen)!.verdict.replace(/\.$/, '')
}
