import { reportedWords } from './diagnostic-words.ts'
import type { Outcome, OutcomeKind, ToolRun } from './outcome.ts'
import { domainError, machWords, versionClash } from './outcome-details.ts'
import type { Action } from './outcome-rules.ts'
import {
  classTableWords,
  collectionWords,
  dependencyWords,
  duplicateWords,
  linkWords,
  routineWords,
  superclassWords,
} from './link-words.ts'
import { approvalWords, ownershipWords, policyWords, signatureWords } from './permission-words.ts'
import type { ReturnCode } from './return-codes.ts'
import { isKmutilRun, type RunLines } from './tool-lines.ts'
import { inUseWords, referencedWords, terminateWords } from './unload-words.ts'

export type Words = Pick<Outcome, 'headline' | 'explanation' | 'advice'>

export interface Told {
  readonly run: ToolRun
  readonly lines: RunLines
  /** The tool's lines, then the kernel's about this kext. */
  readonly all: readonly string[]
  readonly action: Action
  readonly code: ReturnCode | undefined
}

/** What to tell the author of the kext: the headline, what it means, and what to do. */
export function wordsFor(kind: OutcomeKind, told: Told): Words {
  const words = wordsOf(kind, told)
  const remarks = remarksOf(kind, told)
  if (remarks.length === 0) return words
  return { ...words, explanation: [words.explanation, ...remarks].join(' ') }
}

function wordsOf(kind: OutcomeKind, told: Told): Words {
  const { run, all, action, code } = told
  switch (kind) {
    case 'loaded':
      return {
        headline: 'Loaded',
        explanation:
          'The tool reports success: the code is linked and started, and the personalities are in the catalogue. That says nothing about a driver having matched.',
        advice: [],
      }
    case 'unloaded':
      return {
        headline: 'Unloaded',
        explanation: isKmutilRun(run, told.lines.ofTool)
          ? 'The tool reports success: the kext is stopped and its personalities are gone. Its code stays in memory, since it belongs to a kernel collection.'
          : 'The tool reports success: the kext and its personalities are gone.',
        advice: isKmutilRun(run, told.lines.ofTool)
          ? ['Load it again without a restart; new code needs one.']
          : [],
      }
    case 'already-loaded':
      return {
        headline: 'Already loaded',
        explanation: 'A kext with this identifier was loaded before; the tool changed nothing.',
        advice: ['Unload it first to have new code loaded.'],
      }
    case 'loadable':
      return {
        headline: 'Appears to be loadable',
        explanation: all.some(line => /\(including linkage/.test(line))
          ? 'A dry run: the kext was checked and linked, nothing was loaded.'
          : all.some(line => /\(not including/.test(line))
            ? 'A dry run: the kext was checked, but not linked against the libraries on the disk; nothing was loaded.'
            : 'A dry run: the kext was checked, nothing was loaded.',
        advice: [],
      }
    case 'services-terminated':
      return {
        headline: 'Services terminated',
        explanation: all.some(line => line.startsWith('All instances of class'))
          ? 'The instances of the class were terminated; the kext itself is still loaded, and its personalities can match again.'
          : 'Its services were terminated and its personalities removed; the kext itself is still loaded.',
        advice: [],
      }
    case 'personalities-sent':
      return {
        headline: 'Personalities sent',
        explanation:
          'The personalities are in the catalogue, which starts matching; the tool says nothing of the code having been loaded.',
        advice: [],
      }
    case 'handed-over':
      return {
        headline: 'Nothing was checked',
        explanation:
          'On macOS 11 and later kextutil hands its work to kmutil, which has no dry run. The exit code 0 means nothing here.',
        advice: ['Use kmutil print-diagnostics -p on the bundle instead.'],
      }
    case 'not-privileged':
      return {
        headline: 'Root is needed',
        explanation: all.some(line => line.startsWith("Can't contact kextd"))
          ? 'kextd, which loads kexts for others, cannot be reached, and without it only root may load one.'
          : `The tool did not run as root, so the kernel would not ${action} anything for it.`,
        advice: ['Run it with sudo, or sign in as root.'],
      }
    case 'kextd-unreachable':
      return {
        headline: 'kextd cannot be reached',
        explanation:
          'kextd loads kexts for the tools. It did not answer, the tool tried to load the kext by itself, and that failed without a word.',
        advice: ['See whether kextd runs in the guest, or restart the guest.'],
      }
    case 'authentication':
      return ownershipWords(told)
    case 'missing-dependency':
      return (
        reportedWords(told.lines.ofTool, 'Dependency Resolution Failures') ?? dependencyWords(told)
      )
    case 'dependency-failed':
      return {
        headline: 'A library could not be loaded',
        explanation:
          'A library that the kext needs was found, and failed to load or to start itself.',
        advice: ['Load the library by itself: then the failure is its own.'],
      }
    case 'validation':
      return (
        reportedWords(told.lines.ofTool, 'Validation Failures') ?? {
          headline: 'The bundle is not valid',
          explanation: all.some(line => /malformed kext/.test(line))
            ? 'The folder is not laid out as a kext, or its Info.plist is missing.'
            : 'The kext library found fault with the Info.plist or the executable.',
          advice: ['Run kextutil -n -t on the bundle: it names the property that is wrong.'],
        }
      )
    case 'wrong-architecture':
      return {
        headline: 'No code for this kernel',
        explanation:
          'The executable is missing, or has no part for the architecture of the running kernel.',
        advice: ['Build the kext for the guest’s architecture (uname -m).'],
      }
    case 'link-error':
      return linkWords(told)
    case 'duplicate-class':
      return duplicateWords(told)
    case 'superclass-missing':
      return superclassWords(told)
    case 'class-table':
      return classTableWords(told)
    case 'start-failed':
    case 'stop-failed':
      return routineWords(told, kind === 'start-failed' ? 'start' : 'stop')
    case 'in-use':
      return inUseWords(told)
    case 'referenced':
      return referencedWords(told)
    case 'terminate-failed':
      return terminateWords(told)
    case 'not-loaded':
      return {
        headline: 'It is not loaded',
        // Whether kexts of a collection go by themselves is not verified (facts: kexts, section 8).
        explanation: isKmutilRun(run, told.lines.ofTool)
          ? 'The kernel has no kext with this identifier.'
          : 'The kernel has no kext with this identifier. A kext with driver classes and no instances goes away by itself, a minute or two after it was loaded.',
        advice: ['Check the identifier with kextstat.'],
      }
    case 'not-found':
      return {
        headline: 'No such kext',
        explanation: 'There is no kext at this path, or none with this identifier.',
        advice: ['Check the path; a bundle must be a folder that ends in .kext.'],
      }
    case 'signature':
      return signatureWords(told)
    case 'policy':
      return policyWords(told)
    case 'staging-failed':
      return {
        headline: 'The kext could not be staged',
        explanation:
          'macOS 10.13 to 10.15 copy a kext to /Library/StagedExtensions before they load it, and the copy failed.',
        advice: [
          'Look in the system log for the reason.',
          'Put the kext into /Library/Extensions, if it lies elsewhere.',
        ],
      }
    case 'approval-needed':
      return approvalWords(told)
    case 'reboot-needed':
      return {
        headline: 'A reboot is needed',
        explanation:
          'The kext goes into the auxiliary kernel collection, which is used from the next boot on.',
        advice: ['Restart the guest, then look whether the kext is loaded.'],
      }
    case 'excluded':
      return {
        headline: 'The kext is on the exclude list',
        explanation: 'The system has a list of kexts that it does not load, and this one is on it.',
        advice: ['Use a newer version of the kext.'],
      }
    case 'safe-boot':
      return {
        headline: 'Not in safe boot',
        explanation: 'The guest was started in safe boot, in which this kext may not be loaded.',
        advice: ['Restart the guest normally, or declare OSBundleRequired.'],
      }
    case 'version-differs':
      return versionWords(told)
    case 'collection-error':
      return collectionWords(told)
    case 'terminate-disallowed':
      return {
        headline: 'This kext may not be terminated',
        explanation:
          'The kernel terminates services of com.apple.* kexts only where they declare OSBundleAllowUserTerminate.',
        advice: ['Use an identifier of your own for a kext in development.'],
      }
    case 'no-memory':
      return {
        headline: 'The kernel has no memory for it',
        explanation: `An allocation failed, or another resource is short${coded(code)}. That need not be the fault of the kext.`,
        advice: [
          'Restart the guest, or give it more memory; then try again.',
          'If it comes back, look for something that takes memory and does not give it back.',
        ],
      }
    case 'disabled':
      return {
        headline: `${action === 'load' ? 'Loading' : 'Unloading'} is disabled`,
        explanation: `The kernel says that this function is disabled${coded(code)}: it takes no such request at present.`,
        advice: ['Restart the guest. If it stays, look at how its kernel was started (boot-args).'],
      }
    case 'unsupported':
      return {
        headline: 'The kernel does not support this',
        explanation: `The function, or this version of it, is not supported${coded(code)}.${action === 'unload' ? ' The kernel also says so of com.apple.* kexts without OSBundleAllowUserTerminate.' : ''}`,
        advice: ['Look at the kernel log: a line there may say what is not supported.'],
      }
    case 'not-loadable':
      return {
        headline: 'Not loadable, and nobody says why',
        explanation: `The kernel refuses the kext without a reason${coded(code)}.`,
        advice: isKmutilRun(run, told.lines.ofTool)
          ? ['Run kmutil print-diagnostics -p on the bundle, and look at the kernel log.']
          : ['Run kextutil -n -t on the bundle, and look at the kernel log.'],
      }
    case 'stopping':
      return {
        headline: 'The kext is being stopped',
        explanation: `It is on its way out and takes no requests${coded(code)}.`,
        advice: ['Wait until it is gone from kextstat, then try again.'],
      }
    case 'deferred':
      return {
        headline: 'The request was put off',
        explanation: `The kernel has queued it to user space${coded(code)}: whether it was done later is not known.`,
        advice: ['Capture the guest in a moment, and look whether the kext is loaded.'],
      }
    case 'internal-error':
      return internalWords(told)
    case 'interaction':
      return {
        headline: 'The tool wanted an answer',
        explanation:
          run.exitCode === 3
            ? 'kextutil asked a question on its terminal and was told to stop.'
            : 'kextutil would have asked a question, and had no terminal to ask it on.',
        advice: ['Load without options that make it ask (-i, -I).'],
      }
    case 'usage':
      return {
        headline: 'The tool was called with wrong arguments',
        explanation: `${run.tool} ${exitOf(run)} and printed how to use it.`,
        advice: ['An older or newer tool may have other options: compare with its manual page.'],
      }
    case 'timed-out':
      return {
        headline: 'No answer',
        explanation:
          run.exitCode === null
            ? `${run.tool} ${exitOf(run)}. The kext’s ${action === 'load' ? 'start' : 'stop'} routine may hang, and the kernel waits for it.`
            : `The request to the kernel timed out${coded(code)}.`,
        advice: ['Look at the kernel log and at what is busy in the registry.'],
      }
    case 'unknown':
      return unknownWords(told)
  }
}

/** What the tool said besides, and what changes how the rest is read. */
function remarksOf(kind: OutcomeKind, { run, lines }: Told): readonly string[] {
  const { ofTool } = lines
  const remarks: string[] = []
  if (
    kind !== 'kextd-unreachable' &&
    ofTool.some(line => /^Can't contact kextd; attempting to load directly/.test(line))
  )
    remarks.push('kextd could not be reached, so the tool turned to the kernel itself.')
  if (run.tool !== 'kmutil' && kind !== 'handed-over' && isKmutilRun(run, ofTool))
    remarks.push(`${run.tool} handed the work to kmutil, as it does from macOS 11 on.`)
  if (ofTool.some(line => /^Notice: .* has debug properties set/.test(line)))
    remarks.push('It has debug properties set: IOKitDebug, or logging of its own.')
  const isGood = kind === 'loaded' || kind === 'loadable' || kind === 'personalities-sent'
  if (isGood && ofTool.some(line => line.startsWith('Code Signing Failure:')))
    remarks.push('It has no valid signature, which this guest let pass.')
  return remarks
}

function versionWords({ all, run, lines }: Told): Words {
  const found = versionClash(all)
  const isKmutil = isKmutilRun(run, lines.ofTool)
  return {
    headline: 'Another version is loaded',
    explanation: found
      ? `Version ${found.present} of ${found.bundleIdentifier} is ${found.isPrelinked ? 'in the prelinked kernel' : 'loaded'}, so ${found.wanted} cannot be.`
      : 'A kext with this identifier and another version or UUID is loaded.',
    advice: [
      found?.isPrelinked === true
        ? 'Unload the prelinked one if it can be, or have the prelinked kernel made anew with this version and restart.'
        : isKmutil
          ? 'Restart the guest: from macOS 11 on the code of the one that is loaded stays in memory.'
          : 'Unload the one that is loaded, then load this one.',
    ],
  }
}

function internalWords({ code, action }: Told): Words {
  const what: Readonly<Record<string, string>> = {
    '0xdc008005': 'The kernel finds an argument of the request invalid',
    '0xdc008007': 'The kernel was given bad data: an archive of kexts, or something in the bundle',
    '0xdc008008':
      'A property list could not be put into, or read from, the form that the kernel takes',
    '0xdc008010': 'A cache of the kext system is at fault',
  }
  return {
    headline: 'The kext system failed',
    explanation: `${what[code?.hex ?? ''] ?? 'Something failed inside the kext system itself'}${coded(code)}. Nothing was ${action}ed.`,
    advice: [
      ...(code?.advice === undefined ? [] : [code.advice]),
      'Look at the kernel log for more.',
    ],
  }
}

function unknownWords(told: Told): Words {
  const { run, lines, action, code } = told
  const headline = action === 'load' ? 'Not loaded' : 'Not unloaded'
  const look = 'Look at the kernel log for more.'
  if (code !== undefined)
    return {
      headline,
      explanation: `${run.tool} ${exitOf(run)}: ${code.meaning} (${code.name}, ${code.hex}).`,
      // What a code of the Mach kernel advises is meant for start routines.
      advice: [action === 'unload' && code.system === 'os/kern' ? look : (code.advice ?? look)],
    }
  const error = domainError(lines.ofTool)
  if (error !== null)
    return {
      headline,
      explanation: `${run.tool} ${exitOf(run)} with code ${error.code} of ${error.domain}${error.text === '' ? '' : `: “${error.text}”`}. What that code means is not documented.`,
      advice: [look],
    }
  const words = machWords(lines.ofTool)
  if (words !== null)
    return { headline, explanation: `${run.tool} ${exitOf(run)}: ${words}.`, advice: [look] }
  return {
    headline,
    explanation:
      lines.ofTool.length === 0
        ? `${run.tool} ${exitOf(run)}, and said nothing that explains it.`
        : `${run.tool} ${exitOf(run)}, and what it said is not among the messages that are known.`,
    advice: [look],
  }
}

function exitOf({ exitCode }: ToolRun): string {
  return exitCode === null ? 'did not end by itself' : `ended with exit code ${exitCode}`
}

/** ` (kOSKextReturnNoMemory, 0xdc008002)` */
function coded(code: ReturnCode | undefined): string {
  return code === undefined ? '' : ` (${code.name}, ${code.hex})`
}
