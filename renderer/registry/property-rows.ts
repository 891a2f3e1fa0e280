import type { PropertyValue } from '../../core/registry/property-value.ts'

/**
 * Properties as rows of one height, so that a megabyte of data scrolls like anything else: nested values,
 * lines of a hex dump and pieces of long text are rows of their own, made only below what is open.
 */
export type PropertyRow =
  | {
      readonly kind: 'value'
      /** Tells rows apart: the way from the entry's properties down, as in `IOKit/0/Name`. */
      readonly path: string
      readonly depth: number
      readonly key: string
      readonly value: PropertyValue
      readonly isExpandable: boolean
      readonly isOpen: boolean
    }
  | {
      readonly kind: 'hex'
      readonly path: string
      readonly depth: number
      readonly bytes: Uint8Array
      readonly offset: number
      readonly bytesPerRow: number
    }
  | { readonly kind: 'text'; readonly path: string; readonly depth: number; readonly text: string }
  | { readonly kind: 'more'; readonly path: string; readonly depth: number; readonly text: string }

export type NamedValue = readonly [key: string, value: PropertyValue]

const textPerRow = 64
/** What does not fit a row's value column, and so can be opened. */
const longText = 48
const shortData = 8
/** A dump may hold anything; a list longer than this is cut, and says so. */
const mostChildren = 20_000

export function propertyRows(
  properties: readonly NamedValue[],
  open: ReadonlySet<string>,
  bytesPerRow = 16,
): readonly PropertyRow[] {
  const rows: PropertyRow[] = []
  const making = { rows, open, bytesPerRow }
  for (const [index, [key, value]] of properties.entries()) {
    addValue(making, `${index}`, 0, key, value)
  }
  return rows
}

interface Making {
  readonly rows: PropertyRow[]
  readonly open: ReadonlySet<string>
  readonly bytesPerRow: number
}

function addValue(
  making: Making,
  path: string,
  depth: number,
  key: string,
  value: PropertyValue,
): void {
  const isExpandable = canExpand(value)
  const isOpen = isExpandable && making.open.has(path)
  making.rows.push({ kind: 'value', path, depth, key, value, isExpandable, isOpen })
  if (isOpen) addInside(making, path, depth + 1, value)
}

function addInside(making: Making, path: string, depth: number, value: PropertyValue): void {
  const { rows, bytesPerRow } = making
  switch (value.kind) {
    case 'dictionary':
    case 'array':
    case 'set': {
      const items: readonly NamedValue[] =
        value.kind === 'dictionary'
          ? value.entries
          : value.items.map((item, index) => [String(index), item] as const)
      items.slice(0, mostChildren).forEach(([key, item], index) => {
        addValue(making, `${path}/${index}`, depth, key, item)
      })
      if (items.length > mostChildren) {
        const text = `${(items.length - mostChildren).toLocaleString('en-US')} more are not shown`
        rows.push({ kind: 'more', path: `${path}/more`, depth, text })
      }
      return
    }
    case 'data': {
      const { bytes } = value
      for (let offset = 0; offset < bytes.length; offset += bytesPerRow) {
        const line = bytes.subarray(offset, offset + bytesPerRow)
        rows.push({
          kind: 'hex',
          path: `${path}/x${offset}`,
          depth,
          bytes: line,
          offset,
          bytesPerRow,
        })
      }
      return
    }
    case 'string':
    case 'unreadable': {
      const text = value.kind === 'string' ? value.text : value.raw
      pieces(text).forEach((piece, index) => {
        rows.push({ kind: 'text', path: `${path}/t${index}`, depth, text: piece })
      })
      return
    }
    case 'integer':
    case 'real':
    case 'boolean':
    case 'date':
    case 'missing':
      return
  }
}

function canExpand(value: PropertyValue): boolean {
  switch (value.kind) {
    case 'dictionary':
      return value.entries.length > 0
    case 'array':
    case 'set':
      return value.items.length > 0
    case 'data':
      return value.bytes.length > shortData
    case 'string':
      return value.text.length > longText || value.text.includes('\n')
    case 'unreadable':
      return value.raw.length > longText || value.raw.includes('\n')
    default:
      return false
  }
}

/** Lines, and long lines cut; by characters, so that no pair of surrogates is torn. */
function pieces(text: string): readonly string[] {
  return text.split('\n').flatMap(line => {
    const characters = Array.from(line)
    const cut: string[] = []
    for (let at = 0; at < characters.length; at += textPerRow) {
      cut.push(characters.slice(at, at + textPerRow).join(''))
    }
    return cut.length > 0 ? cut : ['']
  })
}
