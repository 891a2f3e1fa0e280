import { memo, type CSSProperties } from 'react'
import type { ColourRule } from '../../../core/contract/preferences.ts'
import { nodeLabel } from '../../../core/registry/paths.ts'
import { knownStateRow } from '../../../core/registry/place-rows.ts'
import {
  EntryFlag,
  noString,
  type NodeIndex,
  type PropertyIndex,
  type PlaneTable,
  type Snapshot,
} from '../../../core/registry/snapshot.ts'
import { entryId, textAt } from '../../registry/columns.ts'
import { hasWord, needsPlace } from '../../filter/marked-runs.ts'
import { placeText } from '../../registry/place-text.ts'
import { busyText, stateBrief } from '../../registry/service-state.ts'
import { aloud } from '../../widgets/aloud.ts'
import { classNames } from '../../widgets/class-names.ts'
import { virtualRowClass } from '../../widgets/virtual-list.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { markedRowClass, RowMark } from '../watch/row-mark.tsx'
import { Marked, markedText } from '../filter/marked.tsx'
import { RuleName, ruleRowClass, ruleText } from '../filter/rule-mark.tsx'
import styles from './registry-tree.module.css'

export interface TreeRowProps {
  readonly snapshot: Snapshot
  readonly plane: PlaneTable
  readonly node: NodeIndex
  readonly index: number
  readonly place: CSSProperties
  /** Of the row that the tree is limited to: levels are counted from there. */
  readonly topDepth: number
  /** Among the siblings that are shown, counted from 1. */
  readonly position: number
  readonly size: number
  readonly isSelected: boolean
  /** The row that takes the focus; selected as well, with others or alone. */
  readonly isCurrent: boolean
  readonly isOpen: boolean
  readonly hasClients: boolean
  /** Null without a filter. */
  readonly isHit: boolean | null
  /** Marked in the texts of a hit. */
  readonly filter: string
  /** The property of a hit that has the text, -1 where none is known. */
  readonly property: PropertyIndex
  /** `EntryMark` bits, and when watching saw them. */
  readonly mark: number
  readonly markAt: number | undefined
  /** The colour rule that marks it. */
  readonly rule: ColourRule | null
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
  const depth = plane.depth[node]! - props.topDepth
  const label = visibleText(nodeLabel(snapshot, plane, node))
  const className = visibleText(textAt(strings, entries.className[entry]!) ?? '')
  const stateRow = knownStateRow(snapshot, plane, node)
  const state = stateBrief(entries, stateRow)
  const busy = busyText(entries, stateRow)
  const filter = isHit === true ? props.filter : ''
  // Of a name that has the text itself nothing more needs to be said.
  const place =
    filter !== '' && props.property !== -1 && needsPlace(label, className, filter)
      ? placeText(snapshot, props.property, filter)
      : null
  const isOver = (entries.flags[entry]! & EntryFlag.isTerminated) !== 0
  // The part after `@` is the node's place, not its name.
  const at = plane.location[node] === noString ? -1 : label.lastIndexOf('@')

  return (
    <div
      role="row"
      data-row={index}
      aria-rowindex={index + 2}
      aria-level={depth + 1}
      aria-posinset={props.position}
      aria-setsize={props.size}
      aria-expanded={hasClients ? isOpen : undefined}
      aria-selected={isSelected}
      tabIndex={props.isCurrent ? 0 : -1}
      className={classNames(
        virtualRowClass,
        styles.row,
        isSelected && styles.selected,
        isHit === false && styles.dimmed,
        isOver && styles.over,
        markedRowClass(props.mark),
        props.rule && ruleRowClass(props.rule.colour),
      )}
      style={props.place}
    >
      <div
        role="gridcell"
        className={classNames(
          styles.name,
          place && styles.told,
          props.mark !== 0 && styles.withMark,
        )}
        style={{ paddingInlineStart: Math.min(depth, deepestIndent) * indentPx + 20 }}
        title={[
          label,
          ...(place ? [`${place.key} = ${place.value}`] : []),
          ...(props.rule ? [ruleText(props.rule.name)] : []),
        ].join('\n')}
      >
        {/* Empty where there is none: to make and remove an element costs more than to change it. */}
        <span
          data-twisty={hasClients ? '' : undefined}
          className={hasClients ? classNames(styles.twisty, isOpen && styles.open) : undefined}
        />
        <span data-name>
          {markedText(at === -1 ? label : label.slice(0, at), filter)}
          <span className={styles.location}>{at === -1 ? '' : label.slice(at)}</span>
        </span>
        {props.mark !== 0 && <RowMark bits={props.mark} at={props.markAt} />}
        {props.rule && <RuleName name={props.rule.name} />}
        {place && (
          <span className={styles.place}>
            {' '}
            <span className={hasWord(place.key, filter) ? undefined : styles.key}>
              <Marked text={place.key} filter={filter} />
              {' = '}
            </span>
            <Marked text={place.value} filter={filter} />
          </span>
        )}
      </div>
      <div role="gridcell" className={styles.class} title={className}>
        {markedText(className, filter)}
      </div>
      <div
        role="gridcell"
        className={state ? `${styles.state} ${styles[state.tone]}` : styles.state}
        aria-label={state ? aloud(state.word) : undefined}
        title={state?.words}
      >
        {state?.word}
      </div>
      <div
        role="gridcell"
        aria-label={busy === null ? undefined : `busy ${busy}`}
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
    before.topDepth === after.topDepth &&
    before.position === after.position &&
    before.size === after.size &&
    before.isSelected === after.isSelected &&
    before.isCurrent === after.isCurrent &&
    before.isOpen === after.isOpen &&
    before.isHit === after.isHit &&
    before.filter === after.filter &&
    before.property === after.property &&
    before.mark === after.mark &&
    before.markAt === after.markAt &&
    before.rule === after.rule
  )
}
