import { splitLogLine } from '../guest-facts/read-kernel-log.ts'
import type { Subject, ToolRun } from './outcome.ts'

/*
 * Who said what. A tool prints lines of its own and lines of the kernel that it relays (`(kernel) …`); the kernel log
 * of the same seconds also has lines about kexts that somebody else loads, and whatever drivers print. What is
 * decided is decided by lines about the kext in question; what a driver prints cannot make a success.
 */

/** Enough for every message there is; of more, the first and the last are looked at. */
const lineLimit = 5000
const lineLengthLimit = 4000

export interface RunLines {
  /** The tool's own. */
  readonly ofTool: readonly string[]
  /** The kernel's and kextd's about this kext, or about no kext in particular. */
  readonly ofKernel: readonly string[]
  /** The kernel's about other kexts: perhaps libraries of this one. */
  readonly ofOthers: readonly string[]
  /** Identifiers by which the kernel may mean this kext; empty where that cannot be told. */
  readonly identifiers: ReadonlySet<string>
}

export function linesOf(run: ToolRun): RunLines {
  const printed = outputLines(run).filter(isSaying)
  const isAnother = (name: string): boolean => !mayMean(name, run.subject)
  const ofTool = aboutOne(
    printed.filter(line => !isRelayed(line)),
    toolSubject,
    isAnother,
  ).own
  const kernel = [
    ...printed.filter(isRelayed).map(unrelayed),
    ...(run.kernelLog ?? []).slice(-lineLimit).map(cleaned),
  ].filter(isSaying)
  const identifiers = identifiersOf(run.subject, ofTool, kernel)
  const { own, others } = aboutOne(
    kernel,
    kernelSubject,
    name => identifiers.size > 0 && !identifiers.has(name),
  )
  return { ofTool, ofKernel: own, ofOthers: others, identifiers }
}

/** What a tool printed, standard error first, as lines; cut to what any message needs. */
export function outputLines(run: Pick<ToolRun, 'stdout' | 'stderr'>): readonly string[] {
  return [...edgeLines(run.stderr), ...edgeLines(run.stdout)].map(cleaned)
}

/** From macOS 11 on the old tools hand over to kmutil, say so, and end with its exit code (facts: kexts, section 1). */
export function isKmutilRun(run: Pick<ToolRun, 'tool'>, lines: readonly string[]): boolean {
  return run.tool === 'kmutil' || lines.some(line => line.startsWith('Executing: /usr/bin/kmutil'))
}

/** Lines that belong to the one before them go with it: the linker's symbols are indented by a tab. */
function aboutOne(
  lines: readonly string[],
  subjectOf: (line: string) => string | null,
  isAnother: (name: string) => boolean,
): { readonly own: readonly string[]; readonly others: readonly string[] } {
  const [own, others]: [string[], string[]] = [[], []]
  let isAside = false
  for (const line of lines) {
    const subject = subjectOf(line)
    if (subject !== null) isAside = isAnother(subject)
    else if (!/^(?:\t| {4})/.test(line)) isAside = false
    ;(isAside ? others : own).push(line)
  }
  return { own, others }
}

/** What the tools call the kext in a line about one: its path or identifier as given (facts: kexts, sections 7 to 9). */
function toolSubject(line: string): string | null {
  const found =
    /^(?:Failed to (?:load|unload)|kextload: extension|kextunload: unload kext|unload kext) (.{1,1024}?)(?: - | is already loaded| succeeded| failed)/.exec(
      line,
    ) ??
    /^(?:kextload: )?(\S.{0,1023}?) (?:failed to (?:load|start) - |loaded successfully|successfully loaded|appears to be loadable|unloaded and personalities|could not be staged|failed security checks)/.exec(
      line,
    ) ??
    /^(\S{1,1024}): services terminated and personalities removed/.exec(line)
  return found === null ? null : found[1]!.replace(/'s dependencies$/, '')
}

/** The identifier, or the path, that a line of the kernel or of kextd is about (facts: kexts, sections 8 and 12). */
function kernelSubject(line: string): string | null {
  const found =
    /\bKext (\S{1,256}) (?:did not|start failed|failed to load|is in exclude list|class |- library kext|can't unload|not found for unload)/.exec(
      line,
    ) ??
    /\bFailed to load kext (\S{1,256}) \(error/.exec(line) ??
    /\bCan't (?:un)?load kext ([^\s;]{1,256})(?: - |;)/.exec(line) ??
    /\bRefusing new kext (\S{1,256}), v/.exec(line) ??
    /\bkxld\[([^\]]{1,256})\]:/.exec(line) ??
    /\bdisallowing kextunload terminate for bundleID (\S{1,256})/.exec(line)
  return found?.[1] ?? null
}

/** Whether a tool's name for a kext can be this one's. Paths are compared by their last part: tools resolve links. */
function mayMean(name: string, subject: Subject | undefined): boolean {
  if (isPath(name)) return subject?.path == null || lastPart(name) === lastPart(subject.path)
  return subject?.bundleIdentifier == null || name === subject.bundleIdentifier
}

function isPath(name: string): boolean {
  return name.includes('/') || name.endsWith('.kext')
}

function lastPart(path: string): string {
  const whole = path.replace(/\/$/, '')
  return whole.slice(whole.lastIndexOf('/') + 1)
}

/**
 * By what the kernel calls the kext. Where nobody tells: by the tool's own lines, when they give an identifier; else
 * by the kernel's summary of the failure, or, among several, by the one that is called like the bundle. Several
 * without a hint are all taken.
 */
function identifiersOf(
  subject: Subject | undefined,
  ofTool: readonly string[],
  kernel: readonly string[],
): ReadonlySet<string> {
  if (subject?.bundleIdentifier != null) return new Set([subject.bundleIdentifier])
  const named = ofTool.flatMap(line => toolSubject(line) ?? [])
  const identifier = named.find(name => !isPath(name))
  if (identifier !== undefined) return new Set([identifier])
  const found = new Set(kernel.flatMap(line => kernelSubject(line) ?? []))
  const path = subject?.path ?? named[0]
  const name = path === undefined ? null : lastPart(path).replace(/\.kext$/, '')
  const alike = [...found].filter(each => each.slice(each.lastIndexOf('.') + 1) === name)
  if (found.size > 1 && alike.length === 1) return new Set(alike)
  const failed = new Set(
    kernel.flatMap(line => /\bFailed to load kext (\S{1,256}) \(error/.exec(line)?.[1] ?? []),
  )
  return failed.size === 1 ? failed : new Set()
}

function isRelayed(line: string): boolean {
  return line.startsWith('(kernel)')
}

/** `(kernel) text`; an indentation that means something is kept. */
function unrelayed(line: string): string {
  return line.slice('(kernel)'.length).replace(/^ /, '')
}

function isSaying(line: string): boolean {
  return line.trim() !== ''
}

/** Without splitting what is left out: a guest may print a million lines. */
function edgeLines(text: string): string[] {
  const half = lineLimit / 2
  const first: string[] = []
  let at = 0
  while (at < text.length && first.length < half) {
    const found = text.indexOf('\n', at)
    const end = found < 0 ? text.length : found
    first.push(text.slice(at, Math.min(end, at + lineLengthLimit)))
    at = end + 1
  }
  const last: string[] = []
  for (let end = text.endsWith('\n') ? text.length - 1 : text.length; end > at;) {
    if (last.length >= half) break
    const before = text.lastIndexOf('\n', end - 1)
    const start = Math.max(before + 1, at)
    last.push(text.slice(start, Math.min(end, start + lineLengthLimit)))
    end = start - 1
  }
  return [...first, ...last.reverse()]
}

function cleaned(line: string): string {
  const short = line.slice(0, lineLengthLimit)
  return splitLogLine(short.endsWith('\r') ? short.slice(0, -1) : short).text
}
