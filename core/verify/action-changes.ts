import type { EntryBrief } from './report.ts'

/** What an action changed in the registry, as plain data that stays readable when its captures are gone. */

export interface ChangedEntry {
  readonly entry: EntryBrief
  /** `changed`: the same object with something else about it. */
  readonly what: 'added' | 'removed' | 'moved' | 'changed'
  /** One line each: `busy: 0 → 1`, `"IOPowerManagement": …`. */
  readonly lines: readonly string[]
}

/** The trees that are new, below the services they hang on. */
export interface SubtreeRow {
  readonly depth: number
  readonly entry: EntryBrief
  readonly stateWords: readonly string[]
  /** False for a provider that was there before and is shown to say where. */
  readonly isNew: boolean
  /** The kext whose code it is, where that is known. */
  readonly bundleIdentifier: string | null
}

export interface ActionChanges {
  /** Within one boot objects are told apart by their IDs. */
  readonly identity: 'entry-id' | 'path'
  readonly because: string
  readonly entries: readonly ChangedEntry[]
  /** What changes by itself: told on request. */
  readonly muted: readonly ChangedEntry[]
  /** How many changes each rule of noise has muted, in words. */
  readonly noise: readonly { readonly rule: string; readonly count: number }[]
  readonly subtree: readonly SubtreeRow[]
  /** Kernel log lines of the time of the action. */
  readonly logLines: readonly string[]
  readonly logLinesMayLack: boolean
  /** Changes that are counted and not listed. */
  readonly omittedCount: number
}
