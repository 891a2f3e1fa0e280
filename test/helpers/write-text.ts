import type { PropertyValue } from '../../core/registry/property-value.ts'
import type { ModelEntry } from './registry-model.ts'

/** What `ioreg` prints (facts: ioreg, sections 3 to 5), written the plain way. */
export interface TextForm {
  readonly era?: '10.0' | '10.2' | '10.4' | '10.5' | '10.6' | '13'
  /** Strings as the era converts them; else they are written as they are. */
  readonly convertsStrings?: boolean
  /** `-i` */
  readonly hasChains?: boolean
  /** Without `-l`. */
  readonly hasNoProperties?: boolean
  /** `-x` */
  readonly isHex?: boolean
  readonly lineBreak?: string
}

export function writeText(root: ModelEntry, form: TextForm = {}): string {
  const lines: string[] = []
  writeNode(root, [], form, lines)
  return lines.map(line => line + (form.lineBreak ?? '\n')).join('')
}

/** A root that was written alone, as it is with clients. */
export function openRoot(text: string): string {
  return text.replaceAll(/^ {4}/gm, '  | ')
}

/** A node with its clients that was written alone, as a client of the root's. */
export function belowRoot(text: string, hasSibling: boolean): string {
  const lines = hasSibling ? text.replaceAll(/^ {2}/gm, '| ') : text
  return lines.replaceAll(/^(?=.)/gm, '  ')
}

/** As `ioreg -r`: each match a tree of its own, followed by an empty line. */
export function writeTextOfMatches(matches: readonly ModelEntry[], form: TextForm = {}): string {
  return matches.map(match => writeText(match, form) + (form.lineBreak ?? '\n')).join('')
}

/** @param more for each level above, whether more siblings follow there */
function writeNode(entry: ModelEntry, more: boolean[], form: TextForm, lines: string[]): void {
  const bars = (levels: boolean[]) => levels.map(isOpen => (isOpen ? '| ' : '  ')).join('')
  const depth = more.length === 0 ? 0 : more.length - 1
  lines.push(`${bars(more.slice(0, depth))}+-o ${nodeLine(entry, form)}`)
  if (!form.hasNoProperties) {
    const slots = more.length === 0 ? [false] : more
    const prefix = bars([...slots, entry.clients.length > 0])
    lines.push(`${prefix}{`)
    for (const [key, value] of entry.properties) {
      lines.push(`${prefix}  "${key}" = ${textValue(value, form)}`)
    }
    lines.push(`${prefix}}`, prefix)
  }
  entry.clients.forEach((client, i) => {
    const above = more.length === 0 ? [false] : more
    writeNode(client, [...above, i < entry.clients.length - 1], form, lines)
  })
}

export function nodeLine(entry: ModelEntry, form: TextForm = {}): string {
  const { service } = entry
  const era = form.era ?? '10.6'
  const parts = [form.hasChains ? entry.classChain.join(':') : entry.classChain.at(-1)!]
  const isNew = era === '10.6' || era === '13'
  if (isNew && entry.id !== null) parts.push(`id 0x${entry.id.toString(16)}`)
  if (service && era !== '10.0' && era !== '10.2') {
    const clear = (bit: number) => ((service.state & bit) === 0 ? '!' : '')
    parts.push(`${clear(2)}registered`, `${clear(4)}matched`)
    parts.push((service.state & 1) === 0 ? 'active' : 'inactive')
    const ms = isNew && service.busyTimeNs > 0n ? ` (${service.busyTimeNs / 1_000_000n} ms)` : ''
    parts.push(`busy ${service.busyCount}${ms}`)
  }
  if (era === '10.4') parts.push(`retain count ${entry.retainCount}`)
  if (era === '10.5' || isNew) parts.push(`retain ${entry.retainCount}`)
  const location = entry.location === null ? '' : `@${entry.location}`
  return `${entry.name}${location}  <class ${parts.join(', ')}>`
}

export function textValue(value: PropertyValue, form: TextForm = {}): string {
  switch (value.kind) {
    case 'string':
      return isPrinted(value.text, form) ? `"${value.text}"` : ''
    case 'integer': {
      const unsigned = BigInt.asUintN(64, value.value)
      if (form.era === '10.0' && !form.isHex) return String(BigInt.asIntN(64, value.value))
      return form.isHex ? `0x${unsigned.toString(16)}` : String(unsigned)
    }
    case 'boolean':
      return value.value ? 'Yes' : 'No'
    case 'data': {
      const isOld = ['10.0', '10.2', '10.4'].includes(form.era ?? '10.6')
      const runs = form.isHex ? null : textRuns(value.bytes, isOld)
      return runs
        ? `<${runs.map(run => `"${run}"`).join(',')}>`
        : `<${Buffer.from(value.bytes).toString('hex')}>`
    }
    case 'array':
      return `(${value.items.map(item => textValue(item, form)).join(',')})`
    case 'set':
      return `[${value.items.map(item => textValue(item, form)).join(',')}]`
    case 'dictionary':
      return `{${value.entries.map(([key, item]) => `"${key}"=${textValue(item, form)}`).join(',')}}`
    case 'missing':
      return ''
    default:
      throw new Error(`text cannot hold a value that is ${value.kind}`)
  }
}

/** The rule by which data prints as text, for ASCII (facts: ioreg, section 5), or null: as hexadecimal. */
export function textRuns(bytes: Uint8Array, toleratesPadding = false): string[] | null {
  if (bytes.length <= 1) return null
  const whole = Buffer.from(bytes).toString('latin1')
  const text = toleratesPadding ? whole.replace(/\0+$/, '') : whole
  if (!/^([ -~]+\0)*[ -~]+\0?$/.test(text)) return null
  return text.replace(/\0$/, '').split('\0')
}

/** Does the tool print a string, or nothing (facts: ioreg, section 5)? */
function isPrinted(text: string, form: TextForm): boolean {
  if (!form.convertsStrings) return true
  if (form.era === '13') return Buffer.byteLength(text) <= text.length + 1
  if ([...text].some(character => !macRoman.includes(character))) return false
  if (/^[\0-\x7f]*$/.test(text)) return true
  throw new Error('this writer has no MacRoman bytes')
}

const macRoman = new TextDecoder('macintosh').decode(Uint8Array.from({ length: 256 }, (_, i) => i))
