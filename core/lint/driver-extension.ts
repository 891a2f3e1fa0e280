import type { DictionaryValue } from '../registry/property-value.ts'
import { stringAt, valueAt } from '../registry/property-value.ts'
import { isBuildVariable } from './build-variable.ts'

/**
 * Whether an Info.plist is that of a driver extension, which runs in user space and links nothing into the kernel.
 * Where the build has yet to write the package type, a personality with IOUserServerName tells (facts: matching,
 * section 7).
 */
export function isDriverExtension(info: DictionaryValue): boolean {
  const type = stringAt(info, 'CFBundlePackageType')
  if (type === undefined || !isBuildVariable(type)) return type === 'DEXT'
  const all = valueAt(info, 'IOKitPersonalities')
  if (all?.kind !== 'dictionary') return false
  return all.entries.some(
    ([, value]) => value.kind === 'dictionary' && valueAt(value, 'IOUserServerName') !== undefined,
  )
}
