import type { KextTool, OutcomeKind } from './outcome.ts'

/*
 * Which words mean what (facts: kexts, sections 7 to 12). The tools differ by era and say the essential thing in
 * different places: an exit code, a line of stderr, or only in the kernel log.
 */

export type Action = 'load' | 'unload'

export interface Rule {
  readonly kind: OutcomeKind
  readonly pattern: RegExp
  /** `tool`: only the tool says this; the same words in the kernel log are somebody else's. */
  readonly by?: 'tool'
  /** It says so much that the code beside it only tells why. */
  readonly outranksCode?: true
}

/** The most specific first. */
const loadRules: readonly Rule[] = [
  { kind: 'approval-needed', by: 'tool', pattern: /not approved to load\. Please approve/ },
  {
    kind: 'duplicate-class',
    pattern:
      /OSMetaClass: Kext \S+ class \S+ is a duplicate|\(libkern\/metaclass\) duplicate class/,
  },
  { kind: 'version-differs', pattern: /Refusing new kext .*already have (?:loaded|prelinked)/ },
  {
    kind: 'version-differs',
    pattern: /a different version is already loaded|different version\/uuid already loaded/,
  },
  {
    kind: 'authentication',
    pattern:
      /File owner\/permissions are incorrect|Invalid ownership \(|authentication problems|authentication checks failed|authentication failure|\bAuthentication Failures:/i,
  },
  { kind: 'excluded', pattern: /is in exclude list/ },
  {
    kind: 'safe-boot',
    pattern:
      /not loadable during safe boot|isn't loadable during safe boot|not allowed at current boot level/,
  },
  { kind: 'dependency-failed', by: 'tool', pattern: /dependency load failed/ },
  {
    kind: 'missing-dependency',
    pattern:
      /library kext \S+ not (?:found|compatible)|failed to resolve (?:library )?dependencies|dependency resolution failure|Dependency Resolution Failures:|No kexts found for these libraries|Only incompatible kexts found/,
  },
  {
    kind: 'wrong-architecture',
    pattern:
      /no code for running kernel's architecture|requested architecture\/executable not found/,
  },
  { kind: 'superclass-missing', pattern: /Cannot find symbol for metaclass pointed to by/ },
  {
    kind: 'collection-error',
    pattern:
      /Error occurred while building a collection|contents of boot kernel collection|loading\/mapping of a kext collection failed|mapping of the (?:SystemKC|AuxiliaryKC) failed|loading of both Auxiliary and System KCs failed/,
  },
  {
    kind: 'link-error',
    pattern:
      /\bkxld\[|Can't load kext \S+ - link failed|\(libkern\/kext\) link error|link\/load failed for|symbols are unresolved for this kext/,
  },
  {
    kind: 'start-failed',
    pattern:
      /\bKext \S+ did not start \(return code|\bKext \S+ start failed \(result|failed to start - |\(kmod\) start\/stop routine failed/,
  },
  {
    kind: 'validation',
    pattern: /validation failure \(|validation problems|Validation Failures:|malformed kext \(/,
  },
  {
    kind: 'not-privileged',
    by: 'tool',
    pattern: /must be running as root|must run as root|\(libkern\/kext\) not privileged/,
  },
  {
    kind: 'signature',
    pattern:
      /Kext with invalid signature|Authenticating extension failed|Untrusted kexts are not allowed|Code Signing Failure:/,
  },
  { kind: 'staging-failed', by: 'tool', pattern: /could not be staged, failing/ },
  {
    kind: 'policy',
    by: 'tool',
    pattern: /system policy prevents loading|failed security checks; failing/,
  },
  {
    kind: 'not-found',
    by: 'tool',
    pattern:
      /not found\/unable to create|No kernel extensions found|Can't find extension with identifier|Error Domain=NSPOSIXErrorDomain Code=2\b|No such file or directory|Can't create /,
  },
  { kind: 'usage', by: 'tool', pattern: /No kernel extensions specified/ },
  { kind: 'timed-out', by: 'tool', pattern: /kext request timed out/ },
]

const unloadRules: readonly Rule[] = [
  {
    kind: 'not-privileged',
    by: 'tool',
    pattern: /must be running as root|\(libkern\/kext\) not privileged/,
  },
  { kind: 'terminate-disallowed', pattern: /disallowing kextunload terminate for bundleID/ },
  {
    kind: 'in-use',
    pattern: /classes have instances|\bclass \S+ has \d+ instances?\.|class has instances/,
  },
  { kind: 'referenced', pattern: /outstanding references/ },
  {
    kind: 'stop-failed',
    pattern:
      /\bKext \S+ did not stop \(return code|module stop returned|\(kmod\) start\/stop routine failed/,
  },
  {
    kind: 'terminate-failed',
    by: 'tool',
    outranksCode: true,
    pattern: /^Failed to terminate class /,
  },
  { kind: 'not-loaded', pattern: /not found for unload request|\(libkern\/kext\) not found/ },
  { kind: 'in-use', by: 'tool', pattern: /kext is in use or retained/ },
  { kind: 'timed-out', by: 'tool', pattern: /kext request timed out/ },
  {
    kind: 'not-found',
    by: 'tool',
    pattern: /Can't create |No such file or directory|Error Domain=NSPOSIXErrorDomain Code=2\b/,
  },
  { kind: 'usage', by: 'tool', pattern: /No kernel extensions specified/ },
  // The last word after a class, or what -p asked for, did not go; what was said before is more specific.
  {
    kind: 'terminate-failed',
    by: 'tool',
    pattern: /Check the system\/kernel logs for error messages from the I\/O Kit/,
  },
]

export function rulesOf(action: Action): readonly Rule[] {
  return action === 'load' ? loadRules : unloadRules
}

type KindsOfCode = ReadonlyMap<number, readonly OutcomeKind[]>

/**
 * What a code leaves open, the likeliest first. The kernel log may hold lines about another kext that was loaded at
 * the same time; the code in the tool's own words tells which of them are ours.
 */
const loadKinds: KindsOfCode = new Map<number, readonly OutcomeKind[]>([
  [0xdc008001, ['internal-error']],
  [0xdc008002, ['no-memory']],
  [0xdc008003, ['no-memory']],
  [0xdc008004, ['not-privileged']],
  [0xdc008005, ['internal-error']],
  [0xdc008006, ['not-found']],
  [0xdc008007, ['internal-error']],
  [0xdc008008, ['internal-error']],
  [0xdc008009, ['unsupported']],
  [0xdc00800a, ['disabled']],
  [0xdc00800b, ['validation']],
  [0xdc00800c, ['validation']],
  [0xdc00800d, ['authentication', 'signature']],
  [0xdc00800e, ['missing-dependency']],
  [0xdc00800f, ['wrong-architecture']],
  [0xdc008010, ['internal-error']],
  [0xdc008011, ['deferred']],
  [0xdc008012, ['safe-boot']],
  // “Reason unspecified”: whatever the lines give as one.
  [
    0xdc008013,
    [
      'not-loadable',
      'excluded',
      'safe-boot',
      'validation',
      'authentication',
      'missing-dependency',
      'wrong-architecture',
      'signature',
    ],
  ],
  [0xdc008014, ['version-differs']],
  [0xdc008015, ['dependency-failed']],
  [0xdc008016, ['link-error', 'duplicate-class', 'superclass-missing']],
  [0xdc008017, ['start-failed', 'duplicate-class']],
  [0xdc008018, ['in-use']],
  [0xdc008019, ['timed-out']],
  [0xdc00801a, ['stopping']],
  [0xdc00801b, ['policy', 'approval-needed', 'signature', 'excluded', 'staging-failed']],
  [0xdc00801c, ['collection-error']],
  [0xdc00801d, ['collection-error']],
  [0xdc00801e, ['collection-error']],
  [0xdc00801f, ['collection-error']],
  [0xdc004001, ['class-table']],
  [0xdc004002, ['in-use']],
  [0xdc004003, ['class-table']],
  [0xdc004004, ['no-memory']],
  [0xdc004005, ['no-memory']],
  [0xdc004006, ['no-memory']],
  [0xdc004007, ['class-table', 'duplicate-class']],
  [0xdc004008, ['superclass-missing']],
  [0xdc004009, ['superclass-missing']],
  [0xdc00400a, ['duplicate-class']],
  [0xdc00400b, ['class-table']],
])

const unloadKinds: KindsOfCode = new Map<number, readonly OutcomeKind[]>([
  ...loadKinds,
  [0xdc008006, ['not-loaded', 'not-found']],
  // The kernel says so of com.apple.* kexts, and then its log has the reason (facts: kexts, section 8).
  [0xdc008009, ['unsupported', 'terminate-disallowed']],
  [0xdc008017, ['stop-failed']],
  [0xdc008018, ['in-use', 'referenced']],
])

export function kindsOfCode(action: Action, hex: string): readonly OutcomeKind[] | undefined {
  return (action === 'load' ? loadKinds : unloadKinds).get(Number(hex))
}

type ExitCodes = Readonly<Record<number, OutcomeKind>>

/** What kextutil(8) and kmutil(8) mean by their exit codes, where no line said more. */
const exitCodes: Readonly<Record<KextTool, ExitCodes>> = {
  kextload: { 27: 'policy', 64: 'usage', 77: 'not-privileged' },
  kextunload: { 64: 'usage', 77: 'not-privileged' },
  kextutil: {
    1: 'not-found',
    2: 'wrong-architecture',
    3: 'interaction',
    4: 'validation',
    5: 'safe-boot',
    7: 'interaction',
    27: 'policy',
    34: 'start-failed',
    64: 'usage',
    77: 'not-privileged',
  },
  kmutil: { 27: 'approval-needed', 28: 'reboot-needed' },
}

export function kindOfExit(
  tool: KextTool,
  isKmutil: boolean,
  exitCode: number,
  action: Action,
): OutcomeKind | undefined {
  if (!isKmutil) return exitCodes[tool][exitCode]
  if (action === 'unload' && exitCode === 3) return 'not-loaded'
  return (
    exitCodes.kmutil[exitCode] ??
    (exitCode === 64 || exitCode === 77 ? exitCodes.kextload[exitCode] : undefined)
  )
}
