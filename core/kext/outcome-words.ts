import type { InstanceCount, OutcomeKind, ToolRun } from './outcome.ts'
import type { ReturnCode } from './return-codes.ts'
import { explainReturnCode } from './return-codes.ts'

export interface Words {
  readonly headline: string
  readonly explanation: string
  readonly advice: readonly string[]
}

/** What to tell the author of the kext: the headline, what it means, and what to do. */
export function wordsFor(
  kind: OutcomeKind,
  context: {
    readonly run: ToolRun
    readonly lines: readonly string[]
    readonly action: 'load' | 'unload'
    readonly code: ReturnCode | undefined
  },
): Words {
  const { run, lines, action, code } = context
  const exit =
    run.exitCode === null ? 'did not end by itself' : `ended with exit code ${run.exitCode}`
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
        explanation: 'The tool reports success: the kext and its personalities are gone.',
        advice: [],
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
        explanation: 'A dry run: the kext was checked and linked, nothing was loaded.',
        advice: [],
      }
    case 'services-terminated':
      return {
        headline: 'Services terminated',
        explanation: 'Instances were terminated; the kext itself is still loaded.',
        advice: [],
      }
    case 'handed-over':
      return {
        headline: 'Nothing was checked',
        explanation:
          'On macOS 11 and later kextutil hands its work to kmutil, which has no dry run.',
        advice: ['Use kmutil print-diagnostics -p on the bundle instead.'],
      }
    case 'not-privileged':
      return {
        headline: 'Root is needed',
        explanation: `The tool did not run as root, so the kernel would not ${action} anything for it.`,
        advice: [`Run it with sudo, or sign in as root.`],
      }
    case 'authentication':
      return {
        headline: 'Wrong owner or permissions',
        explanation:
          'Every file and folder of a kext must belong to root:wheel, and neither group nor others may write to it.',
        advice: ['Run chown -R root:wheel and chmod -R go-w on the bundle, then load it again.'],
      }
    case 'missing-dependency':
      return {
        headline: 'A library is missing or does not fit',
        explanation: dependencySentence(lines),
        advice: [
          'Compare OSBundleLibraries with what is installed and loaded; kextlibs lists what the code needs.',
        ],
      }
    case 'validation':
      return {
        headline: 'The bundle is not valid',
        explanation: 'The kext library found fault with the Info.plist or the executable.',
        advice: ['Run kextutil -n -t on the bundle: it names the property that is wrong.'],
      }
    case 'wrong-architecture':
      return {
        headline: 'No code for this kernel',
        explanation:
          'The executable is missing, or has no part for the architecture of the running kernel.',
        advice: ['Build the kext for the guest’s architecture (uname -m).'],
      }
    case 'link-error': {
      const symbols = unresolvedSymbols(lines)
      return {
        headline: 'The kext cannot be linked',
        explanation:
          symbols.length > 0
            ? `The kernel linker does not find ${symbols.length === 1 ? 'a symbol' : `${symbols.length} symbols`}: ${symbols.slice(0, 5).join(', ')}${symbols.length > 5 ? ', …' : ''}.`
            : 'The kernel linker refused it; its own lines (kxld) in the kernel log say why.',
        advice: ['Name the library that has the symbols in OSBundleLibraries; kextlibs finds it.'],
      }
    }
    case 'duplicate-class': {
      const found = lines
        .map(line => /class (\S+) is a duplicate; ?kext (\S+) already/.exec(line))
        .find(match => match !== null)
      return {
        headline: 'A class of this name exists already',
        explanation: found
          ? `The kext ${found[2]} has a class ${found[1]} already, and the kernel knows one class by a name.`
          : 'Another kext has a class of the same name, and the kernel knows one class by a name.',
        advice: ['Give your classes a prefix of your own, such as com_example_.'],
      }
    }
    case 'start-failed':
      return {
        headline: 'The kext’s start routine refused',
        explanation: startSentence(lines, 'start'),
        advice: [
          'Look in the kernel log for what it said before; return KERN_SUCCESS from the start routine.',
        ],
      }
    case 'stop-failed':
      return {
        headline: 'The kext’s stop routine refused',
        explanation: startSentence(lines, 'stop'),
        advice: ['Return KERN_SUCCESS from the stop routine once nothing uses the code any more.'],
      }
    case 'in-use': {
      const instances = instancesNamed(lines)
      return {
        headline: 'Its classes have instances',
        explanation:
          instances.length > 0
            ? `The kernel still counts ${instances.map(({ className, count }) => `${count} of ${className}`).join(', ')}. Code with living objects cannot go.`
            : 'Something still uses the kext: instances of its classes, or kexts that are linked against it.',
        advice: [
          'Find the instances in the registry: an entry that stays is held open by a client.',
          'Instances that the registry does not show are leaked references; only a reboot removes them.',
        ],
      }
    }
    case 'referenced':
      return {
        headline: 'Other kexts are linked against it',
        explanation: 'A kext cannot go before the kexts that use its symbols.',
        advice: ['Unload the kexts that depend on it first.'],
      }
    case 'not-loaded':
      return {
        headline: 'It is not loaded',
        explanation:
          'The kernel has no kext with this identifier. A kext without instances also goes away by itself, a minute or two after it was loaded.',
        advice: ['Check the identifier with kextstat.'],
      }
    case 'not-found':
      return {
        headline: 'No such kext',
        explanation: 'There is no kext at this path, or none with this identifier.',
        advice: ['Check the path; a bundle must be a folder that ends in .kext.'],
      }
    case 'signature':
      return {
        headline: 'The signature is not accepted',
        explanation:
          'The guest’s policy wants a valid code signature, and this kext has none that it trusts.',
        advice: [
          'On a development guest turn System Integrity Protection off for kexts (csrutil), or sign the kext.',
        ],
      }
    case 'policy':
      return {
        headline: 'System policy prevents loading',
        explanation:
          'The security policy of the guest refused the kext or a library of it: not approved, not signed, or it could not be staged.',
        advice: [
          'Approve the kext in the guest, or relax System Integrity Protection on a development guest.',
        ],
      }
    case 'approval-needed':
      return {
        headline: 'A user must approve it first',
        explanation: 'The guest asks its user to approve the kext in the security settings.',
        advice: [
          'Approve it in System Preferences (System Settings from macOS 13), then load it again.',
        ],
      }
    case 'reboot-needed':
      return {
        headline: 'A reboot is needed',
        explanation:
          'The kext goes into the auxiliary kernel collection, which is used from the next boot on.',
        advice: ['Restart the guest.'],
      }
    case 'excluded':
      return {
        headline: 'The kext is on the exclude list',
        explanation:
          'The system has a list of kexts that it never loads, and this version is on it.',
        advice: ['Use a newer version of the kext.'],
      }
    case 'safe-boot':
      return {
        headline: 'Not in safe boot',
        explanation: 'The guest was started in safe boot, in which this kext may not be loaded.',
        advice: ['Restart the guest normally, or declare OSBundleRequired.'],
      }
    case 'version-differs': {
      const found = lines
        .map(line =>
          /Refusing new kext (\S+), v(\S+): already have (?:loaded|prelinked) v(.+?)\.?$/.exec(
            line,
          ),
        )
        .find(match => match !== null)
      return {
        headline: 'Another version is loaded',
        explanation: found
          ? `Version ${found[3]} of ${found[1]} is loaded, so ${found[2]} cannot be.`
          : 'A kext with this identifier and another version or UUID is loaded.',
        advice: ['Unload the one that is loaded, then load this one.'],
      }
    }
    case 'collection-error':
      return {
        headline: 'The kernel collection could not be built',
        explanation:
          'All third-party kexts are linked into one collection; another kext than this one may be to blame.',
        advice: [
          'Read the message for the kext it names; kmutil print-diagnostics checks one bundle.',
        ],
      }
    case 'terminate-disallowed':
      return {
        headline: 'This kext may not be terminated',
        explanation:
          'The kernel terminates services of com.apple.* kexts only where they declare OSBundleAllowUserTerminate.',
        advice: ['Use an identifier of your own for a kext in development.'],
      }
    case 'usage':
      return {
        headline: 'The tool was called with wrong arguments',
        explanation: `${run.tool} ${exit} and printed how to use it.`,
        advice: [],
      }
    case 'timed-out':
      return {
        headline: 'No answer',
        explanation:
          run.exitCode === null
            ? `${run.tool} ${exit}. The kext’s start or stop routine may hang, and the kernel waits for it.`
            : 'The request to the kernel timed out.',
        advice: ['Look at the kernel log and at what is busy in the registry.'],
      }
    case 'unknown':
      return {
        headline: action === 'load' ? 'Not loaded' : 'Not unloaded',
        explanation:
          code === undefined
            ? `${run.tool} ${exit}, and said nothing that explains it.`
            : `${run.tool} ${exit}: ${code.meaning} (${code.name}, ${code.hex}).`,
        advice: code?.advice === undefined ? ['Look at the kernel log for more.'] : [code.advice],
      }
  }
}

function dependencySentence(lines: readonly string[]): string {
  const found = lines
    .map(line =>
      /library kext (\S+) not (found|compatible with requested version (\S+?))\.?$/.exec(line),
    )
    .find(match => match !== null)
  if (found?.[3] !== undefined)
    return `The library ${found[1]} does not serve the requested version ${found[3]}.`
  if (found) return `The library ${found[1]} was not found.`
  const heading = lines.findIndex(line => /No kexts found for these libraries/.test(line))
  const named: string[] = []
  for (const line of heading < 0 ? [] : lines.slice(heading + 1)) {
    const library = /^ {8,}(\S+)/.exec(line)?.[1]
    if (library === undefined) break
    named.push(library)
  }
  if (named.length > 0) return `No kexts were found for these libraries: ${named.join(', ')}.`
  return 'A library that OSBundleLibraries names was not found, or not in a version that fits.'
}

function startSentence(lines: readonly string[], routine: 'start' | 'stop'): string {
  const number = lines
    .map(line =>
      /did not (?:start|stop) \(return code (0x[0-9a-f]+)\)|start failed \(result (0x[0-9a-f]+)\)/.exec(
        line,
      ),
    )
    .find(match => match !== null)
  const hex = number?.[1] ?? number?.[2]
  const code = hex === undefined ? undefined : explainReturnCode(hex)
  if (code === undefined)
    return `The module’s ${routine} routine did not return success. This is not the start() of a driver class.`
  return `The module’s ${routine} routine returned ${code.hex} (${code.name}). This is not the start() of a driver class.`
}

/** The instances that the kernel named when it refused to unload (facts: kexts, section 8). */
export function instancesNamed(lines: readonly string[]): readonly InstanceCount[] {
  const found = new Map<string, number>()
  for (const line of lines) {
    const named = /Kext \S+ class (\S+) has (\d{1,9}) instances?\./.exec(line)
    if (named) found.set(named[1]!, Number(named[2]))
  }
  return [...found].map(([className, count]) => ({ className, count }))
}

/** Symbols that the kernel linker could not resolve: tab-indented lines after its message. */
export function unresolvedSymbols(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex(line => /symbols are unresolved for this kext/.test(line))
  if (start < 0) return []
  const symbols: string[] = []
  for (const line of lines.slice(start + 1)) {
    const symbol = /^(?:\[[^\]]*\]: |kxld\[[^\]]*\]: )?\t+(\S.*)$/.exec(line)?.[1]
    if (symbol === undefined) break
    symbols.push(symbol)
  }
  return symbols
}
