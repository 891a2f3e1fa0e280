import { valueBytes } from '../registry/read-value.ts'
import {
  EntryFlag,
  type NodeIndex,
  type PlaneTable,
  type PropertyIndex,
  type Snapshot,
} from '../registry/snapshot.ts'
import { stringAt } from '../registry/strings.ts'
import type { TextSection } from '../registry/text-style.ts'
import type { TextEra, ValueRules } from './text-era.ts'

/** A run of nodes that is written in one way. */
export interface TextPart {
  readonly plane: PlaneTable
  readonly first: NodeIndex
  readonly end: NodeIndex
  readonly layout: TextSection
  /** Null: whatever a row tells is printed, and values are as they stand in the source. */
  readonly era: TextEra | null
  readonly hasHeading: boolean
  /** Every node has a block, also where its source shows no properties. */
  readonly hasAllBlocks: boolean
  /** Asides of the part are those of this source that begin before `limit`; -1: none. */
  readonly source: number
  readonly limit: number
}

/**
 * The sections of all sources, as they are laid out; null where something is no text, or its sections do not
 * account for all nodes.
 */
export function sourceParts(snapshot: Snapshot, hasAsides: boolean): TextPart[] | null {
  const nodesSoFar = new Map<string, number>()
  const parts: TextPart[] = []
  for (const [source, { style }] of snapshot.sources.entries()) {
    if (!style) return null
    for (const [i, layout] of style.sections.entries()) {
      const plane = snapshot.planes.find(table => table.plane === layout.plane)
      if (!plane) return null
      const first = nodesSoFar.get(plane.plane) ?? 0
      const end = first + layout.nodes
      nodesSoFar.set(plane.plane, end)
      parts.push({
        plane,
        first,
        end,
        layout,
        era: null,
        hasHeading: !hasAsides && style.sections.length + snapshot.sources.length > 2,
        hasAllBlocks: false,
        source: hasAsides ? source : -1,
        limit: style.sections[i + 1]?.byteOffset ?? Number.POSITIVE_INFINITY,
      })
    }
  }
  const isAll = snapshot.planes.every(
    ({ plane, length }) => (nodesSoFar.get(plane) ?? 0) === length,
  )
  return isAll && parts.length > 0 ? parts : null
}

/** Whole planes, as the tool of an era prints them. */
export function eraParts(
  snapshot: Snapshot,
  planes: readonly PlaneTable[],
  era: TextEra,
  hasChains: boolean,
): TextPart[] {
  return planes.map(plane => ({
    plane,
    first: 0,
    end: plane.length,
    layout: {
      plane: plane.plane,
      byteOffset: 0,
      nodes: plane.length,
      lineBreak: '\n',
      margin: '',
      isBare: false,
      hasChains,
      retainWord: era.retainWord ?? 'retain',
      separator: 'whole',
      endsMatches: !isWholeTree(snapshot, plane),
      bold: null,
      isHex: era.values.isHex,
    },
    era,
    hasHeading: planes.length > 1,
    hasAllBlocks: hasAllBlocks(snapshot, plane),
    source: -1,
    limit: 0,
  }))
}

/** Is it the tree of one registry, and not the matches of `ioreg -r`? */
function isWholeTree({ strings }: Snapshot, plane: PlaneTable): boolean {
  return plane.end[0] === plane.length && stringAt(strings, plane.name[0]!) === 'Root'
}

/**
 * An archive does not tell an entry without properties from one whose properties were not asked for. Where the root has
 * some, they were asked for (`-l`), and the tool prints a block for each node.
 */
function hasAllBlocks(snapshot: Snapshot, plane: PlaneTable): boolean {
  const { sources, entries } = snapshot
  if (!isWholeTree(snapshot, plane) || sources.some(({ syntax }) => syntax === 'text')) return false
  return (entries.flags[plane.sighting[0]!]! & EntryFlag.hasProperties) !== 0
}

/** Does the source print a value as the rules demand? Then its bytes can be copied. */
export function isPrintedSo(
  snapshot: Snapshot,
  property: PropertyIndex,
  rules: ValueRules,
  sourceRules: ValueRules | null,
): boolean {
  if (!sourceRules || sourceRules.isHex !== rules.isHex) return false
  const isSame =
    sourceRules.isSigned === rules.isSigned &&
    sourceRules.toleratesPadding === rules.toleratesPadding
  const bytes = valueBytes(snapshot, property)
  // What `-f` prints begins in the next line.
  const isFormatted = bytes[0] === 10 || bytes[0] === 13
  return isSame && !isFormatted && bytes.every(byte => byte < 128)
}

/**
 * The rules that a text source follows; null for one that is no text, and where they cannot be told: 10.0 to 10.2
 * print nodes alike, and numbers not.
 */
export function rulesOfSource(snapshot: Snapshot, source: number): ValueRules | null {
  const { sources, entries } = snapshot
  const { style } = sources[source]!
  if (!style) return null
  const has = (flag: number) => entries.flags.some(flags => (flags & flag) !== 0)
  const isOld = style.sections.some(({ retainWord }) => retainWord === 'retain count')
  if (!isOld && !has(EntryFlag.hasId) && !has(EntryFlag.hasRetainCount)) return null
  return {
    isSigned: false,
    toleratesPadding: isOld,
    encoding: 'mac-roman',
    isHex: style.sections.some(({ isHex }) => isHex),
  }
}
