import type { Outcome, OutcomeKind, ToolRun } from './outcome.ts'
import { pendingIdentifiers } from './outcome-details.ts'
import { kindOfExit, kindsOfCode, rulesOf, type Action } from './outcome-rules.ts'
import { wordsFor } from './outcome-words.ts'
import type { ReturnCode } from './return-codes.ts'
import { explainReturnCode, returnCodeOfMessage } from './return-codes.ts'
import { isKmutilRun, linesOf, type RunLines } from './tool-lines.ts'

/*
 * What a tool that loads or unloads kexts meant to say (facts: kexts, sections 7 to 12). The most specific statement
 * wins, wherever it was made; a code in the tool's own words rules out what does not go with it.
 */

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
  return decodeFailure(run, lines, 'load')
}

const saysNotLoaded =
  /failed to load - |^Failed to load |failed to start - |error loading extension|link\/load failed for/

/** Decodes an attempt to unload a kext, or to terminate its services. */
export function decodeUnload(run: ToolRun): Outcome {
  const lines = linesOf(run)
  const said = (pattern: RegExp): readonly string[] =>
    lines.ofTool.filter(line => pattern.test(line))
  // Of several kexts in one command the exit code is 3 when any failed (facts: kexts, section 8).
  const isOthers = run.exitCode === 3 && run.subject !== undefined && said(saysUnloaded).length > 0
  if ((run.exitCode !== 0 && !isOthers) || said(saysNotUnloaded).length > 0)
    return decodeFailure(run, lines, 'unload')
  const services = said(
    /services terminated and personalities removed|^All instances of class .* terminated/,
  )
  if (services.length > 0) return describe('services-terminated', run, lines, services, 'unload')
  return describe('unloaded', run, lines, said(saysUnloaded), 'unload')
}

const saysUnloaded = /unloaded and personalities removed|unload kext .* succeeded/
const saysNotUnloaded = /^Failed to (?:unload|terminate) |unload kext .* failed/

function decodeLoadSuccess(run: ToolRun, lines: RunLines): Outcome {
  const said = (pattern: RegExp): readonly string[] =>
    lines.ofTool.filter(line => pattern.test(line))
  const dryRun = said(/appears to be loadable/)
  if (dryRun.length > 0) return describe('loadable', run, lines, dryRun, 'load')
  // The shim of 11+ refuses a dry run and still exits with 0: nothing was checked.
  const refused = said(/is not a supported kmutil mode/)
  if (refused.length > 0) return describe('handed-over', run, lines, refused, 'load')
  const already = said(/extension .* is already loaded/)
  if (already.length > 0) return describe('already-loaded', run, lines, already, 'load')
  const loaded = said(/loaded successfully|successfully loaded/)
  const sent = said(/^Personalities sent for /)
  return loaded.length === 0 && sent.length > 0
    ? describe('personalities-sent', run, lines, sent, 'load')
    : describe('loaded', run, lines, loaded, 'load')
}

const summaries: Readonly<Record<Action, RegExp>> = {
  load: /failed to load|Failed to load|failed to start - |Kernel request failed|error loading extension/,
  unload: /Failed to (?:unload|terminate)|unload kext .* failed|Kernel request failed/,
}

const evidenceLimit = 20

function decodeFailure(run: ToolRun, lines: RunLines, action: Action): Outcome {
  const code = codeIn(lines.ofTool) ?? codeIn(lines.ofKernel.filter(line => isSummary.test(line)))
  const possible = code === undefined ? undefined : kindsOfCode(action, code.hex)
  const all = [...lines.ofTool, ...lines.ofKernel]
  const rule = rulesOf(action).find(
    ({ kind, pattern, by, outranksCode }) =>
      (possible === undefined || possible.includes(kind) || outranksCode === true) &&
      (by === 'tool' ? lines.ofTool : all).some(line => pattern.test(line)),
  )
  const kind =
    rule?.kind ?? possible?.[0] ?? exitKind(run, lines, action) ?? lastResort(lines) ?? 'unknown'
  // The line that decided, and the tool's own summary, which names the return code.
  const evidence = all.filter(
    (line, at) =>
      (rule !== undefined &&
        (rule.by !== 'tool' || at < lines.ofTool.length) &&
        rule.pattern.test(line)) ||
      (summaries[action].test(line) && at < lines.ofTool.length),
  )
  return describe(kind, run, lines, [...new Set(evidence)].slice(0, evidenceLimit), action, code)
}

/** Lines of the kernel that end the story of a load with its code (facts: kexts, section 12). */
const isSummary = /\bKext \S+ failed to load \(0x|\bFailed to load kext \S+ \(error 0x/

function exitKind(run: ToolRun, lines: RunLines, action: Action): OutcomeKind | undefined {
  if (run.exitCode === null) return 'timed-out'
  return kindOfExit(run.tool, isKmutilRun(run, lines.ofTool), run.exitCode, action)
}

/** What is said on the way to a failure, and is all that is known where nothing else was said. */
function lastResort({ ofTool }: RunLines): OutcomeKind | undefined {
  return ofTool.some(line => line.startsWith("Can't contact kextd"))
    ? 'kextd-unreachable'
    : undefined
}

function codeIn(lines: readonly string[]): ReturnCode | undefined {
  for (const line of lines) {
    const fromWords = returnCodeOfMessage(line)
    if (fromWords !== undefined) return fromWords
    const number =
      /\((?:(?:return code|result|result code|error) )?(0x[0-9a-f]{1,16}|-\d{6,10})\)/i.exec(
        line,
      ) ?? / - (0x[0-9a-f]{7,16})[.;]/i.exec(line)
    const fromNumber = explainReturnCode(number?.[1] ?? '')
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
  'personalities-sent',
])

function describe(
  kind: OutcomeKind,
  run: ToolRun,
  lines: RunLines,
  evidence: readonly string[],
  action: Action,
  decided?: ReturnCode,
): Outcome {
  const succeeded = succeeding.has(kind)
  const all = [...lines.ofTool, ...lines.ofKernel]
  const code = succeeded ? undefined : (codeIn(evidence) ?? decided)
  const pending = kind === 'approval-needed' ? pendingIdentifiers(lines.ofTool) : []
  return {
    kind,
    succeeded,
    isPending: kind === 'approval-needed' || kind === 'reboot-needed',
    pending,
    ...(code !== undefined && { code }),
    ...wordsFor(kind, { run, lines, all, action, code }),
    evidence: evidence.length > 0 || succeeded ? evidence : all.slice(0, evidenceLimit),
  }
}
