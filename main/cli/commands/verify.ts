import type { Command } from 'commander'
import { resolve } from 'node:path'
import {
  addActHelp,
  addActOptions,
  addExpect,
  addTimeout,
  timeoutMsOf,
  type ExpectingOptions,
} from '../act/act-options.ts'
import { actExitCodes, exitCodeOfRecord, type ActExitCode } from '../act/act-exit-codes.ts'
import { giveRecord } from '../act/give-record.ts'
import { guestIdentifier } from '../act/guest-kext.ts'
import { perform } from '../act/perform.ts'
import { isGuest, openGuest, runAct, wrong, type Acting } from '../act/run-act.ts'
import { verifyDump } from '../act/verify-dump.ts'
import type { TakenCapture } from '../../service/capture-guest.ts'
import { sourceHelp } from '../options.ts'
import { sayProblems } from '../run.ts'

interface VerifyOptions extends ExpectingOptions {
  readonly record?: string
  readonly force?: boolean
}

export function define(command: Command): void {
  command
    .argument('<source>', sourceHelp)
    .argument(
      '<kext>',
      'a .kext folder of this computer, or the bundle identifier of a loaded kext',
    )
    .option('--record <file>', 'write what is there now as expectations, and ask nothing')
    .option('--force', 'with --record: replace a file that is there already')
  addActHelp(
    addActOptions(addTimeout(addExpect(command))),
    `Asks whether what is expected holds now: services with their state and properties, log lines, version and UUID of
the kext. Changes nothing. What is expected stands in a file, or follows from the bundle's Info.plist and from where
its personalities would match. A dump or a saved capture can be asked as well; what it does not tell is UNKNOWN.`,
    [
      'kextant verify ssh://author@192.168.1.20 MyKext.kext',
      'kextant verify ssh://author@192.168.1.20 io.darwinos.contrib.MyKext --expect kextant.yaml --tap',
      'kextant verify ssh://author@192.168.1.20 MyKext.kext --record kextant.yaml',
      'kextant verify after.kextant MyKext.kext --junit result.xml',
    ],
  ).action((source: string, kext: string, options: VerifyOptions) =>
    runAct('verify', options, acting =>
      isGuest(source)
        ? verifyGuest(acting, source, kext, options)
        : verifyFile(acting, source, kext, options),
    ),
  )
}

async function verifyGuest(
  acting: Acting,
  source: string,
  kext: string,
  options: VerifyOptions,
): Promise<ActExitCode> {
  const taken = await openGuest(acting, source)
  const subject = await subjectOf(acting, kext, name => guestIdentifier('verify', taken, name))
  if (options.record !== undefined) return record(acting, subject, options.record, options)
  if (subject.bundlePath === null && options.expect === undefined && !isKnown(taken, subject)) {
    acting.say(`${subject.bundleIdentifier} is neither loaded in the guest nor installed there.`)
    return actExitCodes.doesNotHold
  }
  const { code } = await perform(acting, {
    kind: 'verify',
    ...subject,
    expectationsPath: options.expect === undefined ? null : resolve(options.expect),
    timeoutMs: timeoutMsOf(options),
  })
  return code
}

async function verifyFile(
  acting: Acting,
  source: string,
  kext: string,
  options: VerifyOptions,
): Promise<ActExitCode> {
  if (options.record !== undefined) throw wrong('verify', '--record needs a guest, and not a file')
  const taken = await acting.open(source, options)
  sayProblems(taken.capture, acting)
  const subject = await subjectOf(acting, kext, name => name)
  const expectationsPath = options.expect === undefined ? null : resolve(options.expect)
  const found = await verifyDump(taken, { ...subject, expectationsPath, timeoutMs: null })
  await giveRecord(found, options, acting.signal)
  return exitCodeOfRecord(found)
}

/** Of one that nobody knows nothing follows that could be expected. */
function isKnown({ capture }: TakenCapture, { bundleIdentifier }: VerifySubject): boolean {
  const { kexts, installed } = capture
  if (kexts === null || installed === null) return true
  return [...kexts, ...installed].some(kext => kext.bundleIdentifier === bundleIdentifier)
}

interface VerifySubject {
  readonly bundleIdentifier: string
  readonly bundlePath: string | null
}

/** A path that ends in .kext is a bundle of this computer, unless it is where kexts lie in a guest. */
async function subjectOf(
  { ask }: Acting,
  kext: string,
  identifierOf: (name: string) => string,
): Promise<VerifySubject> {
  if (!/\.kext\/*$/.test(kext)) return { bundleIdentifier: identifierOf(kext), bundlePath: null }
  try {
    const bundle = await ask('bundle.inspect', { path: resolve(kext) })
    return { bundleIdentifier: bundle.kext.bundleIdentifier, bundlePath: bundle.path }
  } catch (error) {
    if (!kext.startsWith('/')) throw error
    const bundleIdentifier = identifierOf(kext)
    if (bundleIdentifier === kext) throw error
    return { bundleIdentifier, bundlePath: null }
  }
}

/** What the author has looked at and found good, as a file to be asked again. */
async function record(
  { ask, say }: Acting,
  subject: VerifySubject,
  file: string,
  { force = false, json }: VerifyOptions,
): Promise<ActExitCode> {
  const { text } = await ask('expectations.record', { ...subject, actionId: null })
  const saved = await ask('expectations.save', { path: resolve(file), text, overwrite: force })
  if (json) process.stdout.write(`${JSON.stringify(saved, null, 2)}\n`)
  else say(`${saved.path} says what is expected from now on; read it before you rely on it.`)
  return actExitCodes.holds
}
