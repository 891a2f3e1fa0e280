import { stringAt } from '../../../core/registry/property-value.ts'
import { parseInfoPlist } from '../kernel/kexts/info-plist.ts'
import type { Program } from '../program.ts'

const plistPath = '/System/Library/CoreServices/SystemVersion.plist'

const fields = [
  { option: '-productName', label: 'ProductName', key: 'ProductName' },
  { option: '-productVersion', label: 'ProductVersion', key: 'ProductVersion' },
  { option: '-buildVersion', label: 'BuildVersion', key: 'ProductBuildVersion' },
] as const

/** `sw_vers`: one tab after the colon, up to macOS 11 (facts: logs-and-misc, section 4). */
export function swVers(): Program {
  return async process => {
    const info = process.files.exists(plistPath)
      ? parseInfoPlist(process.files.read(plistPath, process))
      : null
    if (!info) {
      await process.stderr(`${plistPath} not found!\n`)
      return 1
    }
    const wanted = process.argv[1]?.replace(/^--/, '-')
    if (wanted !== undefined) {
      const field = fields.find(f => f.option === wanted)
      if (!field) {
        await process.stderr('Usage: sw_vers [-productName|-productVersion|-buildVersion]\n')
        return 1
      }
      await process.stdout(`${stringAt(info, field.key) ?? ''}\n`)
      return 0
    }
    for (const { label, key } of fields) {
      await process.stdout(`${label}:\t${stringAt(info, key) ?? ''}\n`)
    }
    return 0
  }
}
