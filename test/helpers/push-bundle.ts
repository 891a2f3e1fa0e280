import { describePush, type DescribedPush } from '../../main/guest/describe-push.ts'
import { preparePush, type PrepareOptions } from '../../main/guest/prepare-push.ts'
import type { PushPlan } from '../../main/guest/push-plan.ts'
import type { PushContext, PushStep } from '../../main/guest/push-step.ts'
import type { GuestSession } from '../../main/guest/session.ts'
import type { PushProgress } from '../../main/guest/upload-bundle.ts'

export interface PushOptions extends PrepareOptions {
  readonly onStep?: ((step: PushStep, index: number) => void | Promise<void>) | undefined
  readonly onProgress?: ((progress: PushProgress) => void) | undefined
}

/**
 * Prepares a push and carries it out. However it ends, the place holds a whole bundle: the old one or
 * the new one. What a failed push leaves in the guest is removed, as long as the guest can be reached.
 *
 * @throws FailureError transfer-failed, sudo-password-needed, sudo-refused, command-failed, cancelled, …
 */
export async function pushBundle(
  session: GuestSession,
  plan: PushPlan,
  options: PushOptions = {},
): Promise<DescribedPush> {
  const push = describePush(await preparePush(session, plan, options))
  const context: PushContext = { session, signal: options.signal, onProgress: options.onProgress }
  const steps = [...push.stage, ...push.install]
  try {
    for (const [index, step] of steps.entries()) {
      await options.onStep?.(step, index)
      await step.run(context)
    }
  } finally {
    await push.tidyUp(session)
  }
  return push
}
