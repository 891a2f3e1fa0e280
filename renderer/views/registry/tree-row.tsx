import { memo, type CSSProperties } from 'react'
import { nodeLabel } from '../../../core/registry/paths.ts'
import { knownStateRow } from '../../../core/registry/place-rows.ts'
import {
  noString,
  type NodeIndex,
  type PropertyIndex,
  type PlaneTable,
  type Snapshot,
} from '../../../core/registry/snapshot.ts'
import { entryId, textAt } from '../../registry/columns.ts'
import { placeText } from '../../registry/place-text.ts'
import { busyText, stateBrief } from '../../registry/service-state.ts'
import { siblingPlaces } from '../../registry/sibling-places.ts'
import { classNames } from '../../widgets/class-names.ts'
import { virtualRowClass } from '../../widgets/virtual-list.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './registry-tree.module.css'

export interface TreeRowProps {
  readonly snapshot: Snapshot
  readonly plane: PlaneTable
  readonly node: NodeIndex
  readonly index: number
  readonly place: CSSProperties
  readonly isSelected: boolean
  readonly isOpen: boolean
  readonly hasClients: boolean
  /** Null without a filter. */
  readonly isHit: boolean | null
  /** Marked in the texts of a hit. */
  readonly filter: string
  /** The property of a hit that has the text, -1 where none is known. */
  readonly property: PropertyIndex
}

const indentPx = 14
/** Deeper rows keep this indent: the name has to stay in sight. */
const deepestIndent = 24

/**
 * One row: as few elements as its cells, for fifty of them are made in one frame of scrolling. Clicks are
 * handled by the tree, which finds the row by `data-row`; marks are drawn by the style sheet.
 */
export const TreeRow = memo(function TreeRow(props: TreeRowProps) {
  const { snapshot, plane, node, index, isSelected, isOpen, hasClients, isHit } = props
  const { entries, strings } = snapshot
  const entry = plane.entry[node]!
  const depth = plane.depth[node]!
  const label = visibleText(nodeLabel(snapshot, plane, node))
  const className = visibleText(textAt(strings, entries.className[entry]!) ?? '')
  const stateRow = knownStateRow(snapshot, plane, node)
  const state = stateBrief(entries, stateRow)
  const busy = busyText(entries, stateRow)
  const filter = isHit === true ? props.filter : ''
  // Of a name that has the text itself nothing more needs to be said.
  const place =
    filter !== '' && props.property !== -1 && !has(label, filter) && !has(className, filter)
      ? placeText(snapshot, props.property, filter)
      : null
  const { position, size } = siblingPlaces(plane)
  // The part after `@` is the node's place, not its name.
  const at = plane.location[node] === noString ? -1 : label.lastIndexOf('@')

  return (
    <div
      role="row"
      data-row={index}
      aria-rowindex={index + 2}
      aria-level={depth + 1}
      // Of a filtered tree some siblings are not there to be counted.
      aria-posinset={isHit === null ? position[node] : undefined}
      aria-setsize={isHit === null ? size[node] : undefined}
      aria-expanded={hasClients ? isOpen : undefined}
      aria-selected={isSelected}
      tabIndex={isSelected ? 0 : -1}
      className={classNames(
        virtualRowClass,
        styles.row,
        isSelected && styles.selected,
        isHit === false && styles.dimmed,
      )}
      style={props.place}
    >
      <div
        role="gridcell"
        className={place ? `${styles.name} ${styles.told}` : styles.name}
        style={{ paddingInlineStart: Math.min(depth, deepestIndent) * indentPx + 20 }}
        title={place ? `${label}\n${place.key} = ${place.value}` : label}
      >
        {hasClients && (
          <span data-twisty className={classNames(styles.twisty, isOpen && styles.open)} />
        )}
        <Marked text={at === -1 ? label : label.slice(0, at)} filter={filter} />
        {at !== -1 && <span className={styles.location}>{label.slice(at)}</span>}
        {place && (
          <span className={styles.place}>
            {' '}
            <span className={has(place.key, filter) ? undefined : styles.key}>
              <Marked text={place.key} filter={filter} />
              {' = '}
            </span>
            <Marked text={place.value} filter={filter} />
          </span>
        )}
      </div>
      <div role="gridcell" className={styles.class} title={className}>
        <Marked text={className} filter={filter} />
      </div>
      <div
        role="gridcell"
        className={state ? `${styles.state} ${styles[state.tone]}` : styles.state}
        title={state?.words}
      >
        {state?.word}
      </div>
      <div
        role="gridcell"
        className={busy === '0' ? `${styles.number} ${styles.quiet}` : styles.number}
      >
        {busy}
      </div>
      <div role="gridcell" className={styles.id}>
        {entryId(snapshot, entry)}
      </div>
    </div>
  )
}, isAlike)

/** The place is a new object each time, but the row's index says all of it. */
function isAlike(before: TreeRowProps, after: TreeRowProps): boolean {
  return (
    before.snapshot === after.snapshot &&
    before.plane === after.plane &&
    before.node === after.node &&
    before.index === after.index &&
    before.isSelected === after.isSelected &&
    before.isOpen === after.isOpen &&
    before.isHit === after.isHit &&
    before.filter === after.filter &&
    before.property === after.property
  )
}

function has(text: string, filter: string): boolean {
  return text.toLowerCase().includes(filter.trim().toLowerCase())
}

/** The text with what was looked for marked in it. */
function Marked({ text, filter }: { readonly text: string; readonly filter: string }) {
  const wanted = filter.trim().toLowerCase()
  const at = wanted === '' ? -1 : text.toLowerCase().indexOf(wanted)
  if (at === -1) return text
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + wanted.length)}</mark>
      {text.slice(at + wanted.length)}
    </>
  )
}
