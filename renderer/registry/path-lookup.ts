import { createSearch, findNow, type Search } from '../../core/query/search.ts'
import { nearestWords } from '../../core/query/nearest-words.ts'
import { selectEntry } from '../../core/query/select-entry.ts'
import { nextBit } from '../../core/registry/bit-set.ts'
import { childrenOf, nodesOf, planeNamed, rootsOf } from '../../core/registry/lookup.ts'
import { nodeLabel, nodePath } from '../../core/registry/paths.ts'
import { stringAt } from '../../core/registry/strings.ts'
import type { NodeIndex, PlaneTable, Snapshot } from '../../core/registry/snapshot.ts'
import type { Place } from '../../core/query/select-entry.ts'

/** What somebody typed into the path bar means. */
export type PathAnswer =
  | { readonly kind: 'place'; readonly place: Place }
  /** Several entries have this name. */
  | { readonly kind: 'several'; readonly places: readonly Place[]; readonly why: string }
  | { readonly kind: 'nothing'; readonly why: string }

/** Of what there is instead, so many are told. */
const mostTold = 4

/**
 * The place that a text names: `IOService:/PCI0@0/XHC1@14`, the same without its plane, a registry entry ID as `0x1a2` or
 * `418`, or a name. What is not there is told with what is.
 */
export function lookUpPath(snapshot: Snapshot, text: string, planeName: string): PathAnswer {
  const wanted = text.trim()
  if (wanted === '') return nothing('Type a path, a name or a registry entry ID.')
  const asId = /^\d{1,20}$/.test(wanted) ? decimalId(wanted) : wanted
  const found = selectEntry(snapshot, asId, planeName)
  if (found.kind === 'entry') {
    const place = found.place ?? firstPlace(snapshot, found.entry, planeName)
    return place
      ? { kind: 'place', place }
      : nothing(`${wanted} is in this capture, but in none of its planes.`)
  }
  if (found.kind === 'several') {
    const here = found.places.filter(({ plane }) => plane.plane === planeName)
    if (here.length === 1) return { kind: 'place', place: here[0]! }
    const count = found.places.length.toLocaleString('en-US')
    const places = here.length > 1 ? here : found.places
    return { kind: 'several', places, why: `${count} entries are called “${wanted}”. Choose one.` }
  }
  const start = pathStart(snapshot, wanted, planeName)
  if (start) return nothing(whatIsMissing(snapshot, start))
  if (/^0x[\da-f]{1,16}$/i.test(asId)) {
    return nothing(`No entry of this capture has the ID ${asId.toLowerCase()}.`)
  }
  const unknownPlane = /^([\w ]+):\//.exec(wanted)?.[1]
  if (unknownPlane !== undefined) {
    const planes = snapshot.planes.map(({ plane }) => plane)
    return nothing(`This capture has no plane ${unknownPlane}. It has ${listed(planes)}.`)
  }
  const near = found.nearest.length > 0 ? ` Close to it: ${listed(found.nearest)}.` : ''
  return nothing(`No entry is called “${wanted}”.${near}`)
}

const nothing = (why: string): PathAnswer => ({ kind: 'nothing', why })

function decimalId(text: string): string {
  const id = BigInt(text)
  return id < 1n << 64n ? `0x${id.toString(16)}` : text
}

/** In the plane that is shown, else in the first that has it. */
export function firstPlace(snapshot: Snapshot, entry: number, planeName: string): Place | null {
  const shown = planeNamed(snapshot, planeName)
  for (const plane of shown ? [shown, ...snapshot.planes] : snapshot.planes) {
    const node = nodesOf(snapshot, plane, entry)[0]
    if (node !== undefined) return { plane, node }
  }
  return null
}

/** As far as a typed path leads: a node, and what is left of the text. */
export interface PathStart {
  readonly plane: PlaneTable
  /** -1 above the roots. */
  readonly node: NodeIndex
  /** What follows the last step that is there. */
  readonly rest: string
  /** The text up to there, with its slash: what is typed next follows it. */
  readonly before: string
}

/** Null for a text that is no path. */
export function pathStart(snapshot: Snapshot, text: string, planeName: string): PathStart | null {
  const named = snapshot.planes.find(({ plane }) => text.startsWith(`${plane}:/`))
  const plane = named ?? (text.startsWith('/') ? planeNamed(snapshot, planeName) : undefined)
  if (!plane) return null
  const wanted = text.slice(named ? plane.plane.length + 2 : 1)
  const roots = rootsOf(plane)
  // The registry's root has no name in a path.
  const isNameless = (node: NodeIndex) => stringAt(snapshot.strings, plane.name[node]!) === 'Root'
  const only = roots.length === 1 && isNameless(roots[0]!) ? roots[0]! : -1
  let best = { node: only, rest: wanted }
  // Names may hold `/`: every step that fits is followed, and the one that leads farthest counts.
  const open = [best]
  for (let tries = 0; open.length > 0 && tries < 100_000; tries++) {
    const { node, rest } = open.pop()!
    if (rest.length < best.rest.length) best = { node, rest }
    // Without a slash nothing is left but the step that is being typed.
    if (!rest.includes('/')) continue
    for (const child of stepsBelow(plane, node)) {
      const label = nodeLabel(snapshot, plane, child)
      if (label !== '' && rest.startsWith(`${label}/`)) {
        open.push({ node: child, rest: rest.slice(label.length + 1) })
      }
    }
  }
  const before = text.slice(0, text.length - best.rest.length)
  return { plane, ...best, before }
}

export function stepsBelow(plane: PlaneTable, node: NodeIndex): readonly NodeIndex[] {
  return node === -1 ? rootsOf(plane) : childrenOf(plane, node)
}

function whatIsMissing(snapshot: Snapshot, { plane, node, rest }: PathStart): string {
  const slash = rest.indexOf('/')
  const step = slash === -1 ? rest : rest.slice(0, slash)
  const where = node === -1 ? `${plane.plane}:/` : nodePath(snapshot, plane, node)
  const below = stepsBelow(plane, node)
  if (step === '') return `The path ends with a slash. ${whereNext(below.length, where)}`
  const labels = below.map(child => nodeLabel(snapshot, plane, child))
  if (labels.length === 0) return `“${step}” is not below ${where}, which has no clients.`
  const nearest = nearestWords(step.replace(/@.*$/, ''), labels).slice(0, mostTold)
  const told = [...nearest, ...labels.filter(label => !nearest.includes(label))].slice(0, mostTold)
  const more = labels.length - told.length
  const others = more > 0 ? ` and ${more.toLocaleString('en-US')} more` : ''
  return `“${step}” is not below ${where}. There: ${told.join(', ')}${others}.`
}

function whereNext(count: number, where: string): string {
  return count === 0 ? `${where} has no clients.` : `Below ${where} there is more to choose from.`
}

function listed(words: readonly string[]): string {
  const told = words.slice(0, mostTold)
  return words.length > mostTold ? `${told.join(', ')} …` : told.join(', ')
}

export interface PathOffer {
  /** What stands in the field when it is taken. */
  readonly text: string
  /** What is shown of it: the step, the name. */
  readonly label: string
  /** Where it is, for names. */
  readonly hint: string
  /** Null for a plane, which is no place yet. */
  readonly place: Place | null
  readonly hasClients: boolean
}

export interface PathOffers {
  readonly offers: readonly PathOffer[]
  /** There are so many more. */
  readonly more: number
}

const mostOffers = 50
/** Of more entries than these the first is as good as any: more has to be typed. */
const mostLooked = 5000
const searches = new WeakMap<Snapshot, Search>()

/** What a text in the path bar could become: the next step of a path, else planes and entries of that name. */
export function pathOffers(snapshot: Snapshot, text: string, planeName: string): PathOffers {
  const wanted = text.trimStart()
  const start = pathStart(snapshot, wanted, planeName)
  return start ? nextSteps(snapshot, start) : named(snapshot, wanted, planeName)
}

function nextSteps(snapshot: Snapshot, { plane, node, rest, before }: PathStart): PathOffers {
  const wanted = rest.toLowerCase()
  const first: NodeIndex[] = []
  const then: NodeIndex[] = []
  const steps = stepsBelow(plane, node)
  const labels = foldedLabels(snapshot, plane, node, steps)
  for (const [index, child] of steps.entries()) {
    const at = labels[index]!.indexOf(wanted)
    if (at === 0) first.push(child)
    else if (at > 0) then.push(child)
  }
  const all = [...first, ...then]
  const offers = all.slice(0, mostOffers).map(child => {
    const label = nodeLabel(snapshot, plane, child)
    const hasClients = plane.end[child]! > child + 1
    const { className } = snapshot.entries
    const classIndex = className[plane.entry[child]!]!
    const hint = classIndex === -1 ? '' : stringAt(snapshot.strings, classIndex)
    return { text: before + label, label, hint, place: { plane, node: child }, hasClients }
  })
  return { offers, more: all.length - offers.length }
}

interface Folded {
  readonly plane: PlaneTable
  readonly node: NodeIndex
  readonly labels: readonly string[]
}
let lastFolded: WeakRef<Folded> | null = null

/** Kept for the last provider: the next letter asks for the same ones, and there may be a hundred thousand. */
function foldedLabels(
  snapshot: Snapshot,
  plane: PlaneTable,
  node: NodeIndex,
  steps: readonly NodeIndex[],
): readonly string[] {
  const known = lastFolded?.deref()
  if (known?.plane === plane && known.node === node) return known.labels
  const labels = steps.map(child => nodeLabel(snapshot, plane, child).toLowerCase())
  lastFolded = new WeakRef({ plane, node, labels })
  return labels
}

function named(snapshot: Snapshot, text: string, planeName: string): PathOffers {
  const wanted = text.trim().toLowerCase()
  const planes: PathOffer[] = snapshot.planes
    .filter(({ plane }) => plane.toLowerCase().startsWith(wanted.replace(/:$/, '')))
    .map(({ plane }) => {
      const label = `${plane}:/`
      return { text: label, label, hint: 'plane', place: null, hasClients: true }
    })
  const plane = planeNamed(snapshot, planeName)
  if (!plane || wanted === '') return { offers: planes, more: 0 }
  let search = searches.get(snapshot)
  if (!search) searches.set(snapshot, (search = createSearch(snapshot, null)))
  const hits = findNow(search, wanted, 'names').nodes[snapshot.planes.indexOf(plane)]
  const isId = /^0x[\da-f]+$/.test(wanted)
  const entries = new Set<number>()
  const first: NodeIndex[] = []
  const then: NodeIndex[] = []
  for (let n = hits ? nextBit(hits, 0) : -1; n !== -1; n = nextBit(hits!, n + 1)) {
    const at = nodeLabel(snapshot, plane, n).toLowerCase().indexOf(wanted)
    // Classes are found as well, and there are far more of one class than of one name.
    if (at === -1 && !isId) continue
    // Each entry once, by its first place.
    if (entries.has(plane.entry[n]!)) continue
    entries.add(plane.entry[n]!)
    if (at === 0) first.push(n)
    else then.push(n)
    if (first.length >= mostOffers || entries.size >= mostLooked) break
  }
  const all = [...first, ...then]
  const offers = all.slice(0, mostOffers - planes.length).map(node => {
    const path = nodePath(snapshot, plane, node)
    const label = nodeLabel(snapshot, plane, node)
    const hasClients = plane.end[node]! > node + 1
    return { text: path, label, hint: path, place: { plane, node }, hasClients }
  })
  return { offers: [...planes, ...offers], more: all.length - offers.length }
}
