import { FailureError } from '../../core/failure.ts'
import { describePush, newStagingFolder, pushBundle, type PushStep } from '../guest/push-bundle.ts'
import { planPush, type PushPlan } from '../guest/push-plan.ts'
import type { GuestSession } from '../guest/session.ts'
import { digestBundle } from './local-bundle.ts'
import type { RecipeContext, RecipeStep } from './recipe.ts'

export interface Push {
  readonly steps: readonly RecipeStep[]
  /** Fails when the bundle on the disk is not the one that was planned. */
  readonly check: () => Promise<void>
}

/**
 * A push as steps of a recipe. The push itself runs as one (it tidies up after a failure); each step here
 * ends when the push says that it has gone on to the next.
 */
export async function pushSteps(bundlePath: string, session: GuestSession): Promise<Push> {
  const plan = await planPush(bundlePath)
  const digest = await digestBundle(plan.localPath)
  const stagingFolder = newStagingFolder()
  const described = describePush(plan, stagingFolder)
  const ends = described.map(() => Promise.withResolvers<void>())
  // Only the step that is waited for tells a failure; the others must not count as unhandled.
  for (const { promise } of ends) promise.catch(() => undefined)

  const start = (context: RecipeContext) => {
    pushBundle(context.session, plan, {
      stagingFolder,
      signal: context.signal,
      onStep: (_step, index) => ends[index - 1]?.resolve(),
    }).then(
      () => ends.at(-1)?.resolve(),
      error => ends.forEach(end => end.reject(error)),
    )
  }
  const check = async () => {
    if ((await digestBundle(plan.localPath).catch(() => null)) === digest) return
    const detail = `${plan.name} has changed since the plan was made; plan again`
    throw new FailureError({ kind: 'bad-request', request: 'action.run', detail })
  }
  const steps = described.map((step, index): RecipeStep => ({
    effect: effectOf(step),
    planned: {
      command: shown(step, session),
      explanation: step.explanation,
      runsAsRoot: step.kind === 'run' && step.asRoot,
      changesGuest: true,
    },
    run: async context => {
      if (index === 0) start(context)
      await ends[index]!.promise
      if (step.kind === 'upload') context.output('note', sizeOf(plan))
      return {}
    },
  }))
  return { steps, check }
}

/** Up to the swap everything lies beside the place; a push that fails takes it away again. */
function effectOf(step: PushStep): RecipeStep['effect'] {
  if (step.kind !== 'run' || !step.isFinal) return 'passing'
  return step.asRoot ? 'lasting' : 'none'
}

function shown(step: PushStep, session: GuestSession): string {
  if (step.kind === 'upload') return step.command
  return step.asRoot && session.info.user !== 'root' ? `sudo ${step.command}` : step.command
}

function sizeOf({ entries, totalBytes }: PushPlan): string {
  const count = entries.filter(entry => entry.kind !== 'directory').length
  return `${count} ${count === 1 ? 'file' : 'files'}, ${totalBytes} bytes`
}
