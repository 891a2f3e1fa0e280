import { FailureError } from '../../../core/failure.ts'
import { describePush } from '../../guest/describe-push.ts'
import { preparePush, type PushPurpose } from '../../guest/prepare-push.ts'
import { planPush } from '../../guest/push-plan.ts'
import type { PushStep } from '../../guest/push-step.ts'
import type { GuestSession } from '../../guest/session.ts'
import type { PushProgress } from '../../guest/upload-bundle.ts'
import { digestBundle } from '../local-bundle.ts'
import type { RecipeFacts } from './facts.ts'
import type { Recipe, RecipeStep } from './step.ts'

/** How often a long upload tells how far it is. */
const tellEveryMs = 2000

/**
 * A push as steps: `stage`, then whatever looks at `stagedPath`, then `install` or `discard`. Until `install` nothing
 * has taken the old bundle's place.
 */
export interface PushPhase extends Pick<Recipe, 'warnings' | 'check' | 'tidy'> {
  /** Sends, compares, sets owner and modes; begins by mending what an earlier push left. */
  readonly stage: readonly RecipeStep[]
  /** Takes the place of the old bundle. Empty where nothing differs, or where the purpose is to look. */
  readonly install: readonly RecipeStep[]
  /** In place of `install`: takes the copy away again. */
  readonly discard: readonly RecipeStep[]
  /** Where the guest's own check finds the bundle; its place, where that holds just the same already. */
  readonly stagedPath: string
  /** Where it lies in the end. */
  readonly installPath: string
}

/**
 * Asks the guest what it has, and plans. Changes nothing there.
 *
 * @param purpose `look`: the copy goes again, what is in its place stays, and nothing of an earlier push is mended
 */
export async function pushPhase(
  bundlePath: string,
  purpose: PushPurpose,
  { session, signal }: RecipeFacts,
): Promise<PushPhase> {
  const plan = await planPush(bundlePath)
  const digest = await digestBundle(plan.localPath)
  const push = describePush(await preparePush(session, plan, { purpose, signal }))
  const inRecipe = (steps: readonly PushStep[]) => steps.map(step => recipeStep(step, session))
  return {
    stage: inRecipe(push.stage),
    install: inRecipe(push.install),
    discard: inRecipe(push.discard),
    stagedPath: push.stagedPath,
    installPath: plan.installPath,
    warnings: push.warnings,
    check: async () => {
      if ((await digestBundle(plan.localPath).catch(() => null)) === digest) return
      const detail = `${plan.name} has changed since the plan was made; plan again`
      throw new FailureError({ kind: 'bad-request', request: 'action.run', detail })
    },
    tidy: push.tidyUp,
  }
}

function recipeStep(step: PushStep, { info }: GuestSession): RecipeStep {
  return {
    effect: step.effect,
    planned: {
      phase: 'push',
      command: step.asRoot && info.user !== 'root' ? `sudo ${step.command}` : step.command,
      explanation: step.explanation,
      runsAsRoot: step.asRoot,
      changesGuest: true,
    },
    run: ({ session, signal, output }) => {
      let toldMs = performance.now()
      const onProgress = ({ path, sentBytes, totalBytes }: PushProgress) => {
        if (performance.now() - toldMs < tellEveryMs) return
        toldMs = performance.now()
        output('note', `${sentBytes} of ${totalBytes} bytes: ${path}`)
      }
      return step.run({ session, signal, output, onProgress })
    },
  }
}
