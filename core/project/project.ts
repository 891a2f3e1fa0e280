/** A folder that kexts are built from, as plain data. */

/** A bundle that a build has made. */
export interface BuiltKext {
  /** Absolute, on the host. */
  readonly path: string
  /** The folder of `build` that it lies in: what it is built for; empty where there is none. */
  readonly target: string
  readonly bundleIdentifier: string
  readonly version: string
  readonly uuid: string | null
  /** ISO 8601, of its newest file. */
  readonly builtAt: string
}

export interface ProjectDriver {
  /** Absolute. */
  readonly folder: string
  /** `my-kext` */
  readonly name: string
  /** `KEXT_NAME` and `KEXT_BUNDLE_ID` of its Makefile; null where it does not say. */
  readonly kextName: string | null
  readonly bundleIdentifier: string | null
  /** Newest first. */
  readonly builds: readonly BuiltKext[]
  readonly newestSource: { readonly path: string; readonly changedAt: string } | null
  readonly state: 'not-built' | 'current' | 'stale' | 'unknown'
  /** `kextant.yaml` of the driver, when there is one. */
  readonly expectationsPath: string | null
  /** What keeps it from being read, in sentences. */
  readonly problems: readonly string[]
}

export interface Project {
  /** Absolute: the tree, or the driver's folder where it lies in none. */
  readonly root: string
  readonly kind: 'tree' | 'driver'
  readonly drivers: readonly ProjectDriver[]
  /** What builds it: `make kexts` at the root; null where there is no Makefile. */
  readonly buildCommand: readonly string[] | null
  readonly problems: readonly string[]
}

/** A line of a compiler, a linker or make that says what is wrong, with its place where it names one. */
export interface BuildMessage {
  readonly severity: 'error' | 'warning' | 'note'
  /** Absolute where it lies in the project, and else as printed; empty where the line names none, as of `ld`. */
  readonly file: string
  readonly line: number | null
  readonly column: number | null
  readonly text: string
  /** Of the output, from 0. */
  readonly outputLine: number
}

export interface BuildRun {
  readonly id: string
  readonly root: string
  readonly command: readonly string[]
  readonly status: 'running' | 'done' | 'failed' | 'cancelled'
  readonly startedAt: string
  readonly durationMs: number | null
  readonly exitCode: number | null
  /** At most the last 400 000 characters. */
  readonly output: string
  readonly isCut: boolean
  readonly messages: readonly BuildMessage[]
}

/** A few lines of a source file around the one that was asked for. */
export interface SourceExcerpt {
  readonly path: string
  readonly firstLine: number
  readonly lines: readonly string[]
  /** The line that was asked for. */
  readonly line: number
}
