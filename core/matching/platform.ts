import { propertyOf } from '../registry/lookup.ts'
import { readValue } from '../registry/read-value.ts'
import { findString } from '../registry/strings.ts'
import { noString, type Snapshot } from '../registry/snapshot.ts'

/** What the guest's kernel was built for, as far as families differ in it. */
export type Platform = 'arm64' | 'x86' | 'ppc'

/**
 * The platform of the guest, or null where the snapshot does not tell. The root says it where its properties
 * were dumped: `IOKitBuildVersion` ends in `RELEASE_ARM64_T8101`, `RELEASE_X86_64`, `RELEASE_I386`, `RELEASE_PPC`.
 * Else a class does that is on one platform alone; 32-bit ARM counts as arm64, for it has no ACPI either.
 */
export function platformOf(snapshot: Snapshot): Platform | null {
  return platformOfBuild(snapshot) ?? platformOfClasses(snapshot)
}

/** The version of the guest's Darwin: 17 for macOS 10.13. Null where the root does not show it. */
export function darwinVersionOf(snapshot: Snapshot): number | null {
  const version = /^(?:Darwin Kernel|IOKit Component) Version (\d+)\./.exec(
    buildVersionOf(snapshot) ?? '',
  )?.[1]
  return version === undefined ? null : Number(version)
}

function platformOfBuild(snapshot: Snapshot): Platform | null {
  const kinds = /(?:RELEASE|DEVELOPMENT|DEBUG|KASAN)_(ARM64|X86_64|I386|PPC)/
  const built = kinds.exec(buildVersionOf(snapshot) ?? '')?.[1]
  return built === undefined ? null : (platformNamed[built] ?? null)
}

function buildVersionOf(snapshot: Snapshot): string | null {
  const root = snapshot.planes.find(plane => plane.length > 0)?.entry[0]
  if (root === undefined) return null
  const property = propertyOf(snapshot, root, 'IOKitBuildVersion')
  if (property < 0) return null
  const value = readValue(snapshot, property)
  return value.kind === 'string' ? value.text : null
}

const platformNamed: Readonly<Record<string, Platform>> = {
  ARM64: 'arm64',
  X86_64: 'x86',
  I386: 'x86',
  PPC: 'ppc',
}

function platformOfClasses({ strings, entries }: Snapshot): Platform | null {
  const wanted = new Map<number, Platform>()
  for (const [name, platform] of classesOfPlatforms) {
    const index = findString(strings, name)
    if (index !== noString) wanted.set(index, platform)
  }
  if (wanted.size === 0) return null
  for (let entry = 0; entry < entries.length; entry++) {
    const platform = wanted.get(entries.className[entry]!)
    if (platform !== undefined) return platform
  }
  return null
}

const classesOfPlatforms: readonly (readonly [className: string, Platform])[] = [
  ['AppleARMPE', 'arm64'],
  ['AppleACPIPlatformExpert', 'x86'],
  ['MacRISC2PE', 'ppc'],
  ['MacRISC4PE', 'ppc'],
]
