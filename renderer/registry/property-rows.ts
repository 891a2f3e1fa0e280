import { compareValues, type ValueChange } from '../../core/diff/compare-values.ts'
import type { PropertyValue } from '../../core/registry/property-value.ts'

export type NamedValue = readonly [key: string, value: PropertyValue]

/** What became of a value between two captures; null where nothing is compared. */
export type RowChange = 'same' | 'changed' | 'added' | 'removed'

/** A property, or a value inside one, as it is and, in a comparison, as it was. */
export interface PropertyItem {
  readonly key: string
  /** Undefined: it is gone. */
  readonly value: PropertyValue | undefined
  /** Undefined: it was not there, or nothing is compared. */
  readonly before: PropertyValue | undefined
  readonly change: RowChange | null
  /** The noise rule that makes its change count for nothing, or null. */
  readonly noise: string | null
}

interface RowPlace {
  /** Tells rows apart, and is the same for the same keys of another entry: keys with NULs between. */
  readonly path: string
  readonly depth: number
  /** Counted from 1 among its siblings, and how many they are. */
  readonly position: number
  readonly setSize: number
  readonly isExpandable: boolean
  readonly isOpen: boolean
}

/** Properties as rows of one height; nested values are rows of their own, made only below what is open. */
export type PropertyRow =
  | (RowPlace & {
      readonly kind: 'value'
      readonly item: PropertyItem
      /** Keys and indices from the property down to the value; empty for the property itself. */
      readonly way: readonly string[]
      /** The nearest key above it that is none of an array: what tells its meaning. */
      readonly meaningKey: string
    })
  | (RowPlace & { readonly kind: 'more'; readonly text: string })

export type ValueRow = Extract<PropertyRow, { kind: 'value' }>

/** A dump may hold anything; a list longer than this is cut, and says so. */
const mostChildren = 20_000

/** Properties of which nothing else is known. */
export function plainItems(properties: readonly NamedValue[]): readonly PropertyItem[] {
  return properties.map(([key, value]) => plainItem(key, value))
}

function plainItem(key: string, value: PropertyValue): PropertyItem {
  return { key, value, before: undefined, change: null, noise: null }
}

export function propertyRows(
  items: readonly PropertyItem[],
  open: ReadonlySet<string>,
): readonly PropertyRow[] {
  const rows: PropertyRow[] = []
  addItems({ rows, open }, items, '', 0, null)
  return rows
}

interface Making {
  readonly rows: PropertyRow[]
  readonly open: ReadonlySet<string>
}

interface Above {
  readonly way: readonly string[]
  readonly meaningKey: string
  readonly isDictionary: boolean
}

function addItems(
  making: Making,
  items: readonly PropertyItem[],
  parent: string,
  depth: number,
  above: Above | null,
): void {
  const { rows, open } = making
  const seen = new Map<string, number>()
  const setSize = Math.min(items.length, mostChildren + 1)
  for (const [index, item] of items.slice(0, mostChildren).entries()) {
    const times = seen.get(item.key) ?? 0
    seen.set(item.key, times + 1)
    // A key may come twice in a dump.
    const path = `${parent}${item.key}${times === 0 ? '' : `\0\0${times}`}\0`
    const isExpandable = hasChildren(item)
    const isOpen = isExpandable && open.has(path)
    const way = above ? [...above.way, item.key] : []
    const meaningKey = above && !above.isDictionary ? above.meaningKey : item.key
    const position = index + 1
    const place = { path, depth, position, setSize, isExpandable, isOpen }
    rows.push({ kind: 'value', ...place, item, way, meaningKey })
    if (!isOpen) continue
    const isDictionary = (item.value ?? item.before)?.kind === 'dictionary'
    addItems(making, childItems(item), path, depth + 1, { way, meaningKey, isDictionary })
  }
  if (items.length > mostChildren) {
    const text = `${(items.length - mostChildren).toLocaleString('en-US')} more are not shown`
    const place = { path: `${parent}\0more`, depth, position: setSize, setSize }
    rows.push({ kind: 'more', ...place, isExpandable: false, isOpen: false, text })
  }
}

function hasChildren({ value, before }: PropertyItem): boolean {
  return countInside(value) + countInside(before) > 0
}

function countInside(value: PropertyValue | undefined): number {
  if (value?.kind === 'dictionary') return value.entries.length
  return value?.kind === 'array' || value?.kind === 'set' ? value.items.length : 0
}

/** What stands inside a value: what is there now, and in its place what is gone. */
export function childItems(item: PropertyItem): readonly PropertyItem[] {
  const { value, before, change } = item
  if (value === undefined || change !== 'changed' || before === undefined) {
    return namedChildren(value ?? before).map(([key, child]) => plainItem(key, child))
  }
  if (value.kind === 'set' && before.kind === 'set') return comparedSet(before, value)
  if (value.kind === before.kind) return comparedItems(namedChildren(before), namedChildren(value))
  return namedChildren(value).map(([key, child]) => plainItem(key, child))
}

function namedChildren(value: PropertyValue | undefined): readonly NamedValue[] {
  if (value?.kind === 'dictionary') return value.entries
  if (value?.kind !== 'array' && value?.kind !== 'set') return []
  return value.items.map((item, index) => [String(index), item])
}

/** Two lists of named values as one, in the order of the later; what is gone follows what it followed. */
export function comparedItems(
  before: readonly NamedValue[],
  after: readonly NamedValue[],
  isSame: (before: PropertyValue, after: PropertyValue) => boolean = areAlike,
): readonly PropertyItem[] {
  const waiting = new Map<string, number[]>()
  for (const [index, [key]] of before.entries()) {
    const places = waiting.get(key)
    if (places) places.push(index)
    else waiting.set(key, [index])
  }
  const partners = after.map(([key]) => waiting.get(key)?.shift() ?? -1)
  const isPaired = new Uint8Array(before.length)
  for (const partner of partners) if (partner >= 0) isPaired[partner] = 1
  const items: PropertyItem[] = []
  const goneAfter = (from: number) => {
    for (let at = from; at < before.length && isPaired[at] === 0; at++) {
      const [key, value] = before[at]!
      items.push({ key, value: undefined, before: value, change: 'removed', noise: null })
    }
  }
  goneAfter(0)
  for (const [index, [key, value]] of after.entries()) {
    const partner = partners[index]!
    const old = before[partner]?.[1]
    const change = old === undefined ? 'added' : isSame(old, value) ? 'same' : 'changed'
    items.push({ key, value, before: old, change, noise: null })
    if (partner >= 0) goneAfter(partner + 1)
  }
  return items
}

function areAlike(before: PropertyValue, after: PropertyValue): boolean {
  return compareValues(before, after, true) !== 'different'
}

type SetValue = Extract<PropertyValue, { kind: 'set' }>

/** Items of a set have no places: those that came or went are told by `compareValues`. */
function comparedSet(before: SetValue, after: SetValue): readonly PropertyItem[] {
  const changes: ValueChange[] = []
  compareValues(before, after, true, changes, mostChildren)
  const added = new Set(changes.map(change => change.after))
  const now = after.items.map((value, index): PropertyItem => {
    const change = added.has(value) ? 'added' : 'same'
    return { key: String(index), value, before: undefined, change, noise: null }
  })
  const gone = changes.flatMap(({ before: value, after: none }): PropertyItem[] =>
    value && !none
      ? [{ key: '−', value: undefined, before: value, change: 'removed', noise: null }]
      : [],
  )
  return [...now, ...gone]
}
