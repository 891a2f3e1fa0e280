import { grouped } from './number-words.ts'
import { hasBit, type BitSet } from '../../core/registry/bit-set.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import { entryLabel, entryName } from '../registry/entry-facts.ts'
import { stateBrief } from '../registry/service-state.ts'
import type { ColourScale } from './frame/colour-scale.ts'
import { cardWidth } from './frame/draw-card.ts'
import { stepHeight, stepWidth } from './frame/draw-step.ts'
import {
  boundsOf,
  noColour,
  type Link,
  type Mark,
  type Scene,
  type TableRow,
} from './frame/scene.ts'
import {
  foldStack,
  type ServiceStack,
  type StackClient,
  type StackItem,
  type StackStep,
} from './stack-model.ts'
import { ownerText, partOf, roleWords, stepLines, stepSentence } from './stack-words.ts'

export interface StackChoice {
  /** Keys of folded runs that are drawn step by step, and `clients`, `further:…` for all of them. */
  readonly opened: ReadonlySet<string>
  /** Every name in full, for a file. */
  readonly isForFile: boolean
  /** Entries that the filter found: outlined. */
  readonly hits?: BitSet | null
}

const width = { least: 640, most: 760 } as const
const gap = 22
const foldHeight = 32
const side = { gap: 48, width: 230, height: 44, pitch: 52, atFirst: 2 } as const
const client = { columns: 3, height: 46, gapX: 12, gapY: 12, below: 44, atFirst: 12 } as const

/**
 * One service from the top down, as an explanation that is read like a page:
 *
 *   [ Platform expert                     ]
 *   [ 3 steps folded                      ]
 *   [ Nub         NIC@0  | kext …         ] - - [ also attached to … ]
 *   [ Driver      MyNIC  | kext …         ]       <- selected
 *      ├ [client]  [client]  [client ×12]
 */
export function layOutStack(
  snapshot: Snapshot,
  stack: ServiceStack,
  colours: ColourScale,
  choice: StackChoice,
): Scene {
  const items = foldStack(stack.steps, choice.opened)
  const makings = items.map(item => unplaced(snapshot, stack, item, colours))
  const needed = Math.max(...makings.map(mark => (mark.shape === 'step' ? stepWidth(mark) : 0)))
  const wide = choice.isForFile
    ? Math.max(width.least, needed)
    : Math.min(width.most, Math.max(width.least, needed))

  const marks: Mark[] = []
  const links: Link[] = []
  const leftOut: string[] = []
  let y = 0
  let above: Mark | null = null
  for (const [n, item] of items.entries()) {
    const height = item.kind === 'fold' ? foldHeight : stepHeight
    const mark: Mark = { ...makings[n]!, box: { x: 0, y, width: wide, height } }
    marks.push(mark)
    if (above) links.push(spineLink(above, mark))
    let bottom = y + height
    if (item.kind === 'step') {
      bottom = Math.max(
        bottom,
        addFurther(snapshot, item.step, mark, marks, links, colours, choice),
      )
    }
    above = mark
    y = bottom + gap
  }
  const folded = items.reduce(
    (sum, item) => sum + (item.kind === 'fold' ? item.steps.length : 0),
    0,
  )
  if (folded > 0) {
    leftOut.push(
      `${plural(folded, 'step is', 'steps are')} folded: press a folded card to see them.`,
    )
  }
  if (above) addClients(stack, above, { marks, links, leftOut, colours, choice, wide })
  const { hits } = choice
  const isHit = ({ ref }: Mark) => hits && ref.kind === 'entry' && hasBit(hits, ref.entry)
  return {
    title: 'Stack of one service',
    marks: hits ? marks.map(mark => (isHit(mark) ? { ...mark, isHit: true } : mark)) : marks,
    links,
    bounds: boundsOf(marks),
    leftOut,
    table: stackTable(stack, items, new Set(marks.map(({ key }) => key))),
  }
}

type Unplaced = Omit<Mark, 'box'>

function unplaced(
  snapshot: Snapshot,
  { steps }: ServiceStack,
  item: StackItem,
  colours: ColourScale,
): Unplaced {
  if (item.kind === 'fold') {
    const names = item.steps.map(({ label }) => label).join(', ')
    const label = `${item.steps.length} steps folded`
    return {
      key: item.key,
      shape: 'more',
      colour: noColour,
      label: `${label}: ${names}`,
      sentence: `${label}: ${names}. Press Enter to see them.`,
      facts: [['Folded', names]],
      ref: { kind: 'other' },
    }
  }
  const { step, index } = item
  const part = partOf(step, steps[index - 1]?.label ?? null)
  const further = step.further.map(entry => entryLabel(snapshot, entry))
  const lines = stepLines(step)
  const place = { index, count: steps.length, isSelected: index === steps.length - 1 }
  return {
    key: stepKey(step),
    shape: 'step',
    colour: colours.ofEntry(step.entry),
    over: part,
    label: step.label,
    ...(step.className === null ? {} : { sub: step.className }),
    ...(step.state === null ? {} : { note: step.state }),
    lines,
    sentence: stepSentence(step, part, place, further),
    facts: stepFacts(step, part, further),
    ref: { kind: 'entry', entry: step.entry },
    ...(isGoneState(step) ? { isStruck: true } : {}),
  }
}

const stepKey = ({ entry }: StackStep) => `entry:${entry}`
const clientKey = ({ step, entries }: StackClient) =>
  entries.length > 1 ? `clients:${step.entry}` : stepKey(step)
const isGoneState = ({ state }: StackStep) => state === 'terminated'

function stepFacts(
  step: StackStep,
  part: string,
  further: readonly string[],
): readonly (readonly [string, string])[] {
  return [
    ['Here', part],
    ['Class', step.className ?? 'not known'],
    ['State', step.state ?? 'no service'],
    ...stepLines(step),
    ...(further.length > 0 ? [['Also attached to', further.join(', ')] as const] : []),
    ['Clients', String(step.clientCount)],
  ]
}

function spineLink(above: Mark, below: Mark): Link {
  const x = 28
  return {
    key: `${above.key} ${below.key}`,
    from: above.key,
    to: below.key,
    path: `M${x},${above.box.y + above.box.height}L${x},${below.box.y}`,
    kind: 'way',
    hasArrow: true,
  }
}

/** Its other providers, beside it; returns how far down they reach. */
function addFurther(
  snapshot: Snapshot,
  step: StackStep,
  mark: Mark,
  marks: Mark[],
  links: Link[],
  colours: ColourScale,
  { opened, isForFile }: StackChoice,
): number {
  if (step.further.length === 0) return 0
  const key = `further:${step.entry}`
  const all = opened.has(key) || isForFile || step.further.length === side.atFirst + 1
  const shown = step.further.slice(0, all ? 64 : side.atFirst)
  const x = mark.box.x + mark.box.width + side.gap
  let y = mark.box.y + (stepHeight - side.height) / 2
  const put = (made: Unplaced) => {
    const width_ = isForFile ? Math.max(side.width, cardWidth(made)) : side.width
    marks.push({ ...made, box: { x, y, width: width_, height: side.height } })
    const [right, from, to] = [
      mark.box.x + mark.box.width,
      y + side.height / 2,
      mark.box.y + stepHeight / 2,
    ]
    links.push({
      key: `${made.key} ${mark.key}`,
      from: made.key,
      to: mark.key,
      path:
        from === to
          ? `M${x},${from}L${right},${to}`
          : `M${x},${from}C${x - 24},${from} ${x - 24},${to} ${right},${to}`,
      kind: 'further',
      hasArrow: from === to,
    })
    y += side.pitch
  }
  for (const entry of shown) {
    const { className } = entryName(snapshot, entry)
    const label = entryLabel(snapshot, entry)
    const state = stateBrief(snapshot.entries, entry)?.word ?? 'no service'
    put({
      key: `further:${step.entry}:${entry}`,
      shape: 'card',
      colour: colours.ofEntry(entry),
      label,
      sub: `also a provider · ${className ?? 'class not known'}`,
      sentence: `${label}, class ${className ?? 'not known'}, ${state}: also a provider of ${step.label}.`,
      facts: [
        ['Here', `also a provider of ${step.label}`],
        ['Class', className ?? 'not known'],
        ['State', state],
      ],
      ref: { kind: 'entry', entry },
    })
  }
  const rest = step.further.length - shown.length
  if (rest > 0) {
    put({
      key,
      shape: 'more',
      colour: noColour,
      label: `${rest} more providers`,
      sentence: `${rest} more providers of ${step.label}. Press Enter to see them.`,
      facts: [],
      ref: { kind: 'other' },
    })
  }
  return y - side.pitch + side.height
}

interface Drawing {
  readonly marks: Mark[]
  readonly links: Link[]
  readonly leftOut: string[]
  readonly colours: ColourScale
  readonly choice: StackChoice
  readonly wide: number
}

function addClients(stack: ServiceStack, selected: Mark, drawing: Drawing): void {
  const { marks, links, leftOut, choice, wide } = drawing
  const { clients, clientsNotSeen } = stack
  const isAll = choice.opened.has('clients') || clients.length === client.atFirst + 1
  const shown = isAll ? clients : clients.slice(0, client.atFirst)
  const made = shown.map(each => clientMark(stack, each, drawing.colours))
  const rest = clients.slice(shown.length).reduce((sum, { entries }) => sum + entries.length, 0)
  if (rest > 0) {
    const label = `${rest} more clients`
    made.push({
      key: 'clients',
      shape: 'more',
      colour: noColour,
      label,
      sentence: `${label}. Press Enter to see them.`,
      facts: [],
      ref: { kind: 'other' },
    })
  }
  if (clientsNotSeen > 0) {
    leftOut.push(
      `${plural(clientsNotSeen, 'client is', 'clients are')} not looked at here: the tree has all of them.`,
    )
  }
  if (made.length === 0) return
  const left = 28
  // Two stand wider than three; one is no wider than two.
  const columns = made.length <= 4 ? 2 : client.columns
  const room = (wide - left - 24 - (columns - 1) * client.gapX) / columns
  const each = choice.isForFile ? Math.max(room, ...made.map(cardWidth)) : room
  const top = selected.box.y + selected.box.height + client.below
  const bus = selected.box.y + selected.box.height
  for (const [n, mark] of made.entries()) {
    const column = n % columns
    const row = Math.floor(n / columns)
    const x = left + 24 + column * (each + client.gapX)
    const y = top + row * (client.height + client.gapY)
    marks.push({ ...mark, box: { x, y, width: each, height: client.height } })
    // Down the spine to the row's upper edge, then along it and into the card.
    const lane = y - client.gapY / 2
    links.push({
      key: `${selected.key} ${mark.key}`,
      from: selected.key,
      to: mark.key,
      path: `M${left},${bus}L${left},${lane}L${x + 16},${lane}L${x + 16},${y}`,
      kind: 'plain',
    })
  }
}

function clientMark(
  stack: ServiceStack,
  { step, entries }: StackClient,
  colours: ColourScale,
): Unplaced {
  const selected = stack.steps.at(-1)!.label
  const many = entries.length > 1
  const part = partOf(step, selected)
  const second =
    step.process === null ? (step.className ?? 'class not known') : `opened by ${step.process}`
  const below =
    step.clientCount === 0 || many
      ? ''
      : ` It has ${plural(step.clientCount, 'client', 'clients')}.`
  const state = step.state ?? 'no service'
  return {
    key: clientKey({ step, entries }),
    shape: many ? 'stack' : 'card',
    colour: colours.ofEntry(step.entry),
    label: step.label,
    sub: second,
    note: many ? `×${entries.length}` : state,
    weight: entries.length,
    sentence: `${many ? `${entries.length} clients alike: ` : 'Client: '}${step.label}, class ${step.className ?? 'not known'}, ${state}. ${part}. Kext: ${ownerText(step.owner)}.${below}`,
    facts: [
      ...(many ? [['Alike', `${entries.length} clients`] as const] : []),
      ...stepFacts(step, part, []),
    ],
    ref: { kind: 'entry', entry: step.entry },
    ...(isGoneState(step) ? { isStruck: true } : {}),
  }
}

/** A folded step is told by the card that it is folded into. */
function stackTable(
  { steps, clients }: ServiceStack,
  items: readonly StackItem[],
  drawn: ReadonlySet<string>,
): Scene['table'] {
  const folds = new Map(
    items.flatMap(item =>
      item.kind === 'fold' ? item.steps.map(({ entry }) => [entry, item.key] as const) : [],
    ),
  )
  const rowOf = (key: string, place: string, step: StackStep, count: number): TableRow => {
    const { personality } = step
    return {
      key,
      cells: [
        place,
        roleWords[step.role],
        count > 1 ? `${step.label} ×${count}` : step.label,
        step.className ?? 'not known',
        step.state ?? 'no service',
        ownerText(step.owner),
        personality ? stepLines(step)[1]![1] : '–',
        step.process ?? '–',
      ],
    }
  }
  return {
    columns: [
      { title: 'Step', track: '72px' },
      { title: 'Part', track: '120px' },
      { title: 'Name', track: 'minmax(140px, 1.4fr)' },
      { title: 'Class', track: 'minmax(140px, 1.4fr)' },
      { title: 'State', track: '110px' },
      { title: 'Kext', track: 'minmax(160px, 1.6fr)' },
      { title: 'Personality', track: 'minmax(140px, 1.4fr)' },
      { title: 'Process', track: '140px' },
    ],
    rows: [
      ...steps.map((step, n) =>
        rowOf(folds.get(step.entry) ?? stepKey(step), String(n + 1), step, 1),
      ),
      ...clients.map(each => {
        const key = clientKey(each)
        return rowOf(drawn.has(key) ? key : 'clients', 'client', each.step, each.entries.length)
      }),
    ],
  }
}

const plural = (count: number, one: string, many: string) =>
  `${grouped(count)} ${count === 1 ? one : many}`
