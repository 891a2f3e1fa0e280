import { compareVersions, versionNumber } from './version.ts'

/** One build of a kext: on the host, as a file in the guest, or in its kernel. */
export interface Build {
  readonly version: string | null
  /** `LC_UUID`, upper case with dashes; null where there is none or it is not known. */
  readonly uuid: string | null
  /** ISO 8601, when it was built; null where that is not known. */
  readonly builtAt: string | null
}

/** Are the host's build, the guest's file and the loaded image one and the same? */
export interface BuildComparison {
  readonly bundleIdentifier: string
  /** Null where it is not there, or could not be read. */
  readonly host: Build | null
  readonly file: Build | null
  readonly loaded: Build | null
  readonly verdict:
    | 'same'
    /** The guest's file is not the host's build: push it. */
    | 'file-differs'
    /** The kernel runs another build than the guest's file: reload. */
    | 'loaded-differs'
    | 'both-differ'
    | 'not-loaded'
    | 'not-installed'
    | 'unknown'
  /** What is so, in one sentence. */
  readonly sentence: string
  /** What to do; empty when nothing is. */
  readonly advice: string
}

/** `unknown`: the versions are equal, and one of the two has no UUID that is known. */
export type BuildDifference = 'same' | 'differs' | 'unknown'

/**
 * Two builds of one kext. UUIDs decide where both are known. Versions that differ decide too: then at least the
 * Info.plist is another. Equal versions prove nothing, since a build that was not given a new number shares it with
 * the one before (facts: kexts, sections 3, 6 and 14: kextstat prints a canonical form, so numbers are compared).
 */
export function compareTwoBuilds(a: Build, b: Build): BuildDifference {
  if (a.uuid !== null && b.uuid !== null && a.uuid.toUpperCase() !== b.uuid.toUpperCase())
    return 'differs'
  if (a.version !== null && b.version !== null && !isSameVersion(a.version, b.version))
    return 'differs'
  return a.uuid !== null && b.uuid !== null ? 'same' : 'unknown'
}

function isSameVersion(a: string, b: string): boolean {
  if (versionNumber(a) === null || versionNumber(b) === null) return a.trim() === b.trim()
  return compareVersions(a, b) === 0
}

/**
 * Compares by UUID where both have one, and else by version, which a build that was not given a new number shares
 * with the one before (facts: kexts, sections 3, 6 and 14). Without UUIDs equal versions are `unknown`, never `same`.
 */
export function compareBuilds(input: {
  readonly bundleIdentifier: string
  readonly host: Build | null
  readonly file: Build | null
  readonly loaded: Build | null
}): BuildComparison {
  return { ...input, ...judge(input) }
}

type Judgement = Pick<BuildComparison, 'verdict' | 'sentence' | 'advice'>

function judge({ host, file, loaded }: Parameters<typeof compareBuilds>[0]): Judgement {
  if (file === null) return loaded === null ? nowhere(host) : withoutFile(host, loaded)
  const pushed = host === null ? null : compareTwoBuilds(host, file)
  if (loaded === null) return notLoaded(host, file, pushed)
  const running = compareTwoBuilds(file, loaded)
  if (pushed === 'differs' && running === 'differs') return bothDiffer(host!, file, loaded)
  if (pushed === 'differs')
    return {
      verdict: 'file-differs',
      sentence: `The guest’s file is ${named(file)}, and the build on this host is ${named(host!)}; the kernel runs ${running === 'same' ? 'what the file has' : named(loaded)}.`,
      advice: 'Push the host’s build, and load it again.',
    }
  if (running === 'differs')
    return {
      verdict: 'loaded-differs',
      sentence: `The kernel runs ${named(loaded)}, and the guest’s file is ${named(file)}.`,
      advice: 'Unload the kext and load it again: the kernel does not look at the file before.',
    }
  if (pushed === 'unknown' || running === 'unknown')
    return {
      verdict: 'unknown',
      sentence: `All that is known is version ${file.version ?? loaded.version ?? '(none)'}, and builds of one version cannot be told apart without a UUID.`,
      advice: 'Give each build a CFBundleVersion of its own, or push and load again to be sure.',
    }
  return {
    verdict: 'same',
    sentence:
      host === null
        ? `The kernel runs the guest’s file, ${named(file)}.`
        : `The host’s build, the guest’s file and the loaded kext are one: ${named(file)}.`,
    advice: '',
  }
}

function nowhere(host: Build | null): Judgement {
  return host === null
    ? {
        verdict: 'unknown',
        sentence: 'No build of it could be read, neither on this host nor in the guest.',
        advice: '',
      }
    : {
        verdict: 'not-installed',
        sentence: `The guest has no file of this kext and does not run it; the host’s build is ${named(host)}.`,
        advice: 'Push it.',
      }
}

/** The image outlives its file: the kernel runs what was there when it was loaded. */
function withoutFile(host: Build | null, loaded: Build): Judgement {
  const difference = host === null ? 'unknown' : compareTwoBuilds(host, loaded)
  if (difference === 'differs')
    return {
      verdict: 'loaded-differs',
      sentence: `The kernel runs ${named(loaded)}, and the build on this host is ${named(host!)}; no file of the kext was found in the guest.`,
      advice: 'Unload the kext, push the host’s build and load it.',
    }
  return {
    verdict: 'not-installed',
    sentence: `The kernel runs ${named(loaded)}${difference === 'same' ? ', which is the host’s build' : ''}, and no file of the kext was found in the guest.`,
    advice: 'Push it, or it cannot be loaded again.',
  }
}

function notLoaded(host: Build | null, file: Build, pushed: BuildDifference | null): Judgement {
  if (pushed === 'differs')
    return {
      verdict: 'file-differs',
      sentence: `The guest’s file is ${named(file)}, and the build on this host is ${named(host!)}; the kext is not loaded.`,
      advice: 'Push the host’s build before it is loaded.',
    }
  const known =
    pushed === 'same'
      ? `the host’s build, ${named(file)}`
      : pushed === 'unknown'
        ? `${named(file)}, and whether that is the host’s build cannot be told without a UUID`
        : named(file)
  return {
    verdict: 'not-loaded',
    sentence: `The guest’s file is ${known}; the kext is not loaded.`,
    advice: 'Load it.',
  }
}

function bothDiffer(host: Build, file: Build, loaded: Build): Judgement {
  const runsHosts = compareTwoBuilds(host, loaded) === 'same'
  return {
    verdict: 'both-differ',
    sentence: runsHosts
      ? `The kernel runs the host’s build, ${named(loaded)}, and the guest’s file has been replaced by ${named(file)}.`
      : `There are three builds: ${named(host)} on this host, ${named(file)} as the guest’s file, and ${named(loaded)} in the kernel.`,
    advice: 'Push the host’s build, unload the kext and load it again.',
  }
}

/**
 * `1.2 (0A1B2C3D)`: the beginning of the UUID is enough to tell two apart by eye. When it was built is for whoever
 * shows it, who knows what time it is there.
 */
function named({ version, uuid }: Build): string {
  const what = version === null || version === '' ? 'a build without a version' : version
  return uuid === null ? what : `${what} (${uuid.slice(0, 8)})`
}
