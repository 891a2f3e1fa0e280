/*
 * Who the guest says it is (facts: logs-and-misc, section 4). Any of the tools may be missing, on bare
 * Darwin most of them, so every field may be unknown.
 */

export type KernelKind = 'RELEASE' | 'DEVELOPMENT' | 'DEBUG' | 'KASAN'

export interface GuestIdentity {
  /** `Darwin Kernel Version 17.7.0: …/RELEASE_X86_64`. */
  readonly kernelVersion: string | null
  /** `17.7.0` */
  readonly darwinRelease: string | null
  readonly darwinMajor: number | null
  readonly osName: string | null
  readonly osVersion: string | null
  readonly osBuild: string | null
  readonly machine: string | null
  /** Differs after every boot: the sure sign of a restart. */
  readonly bootSessionUuid: string | null
  /** Seconds since 1970. Moves when the guest's clock is set. */
  readonly bootTime: number | null
  readonly hostName: string | null
  readonly kernelKind: KernelKind | null
  /** `kern.safeboot`; absent where the guest was not asked, or does not know it. */
  readonly isSafeBoot?: boolean | undefined
}

/** Outputs of the tools that were there; each may be absent or empty. */
export interface IdentityOutputs {
  readonly unameA?: string
  readonly unameV?: string
  readonly swVers?: string
  /** Lines `name: value` (or `name = value`) of any of the sysctls that identify a guest. */
  readonly sysctl?: string
}

/** Puts together what the tools say. Never throws: what cannot be read is left out. */
export function readIdentity(outputs: IdentityOutputs): GuestIdentity {
  const uname = readUnameA(outputs.unameA ?? '')
  const software = readPairs(outputs.swVers ?? '')
  const sysctl = readPairs(outputs.sysctl ?? '')

  const kernelVersion =
    firstLine(outputs.unameV) ?? uname.version ?? sysctl.get('kern.version') ?? null
  const darwinRelease =
    uname.release ??
    sysctl.get('kern.osrelease') ??
    /\bVersion (\d+(?:\.\d+)*)/.exec(kernelVersion ?? '')?.[1] ??
    null
  const safeBoot = sysctl.get('kern.safeboot')
  const major = /^(\d{1,4})(?:\.|$)/.exec(darwinRelease ?? '')?.[1]

  return {
    kernelVersion,
    darwinRelease,
    darwinMajor: major === undefined ? null : Number(major),
    osName: software.get('ProductName') ?? null,
    osVersion: productVersion(software) ?? sysctl.get('kern.osproductversion') ?? null,
    osBuild: software.get('BuildVersion') ?? sysctl.get('kern.osversion') ?? null,
    machine: uname.machine ?? sysctl.get('hw.machine') ?? null,
    bootSessionUuid: sysctl.get('kern.bootsessionuuid')?.toUpperCase() ?? null,
    bootTime: bootTime(sysctl.get('kern.boottime')),
    hostName: uname.hostName ?? sysctl.get('kern.hostname') ?? null,
    kernelKind: kernelKind(kernelVersion),
    ...(safeBoot !== undefined && /^\d+$/.test(safeBoot) && { isSafeBoot: safeBoot !== '0' }),
  }
}

interface Uname {
  readonly hostName?: string | undefined
  readonly release?: string | undefined
  readonly version?: string | undefined
  readonly machine?: string | undefined
}

/**
 * `Darwin <host> <release> <version …> <machine> [processor]`. The version holds blanks and ends with
 * the kernel's build kind (`/RELEASE_X86_64`); a machine may hold one, too (`Power Macintosh`).
 */
function readUnameA(text: string): Uname {
  const line = firstLine(text)
  const start = line === undefined ? null : /^Darwin (\S+) (\d[\w.]*) (.+)$/.exec(line)
  if (!start) return {}
  const [, hostName, release, rest] = start
  const ends = /^(.*\/[A-Z]+_[A-Z0-9_]+) +(\S.*)$/.exec(rest!) ?? /^(.*\S) +(\S+)$/.exec(rest!)
  if (!ends) return { hostName, release, version: rest }
  const machine = ends[2]!.startsWith('Power Macintosh')
    ? 'Power Macintosh'
    : ends[2]!.split(' ')[0]
  return { hostName, release, version: ends[1], machine }
}

/** Lines `name: value` or `name = value`, trimmed; the first of a name counts. */
function readPairs(text: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>()
  for (const line of text.split('\n')) {
    const pair = /^([A-Za-z][\w.]*)(?::| =)(.*)$/.exec(line.trim())
    const value = pair?.[2]!.trim()
    if (pair && value && !pairs.has(pair[1]!)) pairs.set(pair[1]!, value)
  }
  return pairs
}

/** A Rapid Security Response adds `ProductVersionExtra: (a)`. */
function productVersion(software: ReadonlyMap<string, string>): string | undefined {
  const version = software.get('ProductVersion')
  const extra = software.get('ProductVersionExtra')
  return version !== undefined && extra !== undefined ? `${version} ${extra}` : version
}

/** `{ sec = 1611200000, usec = 123456 } Thu Jan 21 …` */
function bootTime(text: string | undefined): number | null {
  const seconds = /\bsec = (\d{1,11}),/.exec(text ?? '')?.[1]
  return seconds === undefined ? null : Number(seconds)
}

function kernelKind(kernelVersion: string | null): KernelKind | null {
  const word = /\/(RELEASE|DEVELOPMENT|DEBUG|KASAN)_/.exec(kernelVersion ?? '')?.[1]
  return (word as KernelKind | undefined) ?? null
}

function firstLine(text: string | undefined): string | undefined {
  return text
    ?.split('\n')
    .map(line => line.trim())
    .find(line => line !== '')
}
