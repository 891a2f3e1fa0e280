import type { BitSet } from '../../core/registry/bit-set.ts'
import type { EntryIndex, PlaneTable } from '../../core/registry/snapshot.ts'
import type { OpenCapture } from '../state/app-state.ts'
import type { TreeDirection } from '../state/pictures-state.ts'
import type { PowerStates } from './power-states.ts'
import type { ColourScale } from './frame/colour-scale.ts'
import { dressTree, serviceTreeShape, type ServiceTreeShape } from './service-tree-layout.ts'
import { serviceTreePart, type TreePart } from './service-tree-part.ts'

/** Of the power plane: what its cards say beyond others, what is told apart by that, and what is stepped over. */
export interface TreePower {
  readonly stateOf: (entry: EntryIndex) => PowerStates | null
  readonly alikeBy: (entry: EntryIndex) => string
  readonly stepOver: (entry: EntryIndex) => boolean
}

/** What of a plane is drawn. The last answer for each plane is kept, so that it may be asked for before it is wanted. */
export const treePart = keptForEach(
  (
    plane: PlaneTable,
    current: OpenCapture,
    open: BitSet,
    scope: number,
    unfolded: ReadonlySet<string>,
    power: TreePower | null,
  ) => {
    const marks = current.marks?.bits
    // What is new or gone stays apart from the others of its kind.
    const alikeBy = (entry: EntryIndex) =>
      `${marks?.[entry] ?? 0}${power ? ` ${power.alikeBy(entry)}` : ''}`
    return serviceTreePart(current.snapshot, plane, {
      open,
      scope,
      unfolded,
      alikeBy,
      ...(power ? { stepOver: power.stepOver } : {}),
    })
  },
)

/** Where each of that stands, for a room of so many pixels. */
export const treeShape = keptForEach(
  (
    plane: PlaneTable,
    current: OpenCapture,
    part: ReturnType<typeof treePart>,
    scope: number,
    direction: TreeDirection,
    width: number,
    height: number,
    power: TreePower | null,
  ) => {
    const shapeWith = (most: number | null) =>
      serviceTreeShape(current, {
        plane,
        part,
        direction,
        most,
        frame: { width, height },
        ...(power ? { power: power.stateOf } : {}),
      })
    const what = `${scope} ${direction} ${width} ${height}`
    const count = countOf(part.roots)
    const before = heights.get(plane)
    const isLike =
      before?.what === what && count < before.count * muchMore && before.count < count * muchMore
    const shape = shapeWith(isLike ? before.most : null)
    if (!isLike) heights.set(plane, { what, count, most: shape.most })
    return shape
  },
)

/** In its colours, with what the filter found. */
export const treeScene = keptForEach(
  (shape: ServiceTreeShape, colours: ColourScale, matches: BitSet | null) =>
    dressTree(shape, { colours, matches }),
)

function countOf(parts: readonly TreePart[]): number {
  return parts.reduce((sum, each) => sum + 1 + countOf(each.parts), 0)
}

/** How high the piles of each plane's tree are, and how many marks it had when that was chosen. */
const heights = new WeakMap<
  PlaneTable,
  { readonly what: string; readonly count: number; readonly most: number }
>()
/** With so many times as many marks, or as few, the columns are chosen anew. */
const muchMore = 1.5

/** For a file: with all names in full, in a shape that goes onto a page. */
export function treeForFile(
  plane: PlaneTable,
  current: OpenCapture,
  part: ReturnType<typeof treePart>,
  direction: TreeDirection,
  power: TreePower | null,
) {
  return serviceTreeShape(current, {
    plane,
    part,
    direction,
    isFull: true,
    frame: page,
    ...(power ? { power: power.stateOf } : {}),
  })
}

export const noneUnfolded: ReadonlySet<string> = new Set()

const page = { width: 1500, height: 1000 } as const

function keptForEach<K extends object, A extends readonly unknown[], R>(
  make: (key: K, ...args: A) => R,
): (key: K, ...args: A) => R {
  const kept = new WeakMap<K, { readonly args: A; readonly made: R }>()
  return (key, ...args) => {
    const before = kept.get(key)
    if (before && args.every((arg, n) => arg === before.args[n])) return before.made
    const made = make(key, ...args)
    kept.set(key, { args, made })
    return made
  }
}
