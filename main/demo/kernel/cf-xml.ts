import { assertNever } from '../../../core/failure.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'

/**
 * Property lists as CoreFoundation's XML writer lays them out: one tab a level, dictionary keys in code
 * unit order, base64 in lines that grow shorter with the indent, integers signed.
 */
export const xmlProlog =
  '<?xml version="1.0" encoding="UTF-8"?>\n' +
  '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n' +
  '<plist version="1.0">\n'
export const xmlEpilog = '</plist>\n'

const tabs = (depth: number): string => '\t'.repeat(depth)

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

export function xmlKey(key: string, depth: number): string {
  return `${tabs(depth)}<key>${escapeXml(key)}</key>\n`
}

export function byCodeUnit(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}

/** One value, every line of it indented and ended by a newline. */
export function xmlValue(value: PropertyValue, depth: number): string {
  const indent = tabs(depth)
  switch (value.kind) {
    case 'string':
      return `${indent}<string>${escapeXml(value.text)}</string>\n`
    case 'integer':
      return `${indent}<integer>${BigInt.asIntN(64, value.value)}</integer>\n`
    case 'real':
      return `${indent}<real>${value.value}</real>\n`
    case 'boolean':
      return `${indent}<${value.value ? 'true' : 'false'}/>\n`
    case 'data':
      return `${indent}<data>\n${base64Lines(value.bytes, depth)}${indent}</data>\n`
    case 'date':
      return `${indent}<date>${value.iso}</date>\n`
    case 'array':
      return xmlArray(value.items, depth)
    // A set cannot be written (facts: ioreg, section 7); the demo machine has none.
    case 'set':
      return xmlArray(value.items, depth)
    case 'dictionary': {
      if (value.entries.length === 0) return `${indent}<dict/>\n`
      const entries = [...value.entries]
        .sort(([a], [b]) => byCodeUnit(a, b))
        .map(([key, item]) => xmlKey(key, depth + 1) + xmlValue(item, depth + 1))
        .join('')
      return `${indent}<dict>\n${entries}${indent}</dict>\n`
    }
    case 'missing':
    case 'unreadable':
      return `${indent}<string></string>\n`
    default:
      return assertNever(value)
  }
}

function xmlArray(items: readonly PropertyValue[], depth: number): string {
  const indent = tabs(depth)
  if (items.length === 0) return `${indent}<array/>\n`
  return `${indent}<array>\n${items.map(item => xmlValue(item, depth + 1)).join('')}${indent}</array>\n`
}

/**
 * 76 characters less 8 for every level of indent, of which at most 8 count: 68 for a property of the root,
 * 12 from the eighth level on. Tabs are written for as many levels.
 */
function base64Lines(bytes: Uint8Array, depth: number): string {
  const level = Math.min(depth, 8)
  const width = 76 - 8 * level
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  let lines = ''
  for (let at = 0; at < base64.length; at += width) {
    lines += `${tabs(level)}${base64.slice(at, at + width)}\n`
  }
  return lines
}
