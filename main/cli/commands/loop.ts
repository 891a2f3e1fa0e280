import type { Command } from 'commander'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ActionRequest } from '../../../core/contract/types.ts'
import { FailureError } from '../../../core/failure.ts'
import { actExitCodes, exitCodeOfFailure, type ActExitCode } from '../act/act-exit-codes.ts'
import {
  addActHelp,
  addActOptions,
  addExpect,
  addTimeout,
  guestSourceHelp,
  timeoutMsOf,
  type ExpectingOptions,
} from '../act/act-options.ts'
import { printableInLine } from '../../app/printable.ts'
import { buildProject } from '../act/build-project.ts'
import { driverOf, isBundlePath } from '../act/loop-target.ts'
import { consentFrom, perform, type Consent } from '../act/perform.ts'
import { openGuest, runAct, wrong, type Acting } from '../act/run-act.ts'
import { watchBuilds } from '../act/watch-builds.ts'
import { outputLook } from '../options.ts'

interface LoopOptions extends ExpectingOptions {
  readonly driver?: string
  readonly build?: boolean
  readonly watch?: boolean
  readonly unload?: boolean
}

export function define(command: Command): void {
  command
    .argument('<source>', guestSourceHelp)
    .argument('<path>', 'a .kext folder, the folder of a driver, or a darwinOS tree')
    .option('--driver <name>', 'which driver of a tree')
    .option(
      '--build',
      'build it first (make kexts at the root of the tree, make in a driver’s folder)',
    )
    .option('--watch', 'do it again with every new build, until Ctrl-C')
    .option('--unload', 'unload it at the end, and look for leaks')
  addActHelp(
    addActOptions(addTimeout(addExpect(command))),
    `The whole loop: push, preflight, unload the old build, load, wait until matching has come to rest, verify, and with
--unload take it out again and count what is left. It stops at the first step that fails, and says what that means.

With --watch one connection is kept, and each new build gives one block of output; with --build too, sources that are
newer than the build are built. What was consented to once holds for all. Ctrl-C ends it with the last exit code.`,
    [
      'kextant loop demo build/qemu-x86_64/kexts/MyKext.kext --yes',
      'kextant loop ssh://author@192.168.1.20 drivers/contrib/my-kext --build --unload --vm --yes',
      'kextant loop demo ~/darwinos --driver my-kext --build --watch --yes',
      'kextant loop demo MyKext.kext --yes --junit result.xml --record-to loop.json',
    ],
  ).action((source: string, path: string, options: LoopOptions) =>
    runAct('loop', options, acting =>
      options.watch
        ? watchLoop(acting, source, path, options)
        : oneLoop(acting, source, path, options),
    ),
  )
}

async function oneLoop(
  acting: Acting,
  source: string,
  path: string,
  options: LoopOptions,
): Promise<ActExitCode> {
  let bundlePath = resolve(path)
  if (options.build || options.driver !== undefined || !(await isBundlePath(path))) {
    const project = await acting.ask('project.open', { path })
    const { name } = await driverOf(project, path, options.driver)
    if (options.build && (await buildProject(acting)).status !== 'done') {
      return acting.signal.aborted ? actExitCodes.cancelled : actExitCodes.doesNotHold
    }
    const driver = (await acting.ask('project.get', {}))?.drivers.find(each => each.name === name)
    const build = driver?.builds[0]
    if (!build) {
      throw wrong('loop', `${name} has no build in ${project.root}/build; make one, or say --build`)
    }
    if (driver.state === 'stale') {
      acting.say(
        `${name}: ${driver.newestSource!.path} is newer than this build; --build builds it.`,
      )
    }
    bundlePath = build.path
  }
  await openGuest(acting, source)
  return (await perform(acting, requestFor(bundlePath, options))).code
}

async function watchLoop(
  acting: Acting,
  source: string,
  path: string,
  options: LoopOptions,
): Promise<ActExitCode> {
  const project = await acting.ask('project.open', { path })
  const { folder, name, problems } = await driverOf(project, path, options.driver)
  for (const problem of [...project.problems, ...problems]) acting.say(problem)
  const consent = consentFrom(acting)
  // Before the guest is reached, which takes a while: a build of meanwhile is one too.
  const watch = watchBuilds(
    acting,
    project,
    listing => listing.drivers.find(each => each.folder === folder && each.name === name) ?? null,
    options.build ?? false,
  )
  let code: ActExitCode = actExitCodes.cancelled
  try {
    await openGuest(acting, source)
    for (let run = 1; ; run++) {
      const build = await watch.next()
      if (build === null) return code
      const uuid = build.uuid === null ? '' : `, ${build.uuid}`
      const about = `Run ${run}  ${build.path}, ${build.version}${uuid}`
      if (options.json || options.tap) acting.say(about)
      else {
        const { paint } = outputLook(options)
        await acting.print([...(run > 1 ? [''] : []), paint('bold', printableInLine(about))])
      }
      code = await runOnce(acting, requestFor(build.path, options), consent)
      // Without consent the next build would get none either.
      if (code === actExitCodes.usage && !consent.isGiven) return code
    }
  } finally {
    watch.stop()
  }
}

/** One run of many: what fails in it is said, and the next build is waited for. */
async function runOnce(
  acting: Acting,
  request: ActionRequest,
  consent: Consent,
): Promise<ActExitCode> {
  try {
    await connected(acting)
    return (await perform(acting, request, consent)).code
  } catch (error) {
    if (!(error instanceof FailureError)) throw error
    acting.say(error.message)
    return exitCodeOfFailure(error.failure)
  }
}

/** A guest that has gone down is connected to again by itself; this waits for it. */
async function connected({ ask, say, signal }: Acting): Promise<void> {
  for (let isTold = false; !signal.aborted;) {
    const state = await ask('guest.connection', {})
    if (state.phase === 'connected') return
    if (state.phase === 'disconnected') {
      throw new FailureError(state.failure ?? { kind: 'not-connected' })
    }
    if (!isTold) say('waiting for the guest to come back …')
    isTold = true
    await sleep(500)
  }
}

function requestFor(bundlePath: string, options: LoopOptions): ActionRequest {
  return {
    kind: 'loop',
    bundlePath,
    endsWith: options.unload ? 'unloaded' : 'loaded',
    expectationsPath: options.expect === undefined ? null : resolve(options.expect),
    timeoutMs: timeoutMsOf(options),
  }
}
