import { grouped } from './number-words.ts'
import { hasBit, type BitSet } from '../../core/registry/bit-set.ts'
import type { EntryIndex, Snapshot } from '../../core/registry/snapshot.ts'
import { entryName } from '../registry/entry-facts.ts'
import type { ColourScale } from './frame/colour-scale.ts'
import { boundsOf, noColour, type Mark, type Scene } from './frame/scene.ts'
import type { MapCell, MapPicture, MapShape } from './registry-map-layout.ts'
import { shortSize, sizeText, type MapSize } from './registry-map-sizes.ts'
import { firstOf, type MapId, type MapKind, type MapTree } from './registry-map-tree.ts'
import { splitIdentifier } from './kext-families.ts'
import { visibleText } from '../widgets/visible-text.ts'

export interface MapSceneInput {
  readonly snapshot: Snapshot
  readonly tree: MapTree
  readonly picture: MapPicture
  readonly colours: ColourScale
  readonly size: MapSize
  readonly shape: MapShape
  readonly title: string
  /** Entries that the filter found; areas without any are faint. */
  readonly hits?: BitSet | null
}

/** The areas as marks: tiles, groups where others lie in them, and cards for the others that are not drawn. */
export function mapScene(input: MapSceneInput): Scene {
  const { tree, picture, colours } = input
  const { cells } = picture
  const hasParts = new Set(cells.map(({ parent }) => parent))
  const slots = slotsOf(colours, input.snapshot.entries.length)
  const counts = countAll(tree, cells, colours.slots.length, slots)
  const marks = cells.map((cell, n): Mark => {
    const mark = markOf(input, cell, counts[n]!, hasParts.has(n))
    const around = counts[cell.parent]
    if (input.shape !== 'treemap' || cell.depth < 2) return mark
    const isOfItsName = !cell.others && cellLabel(input, cells[cell.parent]!) === mark.label
    return {
      ...mark,
      ...(most(around!) === mark.colour ? { hasNoSign: true } : {}),
      ...(isOfItsName ? { hasNoName: true } : {}),
    }
  })
  return {
    title: input.title,
    marks,
    links: [],
    bounds: boundsOf(marks),
    leftOut: mapLeftOut(input),
    ...(counts[0] ? { counts: counts[0] } : {}),
    isTree: true,
    table: {
      columns: [
        { title: 'Level', track: '64px', isNumeric: true },
        { title: 'Name', track: 'minmax(220px, 2fr)' },
        { title: 'In', track: 'minmax(160px, 1.4fr)' },
        { title: 'What', track: '90px' },
        { title: 'Size', track: '120px', isNumeric: true },
        { title: 'Share', track: '80px', isNumeric: true },
        { title: 'Entries', track: '90px', isNumeric: true },
        { title: `Mostly, by ${colours.title.toLowerCase()}`, track: 'minmax(120px, 1fr)' },
      ],
      rows: cells.map((cell, n) => ({
        key: cellKey(tree, cell),
        cells: [
          String(cell.depth),
          cellLabel(input, cell),
          cell.parent < 0 ? '–' : cellLabel(input, cells[cell.parent]!),
          kindWord(tree, cell),
          shortSize(cell.value, input.size),
          share(cell.value, picture.value),
          grouped(cell.entries),
          mostlyText(colours, counts[n]!),
        ],
      })),
    },
  }
}

/** The key of the smallest area that is drawn and has the entry in it. */
export function cellWith(tree: MapTree, { cells }: MapPicture, entry: EntryIndex): string | null {
  const way = tree.wayTo(entry)
  const depthOf = new Map(way.map((id, n) => [id, n]))
  let found: MapCell | null = null
  for (const cell of cells) {
    const at = depthOf.get(cell.id)
    if (at === undefined) continue
    if (cell.others) {
      const next = way[at + 1]
      if (next === undefined) continue
      const place = Array.prototype.indexOf.call(tree.childrenOf(cell.id), next)
      if (place < cell.others.from || place >= cell.others.to) continue
    }
    if (!found || cell.depth >= found.depth) found = cell
  }
  return found && cellKey(tree, found)
}

export function cellKey(tree: MapTree, cell: MapCell): string {
  const entry = cell.others ? -1 : tree.entryOf(cell.id)
  return entry >= 0 ? `entry:${entry}:${cell.id}` : `cell:${cell.key}`
}

function markOf(
  input: MapSceneInput,
  cell: MapCell,
  counts: readonly number[],
  hasParts: boolean,
): Mark {
  const { tree, picture, colours, size, snapshot } = input
  const label = cellLabel(input, cell)
  const entry = cell.others ? -1 : tree.entryOf(cell.id)
  const kext = cell.others ? null : tree.kextOf(cell.id)
  const className = entry < 0 ? null : entryName(snapshot, entry).className
  const part = `${share(cell.value, picture.value)} of ${cellLabel(input, picture.cells[0]!)}`
  const mostly = mostlyText(colours, counts)
  const what = kindWord(tree, cell)
  const sum = sizeText(cell.value, size)
  const isGroup = input.shape === 'treemap' && hasParts
  const found = input.hits ? hitsIn(tree, cell, input.hits) : null
  return {
    key: cellKey(tree, cell),
    shape: cell.others ? 'more' : isGroup ? 'group' : 'tile',
    box: { x: cell.x, y: cell.y, width: cell.width, height: cell.height },
    colour: most(counts),
    // Beginnings of identifiers are alike, and areas are small.
    label: what === 'kext' ? splitIdentifier(label)[1] : label,
    // One of one says nothing.
    ...(entry >= 0 && size !== 'bytes' && cell.value === 1
      ? {}
      : { note: shortSize(cell.value, size) }),
    sentence: [
      `${label}, ${what}${className === null ? '' : `, class ${className}`}`,
      `${sum}, ${part}`,
      ...(mostly === '–' ? [] : [`${colours.title}: ${countsText(colours, counts)}`]),
      ...(found === null
        ? []
        : [`${grouped(found)} ${found === 1 ? 'hit' : 'hits'} of the filter`]),
      ...(cell.isDeep && cell.depth > 0 ? ['Enter looks into it'] : []),
    ]
      .map(text => `${text}.`)
      .join(' '),
    ...lookOf(found, entry >= 0),
    facts: [
      ['What', what],
      ...(found === null ? [] : [['Hits', grouped(found)] as const]),
      ...(kext !== null && what === 'kext' ? [['Identifier', kext] as const] : []),
      ...(className === null ? [] : [['Class', className] as const]),
      ['Size', sum],
      ['Share', part],
      ...(cell.entries > 1 ? [['Entries', grouped(cell.entries)] as const] : []),
      ...(mostly === '–' ? [] : [[colours.title, countsText(colours, counts)] as const]),
    ],
    ref:
      entry >= 0
        ? { kind: 'entry', entry }
        : kext !== null && what === 'kext'
          ? { kind: 'kext', bundleIdentifier: kext }
          : { kind: 'other' },
    weight: cell.entries,
    level: cell.depth + 1,
  }
}

function cellLabel({ tree }: MapSceneInput, cell: MapCell): string {
  if (!cell.others) return tree.labelOf(cell.id)
  const { from, to } = cell.others
  const children = tree.childrenOf(cell.id)
  const kinds = new Set([tree.kindOf(children[from]!), tree.kindOf(children[to - 1]!)])
  const what = kinds.size === 1 ? plurals[[...kinds][0]!] : 'others'
  const count = `${grouped(to - from)} ${what}`
  if (cell.depth === 0) return `${count} of ${tree.labelOf(cell.id)}`
  const [first, last] = [tree.labelOf(children[from]!), tree.labelOf(children[to - 1]!)]
  return `${count}: ${first} … ${last}`
}

const plurals: Readonly<Record<MapKind, string>> = {
  all: 'others',
  kext: 'kexts',
  class: 'classes',
  entry: 'entries',
}

function kindWord(tree: MapTree, cell: MapCell): string {
  if (cell.others) return 'others'
  const kind = tree.kindOf(cell.id)
  return kind === 'all' ? 'all' : kind
}

function share(value: number, whole: number): string {
  if (whole === 0) return '–'
  const percent = (value / whole) * 100
  if (percent > 0 && percent < 0.1) return '< 0.1 %'
  return `${percent.toFixed(percent < 10 ? 1 : 0)} %`
}

const slotsKnown = new WeakMap<ColourScale, Int16Array>()

/** The colour of each entry. */
function slotsOf(colours: ColourScale, count: number): Int16Array {
  let slots = slotsKnown.get(colours)
  if (!slots) {
    slots = new Int16Array(count)
    for (let entry = 0; entry < count; entry++) slots[entry] = colours.ofEntry(entry)
    slotsKnown.set(colours, slots)
  }
  return slots
}

/**
 * How many entries in each cell have each colour. A place comes before what is in it, so that most are sums of what was
 * counted before: each entry is looked at once, not once for each level.
 */
function countAll(
  tree: MapTree,
  cells: readonly MapCell[],
  slotCount: number,
  slots: Int16Array,
): readonly (readonly number[])[] {
  const counts = cells.map(() => new Array<number>(slotCount).fill(0))
  const counted = new Int32Array(cells.length)
  for (let n = cells.length - 1; n >= 0; n--) {
    const [cell, own] = [cells[n]!, counts[n]!]
    const add = (entry: EntryIndex) => {
      const slot = slots[entry]!
      if (slot >= 0) own[slot]!++
    }
    const entry = cell.others ? -1 : tree.entryOf(cell.id)
    // Of a plane a place is an entry itself.
    if (counted[n]! > 0 && counted[n]! + (entry >= 0 ? 1 : 0) === cell.entries) {
      if (entry >= 0) add(entry)
    } else {
      own.fill(0)
      eachEntryOf(tree, cell, add)
    }
    if (cell.parent < 0) continue
    counted[cell.parent]! += cell.entries
    const around = counts[cell.parent]!
    for (let slot = 0; slot < slotCount; slot++) around[slot]! += own[slot]!
  }
  return counts
}

function eachEntryOf(tree: MapTree, cell: MapCell, visit: (entry: EntryIndex) => void): void {
  if (!cell.others) return tree.eachEntry(cell.id, visit)
  const children = tree.childrenOf(cell.id)
  const { from, to } = cell.others
  for (let i = from; i < Math.min(to, children.length); i++) tree.eachEntry(children[i]!, visit)
}

function hitsIn(tree: MapTree, cell: MapCell, hits: BitSet): number {
  let count = 0
  eachEntryOf(tree, cell, entry => {
    if (hasBit(hits, entry)) count++
  })
  return count
}

function lookOf(found: number | null, isEntry: boolean): Pick<Mark, 'isHit' | 'isDim'> {
  if (found === null) return {}
  return found === 0 ? { isDim: true } : isEntry ? { isHit: true } : {}
}

function most(counts: readonly number[]): number {
  let best = noColour
  for (const [slot, count] of counts.entries()) {
    if (count > 0 && (best === noColour || count > counts[best]!)) best = slot
  }
  return best
}

function mostlyText({ slots }: ColourScale, counts: readonly number[]): string {
  const slot = most(counts)
  return slot === noColour ? '–' : slots[slot]!.text
}

/** `registered 40, !registered 12`, the most first. */
function countsText({ slots }: ColourScale, counts: readonly number[]): string {
  return [...counts.entries()]
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 5)
    .map(([slot, count]) => `${slots[slot]!.text} ${grouped(count)}`)
    .join(', ')
}

/** What is not drawn, a sentence each. */
export function mapLeftOut({
  tree,
  picture,
  size,
}: Pick<MapSceneInput, 'tree' | 'picture' | 'size'>): readonly string[] {
  const notes: string[] = []
  const others = picture.cells.filter(cell => cell.others && cell.depth > 0)
  const count = others.reduce((sum, { others: range }) => sum + range!.to - range!.from, 0)
  if (count > 0) {
    notes.push(
      `${grouped(count)} small areas are drawn together, as ${others.length === 1 ? 'one card' : `${others.length} cards`}: open one to see what is in it.`,
    )
  }
  if (picture.cutOff > 0) {
    notes.push(
      `${picture.levels} levels are drawn; ${grouped(picture.cutOff)} ${picture.cutOff === 1 ? 'area has' : 'areas have'} more below: open one to go deeper.`,
    )
  }
  if (picture.withoutArea > 0) {
    const what =
      size === 'bytes' ? 'no properties' : size === 'services' ? 'no services' : 'no entries'
    notes.push(
      `${grouped(picture.withoutArea)} ${picture.withoutArea === 1 ? 'place has' : 'places have'} ${what} of their own here, and so no area.`,
    )
  }
  const first = firstOf(tree)
  const above = tree.entryCount - tree.entriesIn(first)
  if (above > 0) {
    notes.push(
      `${grouped(above)} ${above === 1 ? 'entry is' : 'entries are'} outside of “${visibleText(tree.labelOf(first))}” and ${above === 1 ? 'counts' : 'count'} nothing.`,
    )
  }
  if (tree.leftOut !== '') notes.push(tree.leftOut)
  return notes
}

/** What a mark of the map is, for those who open it. */
export function cellOfMark(tree: MapTree, picture: MapPicture, key: string): MapCell | null {
  return picture.cells.find(cell => cellKey(tree, cell) === key) ?? null
}

/** The names on the way to a place, for the path above the map. */
export function namesOf(tree: MapTree, ids: readonly MapId[]): readonly string[] {
  return ids.map(id => tree.labelOf(id))
}
