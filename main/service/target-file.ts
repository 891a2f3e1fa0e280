import { z } from 'zod'
import { targetInput, type TargetInput } from '../../core/contract/guest-requests.ts'

const fileShape = z.object({
  version: z.literal(1),
  targets: z.array(
    targetInput.extend({
      id: z.string(),
      // Files of before the mark existed: not marked.
      isVirtualMachine: z.boolean().default(false),
    }),
  ),
})

export type OwnTarget = TargetInput & { id: string }

/** The targets in the text of a settings file; throws when it is not of the form that was saved. */
export function targetsIn(text: string): OwnTarget[] {
  return fileShape.parse(JSON.parse(text)).targets
}
