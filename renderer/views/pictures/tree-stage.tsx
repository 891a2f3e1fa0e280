import { useDeferredValue, useMemo, type ReactNode } from 'react'
import { emptyBitSet, hasBit, setBit, type BitSet } from '../../../core/registry/bit-set.ts'
import type { PlaneTable, Snapshot } from '../../../core/registry/snapshot.ts'
import { hitsOf, type Hits } from '../../filter/hits.ts'
import { colourScale } from '../../charts/frame/colour-by.ts'
import type { Mark } from '../../charts/frame/scene.ts'
import { hitEntries } from '../../charts/hit-entries.ts'
import { dressTree } from '../../charts/service-tree-layout.ts'
import type { TreePart } from '../../charts/service-tree-part.ts'
import {
  noneUnfolded,
  treeForFile,
  treePart,
  treeScene,
  treeShape,
  type TreePower,
} from '../../charts/tree-picture.ts'
import { usePictureRoom } from '../../charts/use-picture-room.ts'
import { scopeNode } from '../../registry/scope.ts'
import { findNode } from '../../registry/selection.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { colourOf } from '../../state/pictures-state.ts'
import type { EntryRef, OpenCapture } from '../../state/app-state.ts'
import { openOf } from '../../state/open-nodes.ts'
import { PictureStage } from './picture-stage.tsx'

export interface TreeStageProps {
  readonly current: OpenCapture
  readonly plane: PlaneTable
  readonly selectedRef: EntryRef | null
  readonly scopeRef: EntryRef | null
  readonly tools: ReactNode
  readonly power?: TreePower
}

/** A plane as a tidy tree. */
export function TreeStage(props: TreeStageProps) {
  const { current, plane, selectedRef, scopeRef, tools, power = null } = props
  const { snapshot } = current
  const actions = useActions()
  const opened = useApp(state => state.open)
  const hits = useDeferredValue(useApp(hitsOf))
  const { direction, unfolded: unfoldedIn } = useApp(state => state.pictures)
  const colourBy = useApp(state => colourOf(state.pictures))
  const scope = useMemo(() => scopeNode(snapshot, plane, scopeRef), [snapshot, plane, scopeRef])
  const { width, height } = usePictureRoom()
  const open = useMemo(() => openOf({ open: opened }, plane), [opened, plane])
  const unfolded = unfoldedIn.get(plane.plane) ?? noneUnfolded
  const part = treePart(plane, current, open, scope, unfolded, power)
  const node = useMemo(
    () => (selectedRef ? findNode(snapshot, plane, selectedRef) : -1),
    [snapshot, plane, selectedRef],
  )
  const shape = treeShape(plane, current, part, scope, direction, width, height, power)
  const matches = useMemo(() => hits && matchesIn(snapshot, plane, hits), [snapshot, plane, hits])
  const colours = colourScale(current, colourBy)
  const scene = treeScene(shape, colours, matches)

  const fold = (mark: Mark) => {
    if (mark.shape === 'card') {
      actions.foldInPicture(plane.plane, Number(mark.key.slice('node:'.length)), !mark.fold?.isOpen)
    } else actions.unfoldInPicture(plane.plane, unfoldKeyOf(part.roots, mark.key))
  }
  return (
    <PictureStage
      current={current}
      scene={scene}
      forFile={() =>
        dressTree(treeForFile(plane, current, part, direction, power), { colours, matches })
      }
      selected={keyOf(part.roots, plane, node)}
      shownAs={`${snapshot.planes.indexOf(plane)} ${scope} ${direction}`}
      plane={plane.plane}
      firstScale="legible"
      hits={hits?.matches}
      onFold={fold}
      {...(unfoldedIn.has(plane.plane)
        ? { onBack: () => actions.setPictures({ unfolded: new Map() }) }
        : {})}
      tools={tools}
    />
  )
}

/** Hits are asked for in the plane of the tree; here the same entries count, wherever they stand. */
function matchesIn(snapshot: Snapshot, plane: PlaneTable, hits: Hits): BitSet | null {
  const entries = hitEntries(snapshot, hits)
  if (!entries || hits.plane === plane) return entries && hits.matches
  const matches = emptyBitSet(plane.length)
  for (let n = 0; n < plane.length; n++) if (hasBit(entries, plane.entry[n]!)) setBit(matches, n)
  return matches
}

/** The mark that shows a node: its own, or that of those it looks like. */
function keyOf(roots: readonly TreePart[], plane: PlaneTable, node: number): string | null {
  if (node === -1) return null
  const entry = plane.entry[node]!
  let elsewhere: string | null = null
  const left = [...roots]
  for (let part = left.pop(); part; part = left.pop()) {
    if (part.kind === 'alike' && part.nodes.includes(node)) return part.key
    if (part.kind === 'node') {
      if (part.node === node) return part.key
      // Every entry is drawn once, at the first of its places.
      if (plane.entry[part.node] === entry) elsewhere = part.key
    }
    left.push(...part.parts)
  }
  return elsewhere
}

/** What has to be unfolded so that those are drawn one by one which a mark stands for. */
function unfoldKeyOf(roots: readonly TreePart[], key: string): string {
  const left = [...roots]
  for (let part = left.pop(); part; part = left.pop()) {
    if (part.kind === 'alike' && part.key === key) return part.unfoldKey
    left.push(...part.parts)
  }
  return key
}
