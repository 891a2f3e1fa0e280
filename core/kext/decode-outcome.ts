import { splitLogLine } from '../guest-facts/read-kernel-log.ts'
import type { KextTool, Outcome, OutcomeKind, ToolRun } from './outcome.ts'
import { wordsFor } from './outcome-words.ts'
import type { ReturnCode } from './return-codes.ts'
import { explainReturnCode, returnCodeOfMessage } from './return-codes.ts'

/*
 * What a tool that loads or unloads kexts meant to say. The tools differ by era and say the essential
 * thing in different places: an exit code, a line of stderr, or only in the kernel log
 * (facts: kexts, sections 7 to 12). The most specific statement wins, wherever it was made.
 */

export type { KextTool, Outcome, OutcomeKind, ToolRun } from './outcome.ts'
export { instancesNamed, unresolvedSymbols } from './outcome-words.ts'

interface Rule {
  readonly kind: OutcomeKind
  readonly pattern: RegExp
}

/** What the tools and the kernel say when loading fails, the most specific first. */
const loadRules: readonly Rule[] = [
  { kind: 'approval-needed', pattern: /not approved to load\. Please approve/ },
  { kind: 'duplicate-class', pattern: /OSMetaClass: Kext \S+ class \S+ is a duplicate/ },
  { kind: 'version-differs', pattern: /Refusing new kext .*already have (?:loaded|prelinked)/ },
  {
    kind: 'version-differs',
    pattern: /a different version is already loaded|different version\/uuid already loaded/,
  },
  {
    kind: 'authentication',
    pattern:
      /File owner\/permissions are incorrect|Invalid ownership \(|authentication problems|authentication checks failed|authentication failure \(file ownership|\bAuthentication Failures:/,
  },
  { kind: 'excluded', pattern: /is in exclude list/ },
  {
    kind: 'safe-boot',
    pattern:
      /not loadable during safe boot|isn't loadable during safe boot|not allowed at current boot level/,
  },
  {
    kind: 'missing-dependency',
    pattern:
      /library kext \S+ not (?:found|compatible)|failed to resolve (?:library )?dependencies|dependency resolution failure|Dependency Resolution Failures:|No kexts found for these libraries|Only incompatible kexts found|dependency load failed/,
  },
  {
    kind: 'wrong-architecture',
    pattern:
      /no code for running kernel's architecture|requested architecture\/executable not found/,
  },
  {
    kind: 'collection-error',
    pattern:
      /Error occurred while building a collection|contents of boot kernel collection|loading\/mapping of a kext collection failed|mapping of the (?:SystemKC|AuxiliaryKC) failed|loading of both Auxiliary and System KCs failed/,
  },
  {
    kind: 'link-error',
    pattern: /^kxld\[|link failed|\(libkern\/kext\) link error|link\/load failed/,
  },
  {
    kind: 'start-failed',
    pattern:
      /did not start \(return code|start failed \(result|failed to start - |\(kmod\) start\/stop routine failed/,
  },
  {
    kind: 'validation',
    pattern: /validation failure|validation problems|Validation Failures:|malformed kext/,
  },
  {
    kind: 'not-privileged',
    pattern: /must be running as root|must run as root|\) not privileged/,
  },
  {
    kind: 'signature',
    pattern:
      /Code Signing Failure:|Kext with invalid signature|Authenticating extension failed|Untrusted kexts are not allowed/,
  },
  {
    kind: 'policy',
    pattern:
      /system policy prevents loading|failed security checks; failing|could not be staged, failing/,
  },
  {
    kind: 'not-found',
    pattern:
      /not found\/unable to create|No kernel extensions found|Can't find extension with identifier|Error Domain=NSPOSIXErrorDomain Code=2\b|No such file or directory|Can't create /,
  },
  { kind: 'usage', pattern: /No kernel extensions specified/ },
  { kind: 'timed-out', pattern: /kext request timed out/ },
]

/**
 * What a return code of the kext library leaves open. The kernel log may hold lines about another kext
 * that was loaded at the same time; the code in the tool's own words tells which of them are ours.
 */
const kindsOfCode: ReadonlyMap<string, readonly OutcomeKind[]> = new Map([
  ['0xdc008004', ['not-privileged']],
  ['0xdc008006', ['not-found', 'not-loaded']],
  ['0xdc00800b', ['validation']],
  ['0xdc00800c', ['validation']],
  ['0xdc00800d', ['authentication', 'signature']],
  ['0xdc00800e', ['missing-dependency']],
  ['0xdc00800f', ['wrong-architecture']],
  ['0xdc008012', ['safe-boot']],
  ['0xdc008014', ['version-differs']],
  ['0xdc008016', ['link-error', 'duplicate-class']],
  ['0xdc008017', ['start-failed', 'stop-failed', 'duplicate-class']],
  ['0xdc008018', ['in-use', 'referenced']],
  ['0xdc008019', ['timed-out']],
  ['0xdc00801b', ['policy', 'approval-needed', 'signature', 'excluded']],
  ['0xdc00801c', ['collection-error']],
  ['0xdc00801d', ['collection-error']],
  ['0xdc00801e', ['collection-error']],
  ['0xdc00801f', ['collection-error']],
])

/** What kextutil(8) and kmutil(8) mean by their exit codes, where no line said more. */
const exitCodes: Readonly<Record<KextTool, Readonly<Record<number, OutcomeKind>>>> = {
  kextload: { 27: 'policy', 64: 'usage', 77: 'not-privileged' },
  kextunload: { 64: 'usage', 77: 'not-privileged' },
  kextutil: {
    1: 'not-found',
    2: 'wrong-architecture',
    4: 'validation',
    5: 'safe-boot',
    27: 'policy',
    34: 'start-failed',
    64: 'usage',
    77: 'not-privileged',
  },
  kmutil: { 27: 'approval-needed', 28: 'reboot-needed' },
}

/**
 * Decodes an attempt to load a kext.
 *
 * Success means that the tool says so and nothing more: a kernel log that speaks of failures of other
 * kexts does not change it, and a driver may still not have matched.
 */
export function decodeLoad(run: ToolRun): Outcome {
  const lines = linesOf(run)
  if (run.exitCode === 0 && !lines.ofTool.some(line => saysNotLoaded.test(line)))
    return decodeLoadSuccess(run, lines)
  return decodeFailure(run, lines, 'load', loadRules, loadSummary)
}

const saysNotLoaded =
  /failed to load - |^Failed to load |failed to start - |error loading extension|link\/load failed for/
const loadSummary = /failed to load|Failed to load|Kernel request failed/

const unloadRules: readonly Rule[] = [
  { kind: 'not-privileged', pattern: /must be running as root|\) not privileged/ },
  { kind: 'terminate-disallowed', pattern: /disallowing kextunload terminate for bundleID/ },
  {
    kind: 'in-use',
    pattern: /classes have instances|class \S+ has \d+ instances?\.|class has instances/,
  },
  { kind: 'referenced', pattern: /outstanding references/ },
  {
    kind: 'stop-failed',
    pattern: /did not stop \(return code|module stop returned|start\/stop routine failed/,
  },
  { kind: 'not-loaded', pattern: /not found for unload request|\(libkern\/kext\) not found/ },
  { kind: 'in-use', pattern: /kext is in use or retained/ },
  { kind: 'timed-out', pattern: /kext request timed out/ },
  { kind: 'not-found', pattern: /Can't create |No such file or directory/ },
  { kind: 'usage', pattern: /No kernel extensions specified/ },
]

/** Decodes an attempt to unload a kext, or to terminate its services. */
export function decodeUnload(run: ToolRun): Outcome {
  const lines = linesOf(run)
  if (run.exitCode !== 0 || lines.ofTool.some(line => saysNotUnloaded.test(line)))
    return decodeFailure(run, lines, 'unload', unloadRules, unloadSummary)
  const said = (pattern: RegExp): readonly string[] =>
    lines.ofTool.filter(line => pattern.test(line))
  const services = said(
    /services terminated and personalities removed|All instances of class .* terminated/,
  )
  if (services.length > 0) return describe('services-terminated', run, lines, services, 'unload')
  const unloaded = said(/unloaded and personalities removed|unload kext .* succeeded/)
  return describe('unloaded', run, lines, unloaded, 'unload')
}

const saysNotUnloaded = /Failed to (?:unload|terminate) |unload kext .* failed/
const unloadSummary = /Failed to (?:unload|terminate)|Kernel request failed/

function decodeLoadSuccess(run: ToolRun, lines: Lines): Outcome {
  const said = (pattern: RegExp): readonly string[] =>
    lines.ofTool.filter(line => pattern.test(line))
  const dryRun = said(/appears to be loadable/)
  if (dryRun.length > 0) return describe('loadable', run, lines, dryRun, 'load')
  // The shim of 11+ refuses a dry run and still exits with 0: nothing was checked.
  const refused = said(/is not a supported kmutil mode/)
  if (refused.length > 0) return describe('handed-over', run, lines, refused, 'load')
  const already = said(/extension .* is already loaded/)
  if (already.length > 0) return describe('already-loaded', run, lines, already, 'load')
  return describe('loaded', run, lines, said(/loaded successfully|successfully loaded/), 'load')
}

function decodeFailure(
  run: ToolRun,
  lines: Lines,
  action: 'load' | 'unload',
  rules: readonly Rule[],
  summary: RegExp,
): Outcome {
  const possible = kindsOfCode.get(codeIn(lines.ofTool)?.hex ?? '')
  const all = [...lines.ofTool, ...lines.ofKernel]
  const rule = rules.find(
    ({ kind, pattern }) =>
      (possible === undefined || possible.includes(kind)) && all.some(line => pattern.test(line)),
  )
  const kind = rule?.kind ?? possible?.[0] ?? exitKind(run, lines, action) ?? 'unknown'
  // The line that decided, and the tool's own summary, which names the return code.
  const evidence = all.filter(
    line =>
      rule?.pattern.test(line) === true || (summary.test(line) && lines.ofTool.includes(line)),
  )
  return describe(kind, run, lines, [...new Set(evidence)].slice(0, evidenceLimit), action)
}

function exitKind(run: ToolRun, lines: Lines, action: 'load' | 'unload'): OutcomeKind | undefined {
  if (run.exitCode === null) return 'timed-out'
  // From macOS 11 on the old tools end with the exit code of kmutil.
  const isKmutil =
    run.tool === 'kmutil' ||
    lines.ofTool.some(line => line.startsWith('Executing: /usr/bin/kmutil'))
  if (action === 'unload' && isKmutil && run.exitCode === 3) return 'not-loaded'
  const tool = isKmutil ? 'kmutil' : run.tool
  return exitCodes[tool][run.exitCode] ?? exitCodes[run.tool][run.exitCode]
}

interface Lines {
  readonly ofTool: readonly string[]
  readonly ofKernel: readonly string[]
}

/** Enough for every message there is; a guest that prints more is not believed to mean it. */
const lineLimit = 5000
const lineLengthLimit = 4000
const evidenceLimit = 20

function linesOf(run: ToolRun): Lines {
  const tool = [...run.stderr.split('\n'), ...run.stdout.split('\n')]
  return {
    ofTool: tool.slice(0, lineLimit).map(cleaned).filter(isSaying),
    ofKernel: (run.kernelLog ?? []).slice(-lineLimit).map(cleaned).filter(isSaying),
  }
}

function cleaned(line: string): string {
  return splitLogLine(line).text.replace(/\r$/, '').slice(0, lineLengthLimit)
}

function isSaying(line: string): boolean {
  return line.trim() !== ''
}

function codeIn(lines: readonly string[]): ReturnCode | undefined {
  for (const line of lines) {
    const fromWords = returnCodeOfMessage(line)
    if (fromWords !== undefined) return fromWords
    const number = /\((?:(?:return code|result|result code|error) )?(0x[0-9a-f]{1,16}|-\d{6,10})\)/i
    const fromNumber = explainReturnCode(number.exec(line)?.[1] ?? '')
    if (fromNumber !== undefined) return fromNumber
  }
  return undefined
}

const succeeding: ReadonlySet<OutcomeKind> = new Set<OutcomeKind>([
  'loaded',
  'unloaded',
  'already-loaded',
  'loadable',
  'services-terminated',
])

function describe(
  kind: OutcomeKind,
  run: ToolRun,
  lines: Lines,
  evidence: readonly string[],
  action: 'load' | 'unload',
): Outcome {
  const succeeded = succeeding.has(kind)
  const all = [...lines.ofTool, ...lines.ofKernel]
  const code = succeeded ? undefined : (codeIn(evidence) ?? codeIn(lines.ofTool))
  return {
    kind,
    succeeded,
    ...(code !== undefined && { code }),
    ...wordsFor(kind, { run, lines: all, action, code }),
    evidence: evidence.length > 0 || succeeded ? evidence : all.slice(0, evidenceLimit),
  }
}
