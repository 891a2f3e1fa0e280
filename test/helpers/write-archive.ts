import type { PropertyValue } from '../../core/registry/property-value.ts'
import type { ModelEntry } from './registry-model.ts'

/** What `ioreg -a` prints (facts: ioreg, section 7), written the plain way. */
export interface ArchiveForm {
  /** As with `-i` on macOS 11 and later: `IOObjectInheritance` is there. */
  readonly hasChains?: boolean
  /** As written by 10.8 to 10.13: `IOObjectClass` holds the name. */
  readonly hasNamesForClasses?: boolean
  /** Without `-l`. */
  readonly hasNoProperties?: boolean
}

const head = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
`

export function writeArchive(root: ModelEntry, form: ArchiveForm = {}): string {
  return `${head}${writeArchiveNode(root, 0, form)}</plist>\n`
}

/** As `ioreg -a -r`: an array of the matches. */
export function writeArchiveOfMatches(
  matches: readonly ModelEntry[],
  form: ArchiveForm = {},
): string {
  const nodes = matches.map(match => writeArchiveNode(match, 1, form)).join('')
  return `${head}<array>\n${nodes}</array>\n</plist>\n`
}

export function writeArchiveNode(entry: ModelEntry, indent: number, form: ArchiveForm): string {
  const tabs = '\t'.repeat(indent)
  const inner = indent + 1
  const pairs = new Map<string, string>()
  if (!form.hasNoProperties) {
    for (const [key, value] of entry.properties) pairs.set(key, xmlValue(value, inner))
  }
  const put = (key: string, value: PropertyValue) => pairs.set(key, xmlValue(value, inner))
  if (entry.clients.length > 0) {
    const clients = entry.clients.map(client => writeArchiveNode(client, inner + 1, form)).join('')
    const innerTabs = '\t'.repeat(inner)
    pairs.set('IORegistryEntryChildren', `${innerTabs}<array>\n${clients}${innerTabs}</array>\n`)
  }
  if (entry.id !== null) put('IORegistryEntryID', integer(entry.id))
  put('IORegistryEntryName', string(entry.name))
  if (entry.location !== null) put('IORegistryEntryLocation', string(entry.location))
  put('IOObjectClass', string(form.hasNamesForClasses ? entry.name : entry.classChain.at(-1)!))
  if (form.hasChains) {
    put('IOObjectInheritance', { kind: 'array', items: entry.classChain.map(string) })
  }
  put('IOObjectRetainCount', integer(BigInt(entry.retainCount)))
  if (entry.service) {
    put('IOServiceState', integer(BigInt(entry.service.state)))
    put('IOServiceBusyState', integer(BigInt(entry.service.busyCount)))
    put('IOServiceBusyTime', integer(entry.service.busyTimeNs))
  }
  const innerTabs = '\t'.repeat(inner)
  const lines = [...pairs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${innerTabs}<key>${escapeXml(key)}</key>\n${value}`)
  return `${tabs}<dict>\n${lines.join('')}${tabs}</dict>\n`
}

function string(text: string): PropertyValue {
  return { kind: 'string', text }
}

function integer(value: bigint): PropertyValue {
  return { kind: 'integer', value }
}

/** CoreFoundation's layout: tabs, data broken into lines, no element for an empty container but itself. */
export function xmlValue(value: PropertyValue, indent: number): string {
  const tabs = '\t'.repeat(indent)
  switch (value.kind) {
    case 'string':
      return `${tabs}<string>${escapeXml(value.text)}</string>\n`
    case 'integer':
      return `${tabs}<integer>${BigInt.asIntN(64, value.value)}</integer>\n`
    case 'real':
      return `${tabs}<real>${value.value}</real>\n`
    case 'boolean':
      return `${tabs}<${value.value}/>\n`
    case 'data': {
      const base64 = Buffer.from(value.bytes).toString('base64')
      // CoreFoundation: lines of 76 columns, a tab counts 8, and eight tabs at most are written.
      const dataTabs = Math.min(indent, 8)
      const lineTabs = '\t'.repeat(dataTabs)
      const width = 76 - 8 * dataTabs
      let lines = ''
      for (let at = 0; at < base64.length; at += width) {
        lines += `${lineTabs}${base64.slice(at, at + width)}\n`
      }
      return `${tabs}<data>\n${lines}${tabs}</data>\n`
    }
    case 'date':
      return `${tabs}<date>${value.iso}</date>\n`
    case 'array':
    case 'set': {
      if (value.items.length === 0) return `${tabs}<array/>\n`
      const items = value.items.map(item => xmlValue(item, indent + 1)).join('')
      return `${tabs}<array>\n${items}${tabs}</array>\n`
    }
    case 'dictionary': {
      if (value.entries.length === 0) return `${tabs}<dict/>\n`
      const entries = value.entries
        .map(
          ([key, item]) => `${tabs}\t<key>${escapeXml(key)}</key>\n${xmlValue(item, indent + 1)}`,
        )
        .join('')
      return `${tabs}<dict>\n${entries}${tabs}</dict>\n`
    }
    default:
      throw new Error(`an archive cannot hold a value that is ${value.kind}`)
  }
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
