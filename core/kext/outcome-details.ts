import type { InstanceCount } from './outcome.ts'
import { explainReturnCode, type ReturnCode } from './return-codes.ts'

/*
 * What the lines of tools, kernel and linker name: versions, classes, symbols, libraries (facts: kexts, 7 to 12).
 * Each reader takes lines that may be hostile, so lengths and counts are bounded.
 */

const longestName = 200
const mostNames = 1000

/** A name out of a line, cut where nobody would have called anything so. */
function cut(name: string): string {
  return name.length <= longestName ? name : `${name.slice(0, longestName)}…`
}

/** `a, b, c and 4 more` */
export function enumerated(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most).join(', ')
  return names.length > most ? `${shown} and ${names.length - most} more` : shown
}

function first<T>(lines: readonly string[], read: (line: string) => T | null): T | null {
  for (const line of lines) {
    const found = read(line)
    if (found !== null) return found
  }
  return null
}

/** The instances that the kernel named when it refused to unload (facts: kexts, section 8). */
export function instancesNamed(lines: readonly string[]): readonly InstanceCount[] {
  const found = new Map<string, number>()
  for (const line of lines) {
    const named = /\bKext \S+ class (\S+) has (\d{1,9}) instances?\./.exec(line)
    if (named && found.size < mostNames) found.set(cut(named[1]!), Number(named[2]))
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
    if (symbol === undefined || symbols.length >= mostNames) break
    symbols.push(cut(symbol))
  }
  return symbols
}

/** Kexts that wait for approval, as kmutil lists them: all of the guest's, not only the one that was asked for. */
export function pendingIdentifiers(lines: readonly string[]): readonly string[] {
  const list = first(
    lines,
    line => /Extensions? with identifiers? (.+) not approved to load\./.exec(line)?.[1] ?? null,
  )
  if (list === null) return []
  const names = list.split(',', 100).map(each => cut(each.trim()))
  return [...new Set(names.filter(name => name !== ''))]
}

export interface VersionClash {
  readonly bundleIdentifier: string
  readonly wanted: string
  readonly present: string
  readonly isPrelinked: boolean
}

export function versionClash(lines: readonly string[]): VersionClash | null {
  return first(lines, line => {
    const found =
      /Refusing new kext (\S+), v(\S+): already have (loaded|prelinked) v(.+?)\.?$/.exec(line)
    return (
      found && {
        bundleIdentifier: cut(found[1]!),
        wanted: cut(found[2]!),
        present: cut(found[4]!),
        isPrelinked: found[3] === 'prelinked',
      }
    )
  })
}

export function duplicateClass(
  lines: readonly string[],
): { readonly className: string; readonly owner: string } | null {
  return first(lines, line => {
    const found = /class (\S+) is a duplicate; ?kext (\S+) already/.exec(line)
    return found && { className: cut(found[1]!), owner: cut(found[2]!) }
  })
}

export interface LibraryLine {
  /** Whose library it is. */
  readonly kext: string
  readonly library: string
  /** The version it does not serve; null where it was not found. */
  readonly wanted: string | null
}

export function libraryLines(lines: readonly string[]): readonly LibraryLine[] {
  const found: LibraryLine[] = []
  for (const line of lines) {
    const named =
      /\bKext (\S+) - library kext (\S+) not (found|compatible with requested version (\S+?))\.?$/.exec(
        line,
      )
    if (named && found.length < 20)
      found.push({
        kext: cut(named[1]!),
        library: cut(named[2]!),
        wanted: named[4] === undefined ? null : cut(named[4]),
      })
  }
  return found
}

/** What a module's start or stop routine returned, by the kernel's words of this or older releases. */
export function routineResult(
  lines: readonly string[],
  routine: 'start' | 'stop',
): ReturnCode | { readonly hex: string; readonly name: null } | null {
  const pattern =
    routine === 'start'
      ? /\bdid not start \(return code (0x[0-9a-f]{1,16})\)|\bstart failed \(result (0x[0-9a-f]{1,16})\)/
      : /\bdid not stop \(return code (0x[0-9a-f]{1,16})\)/
  const hex = first(lines, line => {
    const found = pattern.exec(line)
    return found && (found[1] ?? found[2]!)
  })
  return hex === null ? null : (explainReturnCode(hex) ?? { hex, name: null })
}

export interface WrongOwner {
  /** `502:20`; null where the tool says only that owner or permissions are wrong. */
  readonly owner: string | null
  readonly path: string
}

/** Paths that kmutil, or the report of kextutil, finds wrongly owned. */
export function wrongOwners(lines: readonly string[]): readonly WrongOwner[] {
  const found: WrongOwner[] = []
  for (const line of lines) {
    const named = /Invalid ownership \((\d+:\d+)\) should be \(0:0\) on (\/[^"]+)/.exec(line)
    if (named && found.length < 100) found.push({ owner: named[1]!, path: cut(named[2]!.trim()) })
  }
  return found
}

/** `Kext with invalid signature (-67062) denied: /path` and its relatives. */
export function signatureDenied(
  lines: readonly string[],
): { readonly number: string; readonly path: string } | null {
  return first(lines, line => {
    const found = /Kext with invalid signature \((-?\d{1,10})\) denied: (.+)$/.exec(line)
    return found && { number: found[1]!, path: cut(found[2]!) }
  })
}

/** `Class 'A' is a subclass of final class 'B'.` */
export function finalClass(
  lines: readonly string[],
): { readonly className: string; readonly superclass: string } | null {
  return first(lines, line => {
    const found = /Class '([^']+)' is a subclass of final class '([^']+)'/.exec(line)
    return found && { className: cut(found[1]!), superclass: cut(found[2]!) }
  })
}

/** The class of `__ZN3Foo10superClassE`, whose superclass nobody has (facts: kexts, sections 10 and 14). */
export function classWithoutSuperclass(lines: readonly string[]): string | null {
  return first(lines, line => {
    const found = /metaclass pointed to by '_*ZN(\d{1,3})(\w+)'/.exec(line)
    if (found === null) return null
    const name = found[2]!.slice(0, Number(found[1]))
    return found[2]!.slice(name.length) === '10superClassE' ? name : null
  })
}

/** What the lines of a linker are about besides symbols: `vtable`, `common`; null where neither is. */
export function linkerComplaint(
  lines: readonly string[],
): { readonly about: 'vtable' | 'common'; readonly line: string } | null {
  return first(lines, line => {
    const said = /\bkxld\[[^\]]*\]: (.*)$/.exec(line)?.[1]
    if (said === undefined) return null
    if (/vtable/i.test(said)) return { about: 'vtable', line: cut(said) }
    return /common symbol/i.test(said) ? { about: 'common', line: cut(said) } : null
  })
}

/** `Can't unload kext X; outstanding references 2 …` */
export function outstandingReferences(lines: readonly string[]): number | null {
  return first(lines, line => {
    const found = /outstanding references (\d{1,9})/.exec(line)
    return found && Number(found[1])
  })
}

export function classNotTerminated(
  lines: readonly string[],
): { readonly className: string; readonly because: string } | null {
  return first(lines, line => {
    const found = /^Failed to terminate class (\S+) - (.+?)\.?$/.exec(line)
    return found && { className: cut(found[1]!), because: cut(found[2]!) }
  })
}

/** `Error Domain=KMErrorDomain Code=31 "what it says"` */
export function domainError(
  lines: readonly string[],
): { readonly domain: string; readonly code: number; readonly text: string } | null {
  return first(lines, line => {
    const found = /Error Domain=(\w{1,60}) Code=(-?\d{1,10})(?: "([^"]*)")?/.exec(line)
    return found && { domain: found[1]!, code: Number(found[2]), text: cut(found[3] ?? '') }
  })
}

/** What follows `(libkern/kext) ` or another system in the tool's summary: `X failed to load - (…) words;` */
export function machWords(lines: readonly string[]): string | null {
  return first(lines, line => {
    const found = /(\((?:[a-z]+\/[a-z]+)\) [^";]{1,300})/.exec(line)
    return found && cut(found[1]!.replace(/\.$/, '').trim())
  })
}
