import { grouped } from './number-words.ts'
import { keepsLoaded, reachable, type KextGraph } from '../../core/kext/kext-graph.ts'
import { familyTitle, isThirdParty, kernelFamily, kextFamily } from './kext-families.ts'
import { layOutLayers } from './layered-layout.ts'

/** What is shown of the graph. */
export interface KextGraphChoice {
  /** Everything is drawn around this kext; null: all kexts, by families. */
  readonly focus: number | null
  /** Steps to what needs the focus, and to what it needs. */
  readonly stepsUp: number
  readonly stepsDown: number
  /** The kernel's interfaces, which nearly every kext needs. */
  readonly kernel: 'hidden' | 'grouped' | 'shown'
  /** Families of the overview that are drawn kext by kext. */
  readonly open: ReadonlySet<string>
  /** How many are drawn beyond the first of a step or a family, by its key. */
  readonly more: ReadonlyMap<string, number>
}

export type KextBox =
  | { readonly kind: 'kext'; readonly key: string; readonly kext: number; readonly step: number }
  /** Several kexts of one family. */
  | {
      readonly kind: 'family'
      readonly key: string
      readonly family: string
      readonly kexts: readonly number[]
    }
  /** Kexts of a step or a family that are not drawn. */
  | {
      readonly kind: 'more'
      readonly key: string
      readonly of: string
      readonly kexts: readonly number[]
    }

export interface KextGraphLink {
  readonly key: string
  /** Keys of boxes. */
  readonly from: string
  readonly to: string
  readonly path: string
  /** Links of the graph that it stands for, by number. */
  readonly links: readonly number[]
  /**
   * `blocking`: it keeps the focus from being unloaded. `problem`: what is there does not serve. `declared`: asked for by
   * an Info.plist, and not linked now.
   */
  readonly kind: 'linked' | 'declared' | 'blocking' | 'problem'
  readonly isBack: boolean
}

export interface PlacedKextBox {
  readonly box: KextBox
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly layer: number
}

export interface KextGraphPicture {
  readonly boxes: readonly PlacedKextBox[]
  readonly links: readonly KextGraphLink[]
  /** Loaded kexts that keep the focus loaded. */
  readonly blocking: ReadonlySet<number>
  /** Kexts that no box stands for, and why. */
  readonly hidden: { readonly kernel: number; readonly beyond: number; readonly families: number }
}

export const fewKexts = 36
/** Of one vendor that is not Apple: drawn one by one. */
const fewOwn = 12
const perStep = 12
const perFamily = 48
const mostFamilies = 60
const mostBoxes = 400
export const moreAtOnce = 24

export type MeasureBox = (box: KextBox) => { readonly width: number; readonly height: number }

export function layOutKextGraph(
  graph: KextGraph,
  choice: KextGraphChoice,
  measure: MeasureBox,
): KextGraphPicture {
  const { focus } = choice
  const blocking = focus === null ? new Set<number>() : keepsLoaded(graph, focus)
  const chosen = focus === null ? overview(graph, choice) : around(graph, choice, focus, blocking)
  const { boxes } = chosen
  const boxOf = new Map<number, number>()
  for (const [n, box] of boxes.entries()) {
    if (box.kind === 'kext') boxOf.set(box.kext, n)
    else for (const kext of box.kexts) boxOf.set(kext, n)
  }
  const bundles = bundleLinks(graph, boxOf)
  const sizes = boxes.map(measure)
  const picture = layOutLayers(
    { boxes: sizes, links: bundles },
    { gapX: 56, gapY: 10, ...(focus === null ? {} : { layers: layersAround(boxes, bundles) }) },
  )
  return {
    boxes: boxes.map((box, n) => ({ box, ...picture.places[n]!, ...sizes[n]! })),
    links: picture.links.map(({ link, path, isBack }) => {
      const { from, to, links } = bundles[link]!
      const [a, b] = [boxes[from]!, boxes[to]!]
      const kind = linkKind(graph, links, focus, blocking)
      return { key: `${a.key} ${b.key}`, from: a.key, to: b.key, path, links, kind, isBack }
    }),
    blocking,
    hidden: chosen.hidden,
  }
}

interface Chosen {
  readonly boxes: readonly KextBox[]
  readonly hidden: KextGraphPicture['hidden']
}

/** The focus, what needs it and what it needs; of each step the first few. */
function around(
  graph: KextGraph,
  choice: KextGraphChoice,
  focus: number,
  blocking: ReadonlySet<number>,
): Chosen {
  const up = reachable(graph, focus, 'neededBy', { steps: choice.stepsUp })
  const down = reachable(graph, focus, 'needs', { steps: choice.stepsDown })
  const boxes: KextBox[] = [kextBox(graph, focus, 0)]
  const kernel: number[] = []
  const steps = new Map<number, number[]>()
  const add = (kext: number, step: number) => {
    if (kext === focus) return
    if (graph.kexts[kext]!.isKernel && choice.kernel !== 'shown') kernel.push(kext)
    else {
      const others = steps.get(step)
      if (others) others.push(kext)
      else steps.set(step, [kext])
    }
  }
  for (const [kext, step] of up) add(kext, -step)
  // In a circle a kext is on both sides: it is drawn once.
  for (const [kext, step] of down) if (!up.has(kext)) add(kext, step)
  for (const [step, kexts] of [...steps].sort(([a], [b]) => a - b)) {
    const key = `step:${step}`
    const sorted = byInterest(graph, kexts, blocking)
    const room = Math.max(0, mostBoxes - boxes.length)
    const shown = Math.min(perStep + (choice.more.get(key) ?? 0), room)
    // A card for one more would need the room of that one.
    const end = sorted.length - shown === 1 ? sorted.length : shown
    for (const kext of sorted.slice(0, end)) boxes.push(kextBox(graph, kext, step))
    const rest = sorted.slice(end)
    if (rest.length > 0) boxes.push({ kind: 'more', key: `more:${key}`, of: key, kexts: rest })
  }
  if (choice.kernel === 'grouped') boxes.push(...familyBoxes(graph, kernelFamily, kernel))
  return {
    boxes,
    hidden: {
      kernel: choice.kernel === 'hidden' ? kernel.length : 0,
      beyond: graph.kexts.length - new Set([...up.keys(), ...down.keys()]).size,
      families: 0,
    },
  }
}

/** All kexts, by families where they are many. */
function overview(graph: KextGraph, choice: KextGraphChoice): Chosen {
  const families = new Map<string, number[]>()
  let hidden = 0
  for (const [n, { bundleIdentifier, isKernel }] of graph.kexts.entries()) {
    if (isKernel && choice.kernel === 'hidden') {
      hidden++
      continue
    }
    const family = kextFamily(bundleIdentifier, isKernel)
    const others = families.get(family)
    if (others) others.push(n)
    else families.set(family, [n])
  }
  const own = graph.kexts.reduce((sum, { isKernel }) => sum + (isKernel ? 0 : 1), 0)
  const isSmall = own <= fewKexts
  const ranked = [...families].sort(([a, m], [b, n]) => n.length - m.length || (a < b ? -1 : 1))
  const shown = ranked.length > mostFamilies ? ranked.slice(0, mostFamilies) : ranked
  const boxes: KextBox[] = []
  for (const [family, kexts] of shown) {
    const isKernel = family === kernelFamily
    // The author's own are what is looked for.
    const isOwn = kexts.length <= fewOwn && isThirdParty(graph.kexts[kexts[0]!]!.bundleIdentifier)
    const isOpen =
      choice.open.has(family) ||
      (isKernel ? choice.kernel === 'shown' : isSmall || isOwn) ||
      kexts.length === 1
    if (!isOpen) {
      boxes.push(...familyBoxes(graph, family, kexts))
      continue
    }
    const key = `family:${family}`
    const sorted = byInterest(graph, kexts, new Set())
    const most = Math.min(
      perFamily + (choice.more.get(key) ?? 0),
      Math.max(0, mostBoxes - boxes.length),
    )
    for (const kext of sorted.slice(0, most)) boxes.push(kextBox(graph, kext, 0))
    const rest = sorted.slice(most)
    if (rest.length > 0) boxes.push({ kind: 'more', key: `more:${key}`, of: key, kexts: rest })
  }
  const rest = ranked.slice(shown.length)
  const left = rest.flatMap(([, kexts]) => kexts)
  if (left.length > 0) boxes.push({ kind: 'more', key: 'more:families', of: '', kexts: left })
  return { boxes, hidden: { kernel: hidden, beyond: 0, families: rest.length } }
}

function kextBox(graph: KextGraph, kext: number, step: number): KextBox {
  return { kind: 'kext', key: graph.kexts[kext]!.bundleIdentifier, kext, step }
}

/** One kext is drawn as itself. */
function familyBoxes(graph: KextGraph, family: string, kexts: readonly number[]): KextBox[] {
  if (kexts.length === 0) return []
  if (kexts.length === 1) return [kextBox(graph, kexts[0]!, 0)]
  return [{ kind: 'family', key: `family:${family}`, family, kexts }]
}

/** What is in the way of an unload, what is broken and what is not Apple's comes first. */
function byInterest(
  graph: KextGraph,
  kexts: readonly number[],
  blocking: ReadonlySet<number>,
): readonly number[] {
  const rank = (n: number): number => {
    const kext = graph.kexts[n]!
    if (blocking.has(n) && isThirdParty(kext.bundleIdentifier)) return 0
    if (graph.needs[n]!.some(link => graph.links[link]!.problem !== null)) return 1
    if (isThirdParty(kext.bundleIdentifier)) return 2
    return kext.isLoaded ? 3 : 4
  }
  const name = (n: number) => graph.kexts[n]!.bundleIdentifier
  const ranks = new Map(kexts.map(n => [n, rank(n)]))
  return kexts.toSorted((a, b) => ranks.get(a)! - ranks.get(b)! || (name(a) < name(b) ? -1 : 1))
}

interface Bundle {
  readonly from: number
  readonly to: number
  readonly links: number[]
}

/** One line between two boxes, however many links it stands for. */
function bundleLinks(graph: KextGraph, boxOf: ReadonlyMap<number, number>): readonly Bundle[] {
  const bundles = new Map<number, Bundle>()
  for (const [n, link] of graph.links.entries()) {
    const [from, to] = [boxOf.get(link.from), boxOf.get(link.to)]
    if (from === undefined || to === undefined || from === to) continue
    const pair = from * 0x400_0000 + to
    const known = bundles.get(pair)
    if (known) known.links.push(n)
    else bundles.set(pair, { from, to, links: [n] })
  }
  return [...bundles.values()]
}

/**
 * Around a focus: what needs it stands left of it, what it needs right, each as near to it as its links allow. The kernel's
 * interfaces, as one box, are last.
 */
function layersAround(boxes: readonly KextBox[], bundles: readonly Bundle[]): readonly number[] {
  const count = boxes.length
  const layer = new Int32Array(count)
  const isLeft = boxes.map(box =>
    box.kind === 'kext' ? box.step < 0 : box.kind === 'more' && box.of.startsWith('step:-'),
  )
  // A box is passed at most as often as there are boxes: that ends a circle.
  for (let round = 0, hasMoved = true; hasMoved && round < count; round++) {
    hasMoved = false
    for (const { from, to } of bundles) {
      if (isLeft[from] && (to === 0 || isLeft[to]) && layer[from]! >= layer[to]!) {
        if (layer[to]! - 1 < -count) continue
        layer[from] = layer[to]! - 1
        hasMoved = true
      }
      if (!isLeft[to] && to !== 0 && !isLeft[from] && layer[to]! <= layer[from]!) {
        if (layer[from]! + 1 > count) continue
        layer[to] = layer[from]! + 1
        hasMoved = true
      }
    }
  }
  let last = 0
  for (let n = 0; n < count; n++) {
    if (n !== 0 && !isLeft[n]) layer[n] = Math.max(1, layer[n]!)
    last = Math.max(last, layer[n]!)
  }
  for (const [n, box] of boxes.entries()) {
    if (box.kind === 'family') layer[n] = Math.max(layer[n]!, last)
  }
  // In a circle layers run away from each other: no column stays empty.
  const used = [...new Set(layer)].sort((a, b) => a - b)
  return Array.from(layer, at => used.indexOf(at))
}

function linkKind(
  graph: KextGraph,
  links: readonly number[],
  focus: number | null,
  blocking: ReadonlySet<number>,
): KextGraphLink['kind'] {
  const all = links.map(n => graph.links[n]!)
  const isInTheWay = all.some(
    ({ from, to, isLinked }) =>
      isLinked && blocking.has(from) && (to === focus || blocking.has(to)),
  )
  if (all.some(({ problem }) => problem !== null)) return 'problem'
  if (isInTheWay) return 'blocking'
  return all.some(({ isLinked }) => isLinked) ? 'linked' : 'declared'
}

/** Which family a `more` card or a closed family is of, in words. */
export function boxTitle(graph: KextGraph, box: KextBox): string {
  if (box.kind === 'kext') return graph.kexts[box.kext]!.bundleIdentifier
  if (box.kind === 'family') return familyTitle(box.family)
  return `${grouped(box.kexts.length)} more`
}
