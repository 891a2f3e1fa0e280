import { randomBytes } from 'node:crypto'
import { posix } from 'node:path'
import { FailureError } from '../../core/failure.ts'
import type { PushPlan } from './push-plan.ts'
import { quoteCommand } from './quote.ts'
import type { GuestSession } from './session.ts'
import { uploadBundle } from './upload-bundle.ts'
import type { PushProgress } from './upload-bundle.ts'

/** One thing a push does. `command` is what is shown and, for `run`, exactly what runs. */
export type PushStep =
  | {
      readonly kind: 'run'
      readonly command: string
      readonly explanation: string
      readonly argv: readonly string[]
      /** Through sudo, when the login is not root. */
      readonly asRoot: boolean
      /** From here on a push is not stopped half-way. */
      readonly isFinal: boolean
    }
  | { readonly kind: 'upload'; readonly command: string; readonly explanation: string }

export interface PushOptions {
  /** The one that was given to `describePush`, when the steps were shown before. */
  readonly stagingFolder?: string | undefined
  readonly signal?: AbortSignal | undefined
  readonly onStep?: ((step: PushStep, index: number) => void) | undefined
  readonly onProgress?: ((progress: PushProgress) => void) | undefined
}

/**
 * Puts the new bundle in the place of the old one with two renames in one folder, in one process of the
 * guest: if our connection breaks between them, the guest still finishes. If the second rename fails, the
 * old bundle goes back. $1 is the place, $2 the new bundle, $3 where the old one waits.
 */
const swapScript = [
  'if test -e "$1" || test -L "$1"; then /bin/mv "$1" "$3" || exit 1; fi',
  'if /bin/mv "$2" "$1"; then /bin/rm -rf "$3"; exit 0; fi',
  'if test -e "$3" || test -L "$3"; then /bin/mv "$3" "$1"; fi',
  'exit 1',
].join('; ')

/** A name in the guest that nobody can have guessed and prepared. */
export function newStagingFolder(): string {
  return `/tmp/kextant-${randomBytes(8).toString('hex')}`
}

/**
 * The steps of a push, in order. Uploading touches nothing but a private folder; the new bundle gets its
 * owner and modes there (root:wheel, not writable by others: facts: kexts, section 5), is then
 * moved beside the old one under a name that no kext tool looks at, and takes its place last.
 */
export function describePush(plan: PushPlan, stagingFolder: string): readonly PushStep[] {
  const staged = posix.join(stagingFolder, plan.name)
  const tag = posix.basename(stagingFolder)
  const beside = `${plan.installPath}.${tag}.new`
  const aside = `${plan.installPath}.${tag}.old`
  return [
    run(['/bin/mkdir', '-m', '700', stagingFolder], 'Makes a folder only you can look into.'),
    {
      kind: 'upload',
      command: `put -r ${quoteCommand([plan.localPath])} ${quoteCommand([staged])}`,
      explanation: 'Sends the bundle there by SFTP.',
    },
    // chown lies in /usr/sbin in Darwin and in /usr/bin elsewhere, and the PATH may name neither.
    run(
      ['/usr/bin/env', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'chown', '-R', '0:0', staged],
      'Gives it to root and wheel, as the guest demands of a kext.',
      'root',
    ),
    run(
      ['/bin/chmod', '-R', 'u+rwX,go+rX,go-w', staged],
      'Lets everybody read it and only root write to it.',
      'root',
    ),
    run(['/bin/mv', staged, beside], 'Moves it next to its place.', 'root'),
    run(
      ['/bin/sh', '-c', swapScript, 'sh', plan.installPath, beside, aside],
      'Takes the place of the old one, which goes back if that fails.',
      'root final',
    ),
    run(['/bin/rm', '-rf', stagingFolder], 'Removes the folder.', 'final'),
  ]
}

/**
 * Carries out the steps of `describePush`. However it ends, the place holds a whole bundle: the old one or
 * the new one. What a failed push leaves in the guest is removed, as long as the guest can be reached.
 *
 * @throws FailureError transfer-failed, sudo-password-needed, sudo-refused, command-failed, cancelled, …
 */
export async function pushBundle(
  session: GuestSession,
  plan: PushPlan,
  options: PushOptions = {},
): Promise<void> {
  const { signal, onStep, onProgress } = options
  const stagingFolder = options.stagingFolder ?? newStagingFolder()
  const steps = describePush(plan, stagingFolder)
  let doneCount = 0
  try {
    for (const step of steps) {
      const isFinal = step.kind === 'run' && step.isFinal
      if (signal?.aborted && !isFinal) throw new FailureError({ kind: 'cancelled' })
      onStep?.(step, doneCount)
      if (step.kind === 'upload') {
        await uploadBundle(session, plan, posix.join(stagingFolder, plan.name), {
          signal,
          onProgress,
        })
      } else {
        await session.run({
          name: 'push',
          argv: step.argv,
          asRoot: step.asRoot,
          timeoutMs: 300_000,
          signal: isFinal ? undefined : signal,
        })
      }
      doneCount++
    }
  } catch (error) {
    await removeLeftovers(session, plan, stagingFolder, doneCount)
    throw error
  }
}

/** As the login first, since root may be what could not be had; as root for what is root's by now. */
async function removeLeftovers(
  session: GuestSession,
  plan: PushPlan,
  stagingFolder: string,
  doneCount: number,
): Promise<void> {
  const beside = `${plan.installPath}.${posix.basename(stagingFolder)}.new`
  const remove = (paths: readonly string[], asRoot: boolean) =>
    session.run({
      name: 'push, tidying up',
      argv: ['/bin/rm', '-rf', ...paths],
      okExitCodes: 'any',
      asRoot,
    })
  if (doneCount === 0 || !session.isOpen) return
  try {
    const removed = await remove([stagingFolder], false)
    const mayBeMoved = doneCount >= 4
    if (removed.exitCode !== 0 || mayBeMoved) await remove([stagingFolder, beside], true)
  } catch (error) {
    // The failure of the push itself is the one to tell; this one is in the session's log.
    if (!(error instanceof FailureError)) throw error
  }
}

function run(
  argv: readonly string[],
  explanation: string,
  how: '' | 'root' | 'final' | 'root final' = '',
): PushStep {
  const words = how.split(' ')
  return {
    kind: 'run',
    argv,
    command: quoteCommand(argv),
    explanation,
    asRoot: words.includes('root'),
    isFinal: words.includes('final'),
  }
}
