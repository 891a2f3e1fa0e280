import type { Failure } from '../failure.ts'
import type { GuestIdentity } from '../guest-facts/read-identity.ts'
import type { InstalledKext, LoadedKext } from '../kext/kext.ts'
import type { BootPersonalities } from '../matching/boot-personalities.ts'
import type { DumpFormat, DumpProblem } from '../registry/snapshot.ts'

export type * from './action-types.ts'
export type * from './timeline-types.ts'
export type * from '../watch/watch-status.ts'

// What travels in replies and events. Plain data; integers above 2^53 and bytes are allowed inside
// property values, and the JSON codec of this folder carries them.

export interface HostInfo {
  readonly host: 'electron' | 'web' | 'cli'
  readonly version: string
  /** False when this host was started without the right to change a guest. */
  readonly mayChangeGuest: boolean
  readonly platform: string
  readonly homeFolder: string
}

export interface FolderListing {
  readonly path: string
  readonly parent: string | null
  readonly items: readonly {
    readonly name: string
    readonly path: string
    readonly kind: 'folder' | 'file' | 'kext'
  }[]
}

/** How to sign in. Secrets are not part of a saved target. */
export type SignInMethod = 'password' | 'key' | 'agent'

export interface SavedTarget {
  readonly id: string
  readonly label: string
  readonly host: string
  readonly port: number
  readonly user: string
  readonly method: SignInMethod
  readonly keyPath: string | null
  /** Kextant already has what it needs to sign in: a click is enough. */
  readonly hasSecret: boolean
  /** No request that changes the guest is carried out on this target. */
  readonly isReadOnly: boolean
  /** A panic here costs nothing: the user has said that it is a virtual machine. */
  readonly isVirtualMachine: boolean
  /** Came with Kextant; cannot be edited or removed. */
  readonly isBuiltIn: boolean
  readonly note: string | null
}

export interface GuestTools {
  /** Name of the tool -> where it lies, null when the guest has none. */
  readonly [tool: string]: string | null
}

export interface ConnectedGuest {
  readonly target: SavedTarget
  readonly address: string
  readonly hostKeyFingerprint: string
  readonly identity: GuestIdentity
  readonly tools: GuestTools
  /** How root is reached: already root, sudo without or with a password, or not at all. */
  readonly root: 'is-root' | 'sudo' | 'sudo-with-password' | 'unknown'
}

export type ConnectionState =
  | { readonly phase: 'disconnected'; readonly failure: Failure | null }
  | { readonly phase: 'connecting'; readonly target: SavedTarget; readonly step: string }
  | { readonly phase: 'connected'; readonly guest: ConnectedGuest }
  | {
      readonly phase: 'lost'
      readonly guest: ConnectedGuest
      readonly failure: Failure
      /** Kextant tries again by itself; counts the tries. */
      readonly attempt: number
      readonly retriesInMs: number | null
    }

/** A part of a capture that the guest could not give, and why. */
export interface MissingPart {
  readonly part: string
  readonly reason: string
}

export interface CommandRecord {
  readonly command: string
  readonly exitCode: number | null
  readonly durationMs: number
  readonly bytes: number
}

export interface PlaneSummary {
  readonly plane: string
  readonly nodes: number
  readonly entries: number
}

/** Everything of a capture that is not columns. The columns come by `Transport.snapshot`. */
export interface Capture {
  readonly snapshotId: string
  readonly source:
    | { readonly kind: 'guest'; readonly targetId: string; readonly label: string }
    | {
        readonly kind: 'file'
        readonly path: string
        readonly label: string
        /** Of a saved capture: what it was taken from, as the user called it then. */
        readonly savedFrom?: string
      }
  readonly format: DumpFormat
  /** What the format is, as a phrase, and what it cannot say (`describeFormat`). */
  readonly what: string
  readonly lacks: readonly string[]
  /** ISO 8601. */
  readonly takenAt: string
  readonly durationMs: number
  readonly identity: GuestIdentity | null
  readonly planes: readonly PlaneSummary[]
  /** Entries that are IOServices. */
  readonly serviceCount: number
  readonly kexts: readonly LoadedKext[] | null
  readonly installed: readonly InstalledKext[] | null
  /**
   * What user space sent to the kernel at boot, less what the installed kexts have; absent or null where the
   * guest keeps no such cache, or none was read.
   */
  readonly bootPersonalities?: BootPersonalities | null
  readonly classCounts: readonly (readonly [className: string, count: number])[] | null
  readonly kernelLog: readonly string[] | null
  readonly missing: readonly MissingPart[]
  readonly problems: readonly DumpProblem[]
  readonly commands: readonly CommandRecord[]
  /** It is a look of the watch: what it did not ask the guest for anew is that of the capture before. */
  readonly look?: {
    /** Planes and parts that were carried over, by their names. */
    readonly carried: readonly string[]
  }
}

/** A file of the host's disk that holds a capture. */
export interface SavedCapture {
  readonly path: string
  readonly bytes: number
}

/** A driver that was drafted and written. */
export interface WrittenDraft {
  readonly folder: string
  /** Of the files, in the order of the plan. */
  readonly paths: readonly string[]
}

/** A property list on the host's disk that was saved. */
export interface SavedInfoPlist {
  readonly path: string
  readonly bytes: number
}

export interface CaptureProgress {
  /** What is being read now, for people. */
  readonly step: string
  readonly done: number
  readonly total: number
  readonly bytes: number
}

export interface BundleFile {
  readonly path: string
  readonly size: number
  readonly mode: number
  readonly kind: 'file' | 'folder' | 'symlink'
}

/** A bundle on the host's disk. */
export interface LocalBundle {
  readonly path: string
  readonly name: string
  readonly kext: InstalledKext
  readonly files: readonly BundleFile[]
  readonly totalBytes: number
  /** What the sample is for, when the bundle brings a README. */
  readonly note: string | null
}

/** A file of the host's disk that was written. */
export interface SavedFile {
  readonly path: string
  readonly bytes: number
}
