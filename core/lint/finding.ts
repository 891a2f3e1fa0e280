import type { RuleName } from './rules.ts'

/**
 * An error keeps the kext, or one of its personalities, from being loaded; a warning is about what the tools warn of
 * or what will hardly do what it looks like; a note is about a convention, or about what could not be told.
 */
export type Severity = 'error' | 'warning' | 'note'

export interface Place {
  /** Relative to the path that was looked at, with `/`: `Contents/Info.plist`. Empty: all of it. */
  readonly file: string
  /** Into a property list: `IOKitPersonalities`, `Foo`, `IOProviderClass`. */
  readonly keyPath: readonly string[]
  /** Of a source file, from 1; null where no line is meant. */
  readonly line: number | null
}

/** One thing that lint has found. Plain data. */
export interface Finding {
  readonly severity: Severity
  readonly rule: RuleName
  readonly where: Place
  /** What is so, and what comes of it: one sentence or two. */
  readonly sentence: string
  /** What to do about it; empty where there is nothing to do. */
  readonly advice: string
}

/** A finding inside a property list, which does not know the list's file. */
export type PlistFinding = Omit<Finding, 'where'> & { readonly keyPath: readonly string[] }

const ranks: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 }

/** Errors first, then warnings, then notes; within each as they were found. */
export function bySeverity<T extends { readonly severity: Severity }>(
  findings: readonly T[],
): readonly T[] {
  return findings.toSorted((a, b) => ranks[a.severity] - ranks[b.severity])
}
