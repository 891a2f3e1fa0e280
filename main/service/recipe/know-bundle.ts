import type { Expectations } from '../../../core/expectations/expectations.ts'
import type { BuildComparison } from '../../../core/kext/compare-builds.ts'
import type { LintReport } from '../../../core/lint/lint-report.ts'
import type { InstalledKext } from '../../../core/kext/kext.ts'
import { preflightBundle, type Preflight } from '../../../core/preflight/preflight.ts'
import { lintGuestOf, lintPath } from '../lint-bundle.ts'
import { inspectBundle, readPlugIns } from '../local-bundle.ts'
import { lookAtBuilds } from './builds.ts'
import { expectationsFor } from './expectations.ts'
import { installedIn, type RecipeFacts } from './facts.ts'
import { wouldMatchOf } from '../../../core/preflight/would-match.ts'

/** A bundle before anything is done with it: what it is, what it would do, and where to stop and ask. */
export interface KnownBundle {
  readonly kext: InstalledKext
  /** `MyKext.kext` */
  readonly name: string
  readonly guestPath: string
  readonly hostPath: string | null
  readonly buildUuid: string | null
  /** The classes that its code defines; null where that is not known. */
  readonly classes: readonly string[] | null
  /** Before anything is done. */
  readonly builds: BuildComparison
  readonly preflight: Preflight
  /** Null where nothing is verified. */
  readonly expectations: Expectations | null
}

interface Asking {
  readonly guestPath: string
  /** The plan unloads what is loaded before it loads. */
  readonly unloadsFirst: boolean
  /** Undefined where nothing is verified. */
  readonly expectationsPath: string | null | undefined
}

/** One of the host's disk. */
export async function knowHostBundle(
  bundlePath: string,
  asking: Omit<Asking, 'guestPath'>,
  facts: RecipeFacts,
): Promise<KnownBundle> {
  const { kext, name, path } = await inspectBundle(bundlePath)
  const guestPath = `/Library/Extensions/${name}`
  const lint = await lintPath(path, lintGuestOf(facts.taken), facts.signal)
  const plugIns = await readPlugIns(path)
  return know(kext, name, { lint, hostPath: path, plugIns }, { ...asking, guestPath }, facts)
}

/** One that lies in the guest. */
export async function knowGuestBundle(
  kext: InstalledKext,
  name: string,
  asking: Asking,
  facts: RecipeFacts,
): Promise<KnownBundle> {
  return know(kext, name, { lint: null, hostPath: null, plugIns: [] }, asking, facts)
}

interface OnHost {
  readonly lint: LintReport | null
  readonly hostPath: string | null
  /** Those of a bundle that lies in the guest are among what is installed there. */
  readonly plugIns: readonly InstalledKext[]
}

async function know(
  kext: InstalledKext,
  name: string,
  { lint, hostPath, plugIns }: OnHost,
  { guestPath, unloadsFirst, expectationsPath }: Asking,
  facts: RecipeFacts,
): Promise<KnownBundle> {
  const { taken, guest } = facts
  const { bundleIdentifier } = kext
  const matches = wouldMatchOf(taken, kext)
  const places = { bundleIdentifier, hostPath, guestPath }
  const { comparison: builds, classes } = await lookAtBuilds(places, facts)
  const input = {
    bundle: kext,
    plugIns,
    lint,
    builds,
    wouldMatch: matches,
    guest: {
      identity: guest.identity,
      installed: installedIn(facts),
      loaded: taken.capture.kexts,
    },
    isVirtualMachine: guest.target.isVirtualMachine,
    targetLabel: guest.target.label,
    unloadsFirst,
  }
  const preflight = preflightBundle(input)
  return {
    kext,
    name,
    guestPath,
    hostPath,
    buildUuid: builds.host?.uuid ?? null,
    classes,
    builds,
    preflight,
    expectations:
      expectationsPath === undefined
        ? null
        : await expectationsFor(kext, { expectationsPath, hostPath, classes, wouldMatch: matches }),
  }
}
