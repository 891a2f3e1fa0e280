/** What a guest says of itself. Any part may be missing: a bare Darwin has few of the tools. */
export interface GuestIdentity {
  /** The whole version string of the kernel. */
  readonly kernelVersion: string | null
  /** `17.7.0` */
  readonly darwinRelease: string | null
  readonly darwinMajor: number | null
  readonly osName: string | null
  readonly osVersion: string | null
  readonly osBuild: string | null
  readonly machine: string | null
  readonly bootSessionUuid: string | null
  /** Seconds since 1970. */
  readonly bootTime: number | null
  readonly hostName: string | null
  /** RELEASE, DEVELOPMENT, DEBUG or KASAN. */
  readonly kernelKind: string | null
}
