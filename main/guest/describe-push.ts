import { posix } from 'node:path'
import { FailureError } from '../../core/failure.ts'
import { compareStaged, sendEntries, sendReplacing } from './push-content.ts'
import { mendLeftovers } from './push-leftovers.ts'
import { beginPush } from './push-tag.ts'
import { canBeReplaced, summaryOf } from './push-summary.ts'
import { runStep, type PushStep } from './push-step.ts'
import type { PreparedPush } from './prepare-push.ts'
import type { GuestSession } from './session.ts'

/** $1 goes to $2, and reaches the disk: a kext that panics the guest must not take its own file with it. */
const besideScript = '/bin/mv "$1" "$2" || exit 1; /bin/sync; exit 0'

/**
 * Puts the new bundle in the place of the old one with two renames in one folder, in one process of the
 * guest: if our connection breaks between them, the guest still finishes. If the second rename fails, the
 * old bundle goes back. What waits as `.old` is always whole: it gets another name before it is removed.
 *
 *   $1 the place, $2 the new bundle, $3 where the old one waits, $4 where it goes to be removed,
 *   $5 where the new one lands if somebody takes the place between the two renames: mv moves it into a folder
 */
const swapScript = [
  // A client that goes away must not stop it half-way; servers since OpenSSH 7.9 pass signals on.
  'trap "" HUP INT TERM PIPE',
  'if test -e "$1" || test -L "$1"; then /bin/mv "$1" "$3" || exit 1; fi',
  [
    'if /bin/mv "$2" "$1"; then',
    'if test -e "$5"; then /bin/mv "$5" "$2"; /bin/rm -rf "$3"; exit 1; fi;',
    'if test -e "$3" || test -L "$3"; then /bin/mv "$3" "$4" && /bin/rm -rf "$4"; fi;',
    'exit 0; fi',
  ].join(' '),
  'if test -e "$3" || test -L "$3"; then /bin/mv "$3" "$1"; fi',
  'exit 1',
].join('; ')

/** A push in its parts: a check of the staged bundle may come between them. */
export interface DescribedPush {
  /** Up to a whole bundle with the right owner and modes, at `stagedPath`. */
  readonly stage: readonly PushStep[]
  /** The staged bundle takes its place; empty where it lies there already, and when the purpose is to look. */
  readonly install: readonly PushStep[]
  /** In place of `install`: what was staged goes. */
  readonly discard: readonly PushStep[]
  /** The bundle as the guest's own check may look at it. */
  readonly stagedPath: string
  /** What is sent: `Info.plist differs only: 1 of 4 files, 812 bytes are sent`. */
  readonly summary: string
  readonly warnings: readonly string[]
  /**
   * Takes away what a push that does not come to its end has staged, as long as the guest can be reached. Harmless
   * at any time, also twice. A step that fails calls it by itself; whoever stops between two steps has to.
   */
  readonly tidyUp: (session: GuestSession) => Promise<void>
}

/**
 * The steps of a push, in order. Sending touches nothing but a private folder; the new bundle gets its
 * owner and modes there (root:wheel, not writable by others: facts: kexts, section 5), is then
 * moved beside the old one under a name that no kext tool looks at, and takes its place last.
 */
export function describePush(prepared: PreparedPush): DescribedPush {
  const { difference, leftovers, parents, purpose } = prepared
  // Who only looks mends nothing.
  const later = purpose === 'look' ? ' The next push does that.' : ''
  const warnings = [
    ...leftovers.found.map(({ mend, sentence }) =>
      mend === 'leave alone' ? sentence : `${sentence}${later}`,
    ),
    ...parents.warnings,
  ]
  const summary = summaryOf(prepared)
  const isSame = difference !== null && difference.send.length + difference.remove.length === 0
  if (isSame && purpose === 'install') return describeSame(prepared, summary, warnings)
  return describeStaged(prepared, summary, warnings)
}

/** Nothing differs: the bundle stays where it lies. */
function describeSame(
  prepared: PreparedPush,
  summary: string,
  warnings: readonly string[],
): DescribedPush {
  const { plan, leftovers } = prepared
  const place = plan.installPath
  return {
    stage: [
      ...mendLeftovers(leftovers),
      { ...compareStaged(prepared, place), explanation: `${summary}. Compares once more.` },
      ownerStep(place, 'lasting'),
      modesStep(place, { asRoot: true, effect: 'lasting' }),
    ],
    install: [],
    discard: [],
    stagedPath: place,
    summary,
    warnings,
    tidyUp: async () => undefined,
  }
}

function describeStaged(
  prepared: PreparedPush,
  summary: string,
  warnings: readonly string[],
): DescribedPush {
  const { plan, purpose, stagingFolder, leftovers, parents } = prepared
  const isInstalling = purpose === 'install'
  const staged = posix.join(stagingFolder, plan.name)
  const place = plan.installPath
  const tag = posix.basename(stagingFolder)
  const beside = `${place}.${tag}.new`

  let end: (() => void) | null = null
  let mayBeRoots = false
  let mayBeMoved = false
  const tidyUp = async (session: GuestSession) => {
    if (end === null) return
    end()
    end = null
    if (!session.isOpen) return
    const remove = (paths: readonly string[], asRoot: boolean) =>
      session.run({
        name: 'push, tidying up',
        argv: ['/bin/rm', '-rf', ...paths],
        okExitCodes: 'any',
        asRoot,
      })
    try {
      // As the login first, since root may be what could not be had; as root for what is root's by now.
      const removed = mayBeRoots ? null : await remove([stagingFolder], false)
      if (removed?.exitCode !== 0) {
        await remove(mayBeMoved ? [stagingFolder, beside] : [stagingFolder], true)
      }
    } catch (error) {
      // The failure of the push itself is the one to tell; this one is in the session's log.
      if (!(error instanceof FailureError)) throw error
    }
  }
  const tidy = (step: PushStep, before?: () => void, after?: () => void): PushStep => ({
    ...step,
    run: async context => {
      before?.()
      try {
        const result = await step.run(context)
        after?.()
        return result
      } catch (error) {
        await tidyUp(context.session)
        throw error
      }
    },
  })
  const begin = () => (end ??= beginPush(stagingFolder))
  const over = () => {
    end?.()
    end = null
  }
  const removeStaging = (asRoot: boolean) =>
    tidy(
      runStep(['/bin/rm', '-rf', stagingFolder], 'Removes the folder.', {
        asRoot,
        effect: 'none',
        isFinal: true,
      }),
      undefined,
      over,
    )

  const stage: PushStep[] = [
    ...(isInstalling ? mendLeftovers(leftovers) : []),
    tidy(
      runStep(
        ['/bin/mkdir', '-m', '700', stagingFolder],
        'Makes a folder only you can look into; its name says whose push it is.',
        { effect: 'passing' },
      ),
      begin,
    ),
    ...(canBeReplaced(prepared)
      ? sendReplacing(prepared, staged, summary)
      : [sendEntries(prepared, plan.entries, staged, summary)]
    ).map(step => tidy(step)),
    tidy(compareStaged(prepared, staged)),
    // Modes first, while the files are the login's own; and what is root's stays readable when a push is cut off.
    tidy(modesStep(stagingFolder, { effect: 'passing' })),
    tidy(ownerStep(stagingFolder, 'passing'), () => (mayBeRoots = true)),
  ]
  const parent: PushStep[] = parents.isMissing
    ? [
        tidy(
          runStep(
            ['/usr/bin/install', '-d', '-o', '0', '-g', '0', '-m', '755', posix.dirname(place)],
            'Makes the folder for kexts, which this guest does not have yet.',
            { asRoot: true, effect: 'lasting' },
          ),
        ),
      ]
    : []
  const install: PushStep[] = [
    ...parent,
    tidy(
      runStep(
        ['/bin/sh', '-c', besideScript, 'sh', staged, beside],
        'Moves it next to its place, and waits until it is on the disk.',
        { asRoot: true, effect: 'passing' },
      ),
      () => (mayBeMoved = true),
    ),
    tidy(
      runStep(
        [
          ...['/bin/sh', '-c', swapScript, 'sh', place, beside],
          ...[`${place}.${tag}.old`, `${place}.${tag}.gone`],
          posix.join(place, posix.basename(beside)),
        ],
        'Takes the place of the old one, which goes back if that fails.',
        { asRoot: true, effect: 'lasting', isFinal: true },
      ),
      undefined,
      () => (mayBeMoved = false),
    ),
    removeStaging(true),
  ]
  return {
    stage,
    install: isInstalling ? install : [],
    discard: [removeStaging(true)],
    stagedPath: staged,
    summary,
    warnings,
    tidyUp,
  }
}

// chown lies in /usr/sbin in Darwin and in /usr/bin elsewhere, and the PATH may name neither.
function ownerStep(path: string, effect: PushStep['effect']): PushStep {
  return runStep(
    ['/usr/bin/env', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'chown', '-R', '0:0', path],
    'Gives it to root and wheel, as the guest demands of a kext.',
    { asRoot: true, effect },
  )
}

function modesStep(
  path: string,
  how: { readonly asRoot?: boolean; readonly effect: PushStep['effect'] },
): PushStep {
  return runStep(
    ['/bin/chmod', '-R', 'u+rwX,go+rX,go-w', path],
    'Lets everybody read it and only its owner write to it.',
    how,
  )
}
