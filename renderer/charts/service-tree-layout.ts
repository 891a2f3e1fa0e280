import { hasBit, nextBit, type BitSet } from '../../core/registry/bit-set.ts'
import { nodesOf, providersOf } from '../../core/registry/lookup.ts'
import type { EntryIndex, NodeIndex, PlaneTable } from '../../core/registry/snapshot.ts'
import type { OpenCapture } from '../state/app-state.ts'
import type { TreeDirection } from '../state/pictures-state.ts'
import { placeInColumns, type Frame } from './column-tree.ts'
import { nodeWords } from './entry-words.ts'
import { counted, grouped } from './number-words.ts'
import { isGone } from './frame/colour-by.ts'
import type { ColourScale } from './frame/colour-scale.ts'
import { cardWidth } from './frame/draw-card.ts'
import {
  boundsOf,
  noColour,
  type Link,
  type Mark,
  type Scene,
  type SceneTable,
} from './frame/scene.ts'
import { powerWords, type PowerStates } from './power-states.ts'
import type { ServiceTreePart, TreePart } from './service-tree-part.ts'
import { placeDownwards, type Placed } from './tidy-tree.ts'
import { furtherLink, treeLink } from './tree-links.ts'

export interface ServiceTreeChoices {
  readonly plane: PlaneTable
  readonly part: ServiceTreePart
  readonly direction: TreeDirection
  /** What the tree is to fill as well as it can, where it grows to the right; without it nothing is put into columns. */
  readonly frame?: Frame | null
  /** How high its piles were before, where they are to stay so. */
  readonly most?: number | null
  /** Of the power plane: what power management says of an entry, drawn as a meter with words. */
  readonly power?: (entry: EntryIndex) => PowerStates | null
  /** No card is cut: for files. */
  readonly isFull?: boolean
}

/** What the tree looks like beyond its shape. */
export interface ServiceTreeDress {
  readonly colours: ColourScale
  /** What the filter found; null without one. */
  readonly matches: BitSet | null
}

/** Names of most services fit; longer ones are cut in the window, and whole in the hover card and in files. */
const widest = 304
const widestPower = 330
const cardHeight = 40
/** Of a card whose second line would say the first again: of a driver that bears its class's name. */
const lineHeight = 26

type Undressed = Omit<Mark, 'box' | 'level' | 'colour'>

interface CardItem {
  readonly part: TreePart
  readonly mark: Undressed
  readonly width: number
  readonly height: number
  readonly children: readonly CardItem[]
}

/** The tree of services as a scene: one card for each part, providers at the left or above. */
export function serviceTreeScene(
  current: OpenCapture,
  choices: ServiceTreeChoices & ServiceTreeDress,
): Scene {
  return dressTree(serviceTreeShape(current, choices), choices)
}

/** Where everything stands and what it says, without colours and hits: those change more often. */
export interface ServiceTreeShape {
  readonly plane: PlaneTable
  readonly part: ServiceTreePart
  readonly parts: readonly TreePart[]
  /** In the order of `parts`. */
  readonly marks: readonly Mark[]
  readonly scene: Omit<Scene, 'marks' | 'leftOut'>
  /** How high its piles may be. */
  readonly most: number
}

export function serviceTreeShape(
  current: OpenCapture,
  choices: ServiceTreeChoices,
): ServiceTreeShape {
  const { plane, part, direction, frame = null, most = null } = choices
  const items = part.roots.map(root => itemOf(current, choices, root))
  const columns = direction === 'right' ? placeInColumns(items, frame, most) : null
  const placed = columns?.placed ?? placeDownwards(items)
  const inColumns = new Set(placed.flatMap(({ parent, via }) => (via && parent ? [parent] : [])))
  const marks = placed.map((place): Mark => {
    const { item, x, y, depth } = place
    const { width, height } = item
    const { fold } = item.mark
    return {
      ...item.mark,
      colour: noColour,
      box: { x, y, width, height },
      level: depth,
      ...(fold && inColumns.has(place) ? { fold: { ...fold, side: 'below' as const } } : {}),
    }
  })
  const places = new Map(placed.map((place, n) => [place, n]))
  const links = placed.flatMap(({ parent, via }, n): Link[] => {
    if (!parent) return []
    const [from, to] = [marks[places.get(parent)!]!, marks[n]!]
    return [
      {
        key: to.key,
        from: from.key,
        to: to.key,
        path: treeLink(direction, from.box, to.box, via),
        kind: 'plain',
      },
    ]
  })
  const byKey = new Map(marks.map(mark => [mark.key, mark]))
  const byEntry = new Map<EntryIndex, Mark>()
  for (const [n, { item }] of placed.entries()) {
    if (item.part.kind === 'node') byEntry.set(plane.entry[item.part.node]!, marks[n]!)
  }
  for (const { from, to } of part.further) {
    const [provider, client] = [byKey.get(`node:${from}`), byEntry.get(to)]
    if (!provider || !client) continue
    links.push({
      key: `${from}>${to}`,
      from: provider.key,
      to: client.key,
      path: furtherLink(direction, provider.box, client.box),
      kind: 'further',
      isQuiet: true,
    })
  }
  const hasPower = choices.power !== undefined
  let table: SceneTable | null = null
  return {
    plane,
    part,
    parts: placed.map(({ item }) => item.part),
    marks,
    most: columns?.most ?? Infinity,
    scene: {
      title: hasPower ? 'Power plane' : 'Service tree',
      links,
      bounds: boundsOf(marks),
      isTree: true,
      ...(direction === 'right' ? { growsRight: true as const } : {}),
      // Few look at it.
      get table() {
        return (table ??= tableOf(placed, hasPower))
      },
    },
  }
}

/** The same tree in its colours, with what the filter found. */
export function dressTree(
  { plane, part, parts, marks, scene }: ServiceTreeShape,
  { colours, matches }: ServiceTreeDress,
): Scene {
  return {
    title: scene.title,
    links: scene.links,
    bounds: scene.bounds,
    isTree: true,
    ...(scene.growsRight ? { growsRight: true as const } : {}),
    get table() {
      return scene.table
    },
    marks: marks.map((mark, n): Mark => {
      const shown = parts[n]!
      return { ...mark, colour: colourOf(plane, shown, colours), ...lookOf(plane, shown, matches) }
    }),
    leftOut: leftOutOf(part, plane, matches, parts),
  }
}

function tableOf(placed: readonly Placed<CardItem>[], hasPower: boolean): SceneTable {
  return {
    columns: [
      { title: 'Name', track: 'minmax(200px, 2fr)' },
      { title: 'Class', track: 'minmax(140px, 1.4fr)' },
      { title: 'State', track: '110px' },
      { title: 'Provider', track: 'minmax(120px, 1fr)' },
      ...(hasPower ? [{ title: 'Power state', track: '140px' }] : []),
      { title: 'Level', track: '56px', isNumeric: true },
      { title: 'Stands for', track: '90px', isNumeric: true },
    ],
    rows: placed.map(({ item, parent, depth }) => {
      const facts = new Map(item.mark.facts)
      return {
        key: item.mark.key,
        cells: [
          `${'  '.repeat(depth - 1)}${item.mark.label}`,
          facts.get('Class') ?? '',
          facts.get('State')?.split(', ')[0] ?? '',
          parent?.item.mark.label ?? '',
          ...(hasPower ? [facts.get('Power') ?? ''] : []),
          String(depth),
          String(item.mark.weight ?? (item.part.kind === 'more' ? item.part.count : 1)),
        ],
      }
    }),
  }
}

/** Of several the one colour that all of them have. */
function colourOf(plane: PlaneTable, part: TreePart, colours: ColourScale): number {
  if (part.kind === 'more') return noColour
  if (part.kind === 'node') return colours.ofEntry(plane.entry[part.node]!)
  const first = colours.ofEntry(plane.entry[part.nodes[0]!]!)
  const isOne = part.nodes.every(each => colours.ofEntry(plane.entry[each]!) === first)
  return isOne ? first : noColour
}

function itemOf(current: OpenCapture, choices: ServiceTreeChoices, part: TreePart): CardItem {
  const mark = markOf(current, choices, part)
  // The knob of what is folded stands over its edge.
  const wanted = cardWidth(mark) + (mark.fold && !mark.fold.isOpen ? 8 : 0)
  return {
    part,
    mark,
    width: choices.isFull
      ? wanted
      : Math.min(choices.power ? widestPower : widest, Math.max(96, wanted)),
    height: part.kind === 'more' ? 28 : mark.sub === undefined ? lineHeight : cardHeight,
    children: part.parts.map(child => itemOf(current, choices, child)),
  }
}

function markOf(
  current: OpenCapture,
  { plane, direction, power }: ServiceTreeChoices,
  part: TreePart,
): Undressed {
  const { snapshot } = current
  if (part.kind === 'more') {
    const text = counted(part.count, 'more client')
    const provider = nodeWords(current, plane, part.provider)
    return {
      key: part.key,
      shape: 'more',
      label: text,
      sentence: `${text} of ${provider.name}. Press Enter to draw more of them`,
      facts: [['Provider', provider.name]],
      ref: { kind: 'other' },
    }
  }
  const node = part.kind === 'node' ? part.node : part.nodes[0]!
  const entry = plane.entry[node]!
  const words = nodeWords(current, plane, node)
  const states = power?.(entry)
  const meter =
    states && states.current !== null && states.max !== null
      ? { meter: { value: states.current, max: states.max } }
      : {}
  const powerText = states ? powerWords(states) : power ? 'not power managed' : null
  if (part.kind === 'alike') {
    const count = part.nodes.length
    return {
      key: part.key,
      shape: 'stack',
      label: part.pattern,
      ...(power || words.className !== part.pattern ? { sub: words.className } : {}),
      ...meter,
      note: powerText ? `${powerText} ×${count}` : `×${count}`,
      sentence: `${[`${count} alike: ${part.pattern}`, `class ${words.className}`, words.state, powerText].filter(Boolean).join(', ')}. Press Space to draw each`,
      facts: [
        ['Alike', counted(count, 'entry', 'entries')],
        ...words.facts.filter(([heading]) => heading === 'Class' || heading === 'State'),
        ...(powerText ? [['Power', powerText] as const] : []),
        ...(part.foldedCount > 0
          ? [['Below them', counted(part.foldedCount, 'entry', 'entries')] as const]
          : []),
        ['Names', namesOf(current, plane, part.nodes)],
      ],
      ref: { kind: 'entry', entry },
      weight: count,
    }
  }
  // Below a provider that stands at two places an entry does so too, and has one provider.
  const places = nodesOf(snapshot, plane, entry).length
  const providers = places > 1 ? providersOf(snapshot, plane, entry).length : places
  const clients = part.isOpen ? part.parts.length : 0
  const below = part.foldedCount
  return {
    key: part.key,
    shape: 'card',
    label: words.name,
    ...(power || words.className !== words.name ? { sub: words.className } : {}),
    ...meter,
    ...(powerText || words.note
      ? { note: powerText ?? words.note! }
      : providers > 1
        ? { note: `${providers} providers` }
        : {}),
    sentence: [
      words.name,
      `class ${words.className}`,
      words.note ?? words.state,
      powerText && (states ? `power state ${powerText}` : powerText),
      part.isOpen
        ? counted(clients, 'client')
        : below > 0
          ? `${grouped(below)} below, folded`
          : 'no clients',
      providers > 1 && `${providers} providers`,
    ]
      .filter(Boolean)
      .join(', '),
    facts: [
      ...words.facts,
      ...(powerText ? [['Power', powerText] as const] : []),
      ...(states?.facts ?? []),
      ...(below > 0 ? [['Below it', counted(below, 'entry', 'entries')] as const] : []),
      ...(providers > 1 ? [['Providers', String(providers)] as const] : []),
    ],
    ref: { kind: 'entry', entry },
    ...(part.isOpen || below > 0
      ? {
          fold: {
            isOpen: part.isOpen,
            count: below,
            side: direction === 'right' ? ('right' as const) : ('below' as const),
          },
        }
      : {}),
    ...(isGone(current, entry) ? { isStruck: true } : {}),
  }
}

/** Hits are outlined, what is on the way to one stays as it is, all others are faint; without a filter nothing is. */
function lookOf(
  plane: PlaneTable,
  part: TreePart,
  matches: BitSet | null,
): Pick<Mark, 'isHit' | 'isDim'> {
  if (matches === null || part.kind === 'more') return {}
  const nodes = part.kind === 'node' ? [part.node] : part.nodes
  if (nodes.some(node => hasBit(matches, node))) return { isHit: true }
  return nodes.some(node => hitsBelow(plane, matches, node)) ? {} : { isDim: true }
}

function hitsBelow({ end }: PlaneTable, matches: BitSet, node: NodeIndex): boolean {
  const next = nextBit(matches, node + 1)
  return next !== -1 && next < end[node]!
}

function namesOf(current: OpenCapture, plane: PlaneTable, nodes: readonly NodeIndex[]): string {
  const shown = nodes.slice(0, 12).map(node => nodeWords(current, plane, node).name)
  const rest = nodes.length - shown.length
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ')
}

function leftOutOf(
  part: ServiceTreePart,
  plane: PlaneTable,
  matches: BitSet | null,
  parts: readonly TreePart[],
): readonly string[] {
  const said: string[] = []
  if (part.foldedCount > 0) {
    const nodes = parts.filter(each => each.kind === 'node').length
    said.push(
      `${counted(nodes + part.alikeCount, 'node')} drawn, ${grouped(part.foldedCount)} folded: unfold a provider (Space, or its knob) to see what is below it.`,
    )
  }
  if (part.cutCount > 0) {
    said.push(
      `The picture is full: ${counted(part.cutCount, 'open provider')} ${part.cutCount === 1 ? 'is' : 'are'} drawn folded. Limit the tree to a part of it, or fold what does not matter.`,
    )
  }
  if (matches) {
    const drawn = new Set(
      parts.flatMap(each =>
        each.kind === 'node' ? [each.node] : each.kind === 'alike' ? each.nodes : [],
      ),
    )
    let hidden = 0
    for (let node = 0; node < plane.length; node++) {
      if (hasBit(matches, node) && !drawn.has(node)) hidden++
    }
    if (hidden > 0) {
      said.push(
        `${counted(hidden, 'hit')} of the filter ${hidden === 1 ? 'is' : 'are'} not drawn: unfold the way to them, or look in the registry.`,
      )
    }
  }
  return said
}
