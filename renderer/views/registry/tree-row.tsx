import { ChevronRight } from 'lucide-react'
import type { CSSProperties } from 'react'
import { hasBit, type BitSet } from '../../../core/registry/bit-set.ts'
import { nodeLabel } from '../../../core/registry/paths.ts'
import type { NodeIndex, PlaneTable, Snapshot } from '../../../core/registry/snapshot.ts'
import { entryId, textAt } from '../../registry/columns.ts'
import { busyText, stateBrief } from '../../registry/service-state.ts'
import { classNames } from '../../widgets/class-names.ts'
import { smallIconProps } from '../../widgets/icons.ts'
import { StateMark } from '../../widgets/state-mark.tsx'
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
  readonly matches: BitSet | null
  /** Marked in the texts of a hit. */
  readonly filter: string
  readonly onSelect: (index: number) => void
  readonly onToggle: (node: NodeIndex, isOpen: boolean) => void
}

const indentPx = 14
/** Deeper rows keep this indent: the name has to stay in sight. */
const deepestIndent = 24

export function TreeRow(props: TreeRowProps) {
  const { snapshot, plane, node, index, place, isSelected, isOpen, matches } = props
  const { entries, strings } = snapshot
  const entry = plane.entry[node]!
  const depth = plane.depth[node]!
  const label = visibleText(nodeLabel(snapshot, plane, node))
  const className = visibleText(textAt(strings, entries.className[entry]!) ?? '')
  const state = stateBrief(entries, entry)
  const busy = busyText(entries, entry)
  const isHit = matches !== null && hasBit(matches, node)
  // The part after `@` is the node's place, not its name.
  const at = plane.location[node] === -1 ? -1 : label.lastIndexOf('@')

  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-level={depth + 1}
      aria-expanded={props.hasClients ? isOpen : undefined}
      aria-selected={isSelected}
      tabIndex={isSelected ? 0 : -1}
      className={classNames(
        virtualRowClass,
        styles.row,
        isSelected && styles.selected,
        matches !== null && !isHit && styles.dimmed,
      )}
      style={place}
      onClick={() => props.onSelect(index)}
      onDoubleClick={() => props.hasClients && props.onToggle(node, !isOpen)}
    >
      <div
        role="gridcell"
        className={styles.name}
        style={{ paddingInlineStart: Math.min(depth, deepestIndent) * indentPx }}
      >
        <span
          className={classNames(styles.twisty, isOpen && styles.open)}
          onClick={event => {
            event.stopPropagation()
            if (props.hasClients) props.onToggle(node, !isOpen)
          }}
          onDoubleClick={event => event.stopPropagation()}
        >
          {props.hasClients && <ChevronRight {...smallIconProps} />}
        </span>
        <span className={styles.label} title={label}>
          <Marked
            text={at === -1 ? label : label.slice(0, at)}
            filter={isHit ? props.filter : ''}
          />
          {at !== -1 && <span className={styles.location}>{label.slice(at)}</span>}
        </span>
      </div>
      <div role="gridcell" className={classNames(styles.cell, styles.class)} title={className}>
        <Marked text={className} filter={isHit ? props.filter : ''} />
      </div>
      <div role="gridcell" className={styles.cell} title={state?.words}>
        {state && (
          <StateMark tone={state.tone} isQuiet>
            {state.word}
          </StateMark>
        )}
      </div>
      <div
        role="gridcell"
        className={classNames(styles.cell, styles.number, busy === '0' && styles.quiet)}
      >
        {busy}
      </div>
      <div role="gridcell" className={classNames(styles.cell, styles.id)}>
        {entryId(snapshot, entry)}
      </div>
    </div>
  )
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
