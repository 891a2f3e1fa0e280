import { isBuildVariable } from './build-variable.ts'
import type { PlistFinding, Severity } from './finding.ts'
import type { RuleName } from './rules.ts'

/** What the rules about the kernel's interfaces look at. */
export interface LinkedKext {
  readonly bundleIdentifier: string
  readonly executable: string | null
  readonly libraries: readonly (readonly [bundleIdentifier: string, version: string])[]
}

/**
 * What a kext may link against at all, whatever is installed (facts: kexts, section 4).
 *
 * @param is64Bit the width of its code; null where that is not known
 */
export function kpiFindings(kext: LinkedKext, is64Bit: boolean | null): readonly PlistFinding[] {
  if (kext.executable === null || kext.libraries.length === 0) return []
  const ids = kext.libraries.map(([id]) => id)
  const isOld = (id: string): boolean =>
    id === 'com.apple.kernel' || id.startsWith('com.apple.kernel.')
  const hasKpi = ids.some(id => id.startsWith('com.apple.kpi.'))
  const findings: PlistFinding[] = []
  const add = (
    severity: Severity,
    rule: RuleName,
    id: string | null,
    sentence: string,
    advice: string,
  ): void =>
    void findings.push({
      severity,
      rule,
      keyPath: id === null ? ['OSBundleLibraries'] : ['OSBundleLibraries', id],
      sentence,
      advice,
    })
  const useKpi =
    'Name the com.apple.kpi.* libraries in their place: libkern, iokit, mach, bsd, unsupported.'

  if (ids.includes('com.apple.kernel'))
    add(
      is64Bit === true ? 'error' : 'warning',
      'kpi-bare-kernel',
      'com.apple.kernel',
      'OSBundleLibraries names com.apple.kernel itself, which no kext may link against.',
      useKpi,
    )
  if (hasKpi && ids.some(isOld))
    add(
      'error',
      'kpi-mixed',
      ids.find(isOld)!,
      'OSBundleLibraries mixes com.apple.kpi.* with com.apple.kernel.*; use only the former.',
      useKpi,
    )
  else if (is64Bit !== false && ids.some(id => isOld(id) && id !== 'com.apple.kernel'))
    add(
      is64Bit === true ? 'error' : 'warning',
      'kpi-old',
      ids.find(id => isOld(id) && id !== 'com.apple.kernel')!,
      '64-bit kexts must link against com.apple.kpi.*, not com.apple.kernel.*.',
      useKpi,
    )
  // An identifier that the build has yet to write may be Apple's.
  const isApple =
    kext.bundleIdentifier.startsWith('com.apple.') || isBuildVariable(kext.bundleIdentifier)
  if (ids.includes('com.apple.kpi.private') && !isApple)
    add(
      'error',
      'kpi-private',
      'com.apple.kpi.private',
      'Only Apple’s kexts may link against com.apple.kpi.private.',
      'Do without what it has, or look for it in com.apple.kpi.unsupported.',
    )
  if (!hasKpi && !ids.some(isOld))
    add(
      'warning',
      'kpi-missing',
      null,
      'OSBundleLibraries names no com.apple.kpi.* library; the kext tools warn about that.',
      'Declare the interfaces of the kernel that the code uses: com.apple.kpi.libkern, com.apple.kpi.iokit and so on.',
    )
  return findings
}
