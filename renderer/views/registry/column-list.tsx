import { ChevronRight } from 'lucide-react'
import { memo, type CSSProperties } from 'react'
import type { ColourRule } from '../../../core/contract/preferences.ts'
import type { EntryMarks } from '../../../core/diff/entry-marks.ts'
import { hasBit } from '../../../core/registry/bit-set.ts'
import { nodeLabel } from '../../../core/registry/paths.ts'
import { knownStateRow } from '../../../core/registry/place-rows.ts'
import {
  EntryFlag,
  type NodeIndex,
  type PlaneTable,
  type Snapshot,
} from '../../../core/registry/snapshot.ts'
import { ruleOf } from '../../filter/rule-numbers.ts'
import type { Column } from '../../registry/column-model.ts'
import { textAt } from '../../registry/columns.ts'
import { stateBrief } from '../../registry/service-state.ts'
import type { TreeRows } from '../../registry/tree-rows.ts'
import { useApp } from '../../state/app-context.tsx'
import type { ChosenNodes } from '../../state/navigation-state.ts'
import { aloud } from '../../widgets/aloud.ts'
import { classNames } from '../../widgets/class-names.ts'
import { smallIconProps } from '../../widgets/icons.ts'
import { Spoken } from '../../widgets/spoken.tsx'
import { virtualRowClass, VirtualList } from '../../widgets/virtual-list.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { Marked } from '../filter/marked.tsx'
import { RuleName, ruleRowClass, ruleText } from '../filter/rule-mark.tsx'
import { markedRowClass, RowMark } from '../watch/row-mark.tsx'
import styles from './column-browser.module.css'
import tree from './registry-tree.module.css'

export interface ColumnListProps {
  readonly snapshot: Snapshot
  readonly rows: TreeRows
  readonly column: Column
  readonly chosen: ChosenNodes | null
  readonly filter: string
  readonly marks?: EntryMarks | undefined
  /** The selected node stands in it. */
  readonly isCurrent: boolean
  readonly takesFocus: boolean
  readonly scrollGeneration: string
  readonly onTitle: () => void
}

/** One column: the clients of a provider. */
export function ColumnList(props: ColumnListProps) {
  const { snapshot, rows, column, chosen, filter, marks, isCurrent, takesFocus } = props
  const ruled = useApp(state => state.filters.ruled)
  const { plane } = rows
  const { provider, nodes, selected } = column
  const title = provider === -1 ? plane.plane : visibleText(nodeLabel(snapshot, plane, provider))
  return (
    <section className={styles.column} aria-label={`Clients of ${title}`}>
      <button
        type="button"
        // Keys get there by ArrowLeft.
        tabIndex={-1}
        className={styles.title}
        title={title}
        onClick={event => {
          event.stopPropagation()
          props.onTitle()
        }}
      >
        <span>{title}</span>
        <span className={styles.count}>{nodes.length.toLocaleString('en-US')}</span>
      </button>
      {nodes.length === 0 ? (
        <p className={styles.none} tabIndex={takesFocus ? 0 : undefined}>
          It has no clients.
        </p>
      ) : (
        <VirtualList
          role="listbox"
          aria-multiselectable
          aria-label={`Clients of ${title}`}
          tabIndex={takesFocus ? 0 : -1}
          count={nodes.length}
          keep={selected}
          scrollTo={selected}
          scrollGeneration={props.scrollGeneration}
          renderRow={(index, place) => {
            const node = nodes[index]!
            return (
              <ColumnRow
                key={node}
                snapshot={snapshot}
                plane={plane}
                node={node}
                place={place}
                index={index}
                size={nodes.length}
                isSelected={index === selected && !(isCurrent && chosen)}
                isChosen={chosen ? hasBit(chosen.nodes, node) : isCurrent && index === selected}
                isCurrent={isCurrent && index === selected}
                isHit={rows.matches && hasBit(rows.matches, node)}
                filter={filter}
                mark={marks?.bits[plane.entry[node]!] ?? 0}
                markAt={marks?.at.get(plane.entry[node]!)}
                rule={ruleOf(ruled, snapshot, plane.entry[node]!)}
              />
            )
          }}
        />
      )}
    </section>
  )
}

interface ColumnRowProps {
  readonly snapshot: Snapshot
  readonly plane: PlaneTable
  readonly node: NodeIndex
  readonly place: CSSProperties
  readonly index: number
  readonly size: number
  /** It leads to what is selected. */
  readonly isSelected: boolean
  /** It is selected, alone or with others. */
  readonly isChosen: boolean
  /** The row that takes the focus; selected as well, but while it is moved from one to the next. */
  readonly isCurrent: boolean
  /** Null without a filter. */
  readonly isHit: boolean | null
  readonly filter: string
  readonly mark: number
  readonly markAt: number | undefined
  /** The colour rule that marks it. */
  readonly rule: ColourRule | null
}

const ColumnRow = memo(function ColumnRow(props: ColumnRowProps) {
  const { snapshot, plane, node, index, isSelected, isChosen, isCurrent, isHit } = props
  const { entries, strings } = snapshot
  const entry = plane.entry[node]!
  const label = visibleText(nodeLabel(snapshot, plane, node))
  const className = visibleText(textAt(strings, entries.className[entry]!) ?? '')
  const state = stateBrief(entries, knownStateRow(snapshot, plane, node))
  const isOver = (entries.flags[entry]! & EntryFlag.isTerminated) !== 0
  return (
    <div
      role="option"
      data-node={node}
      aria-selected={isSelected || isChosen}
      aria-posinset={index + 1}
      aria-setsize={props.size}
      tabIndex={isCurrent ? 0 : -1}
      className={classNames(
        virtualRowClass,
        styles.row,
        isSelected && styles.selected,
        isChosen && styles.chosen,
        isCurrent && styles.current,
        isHit === false && styles.dimmed,
        isOver && styles.over,
        markedRowClass(props.mark),
        props.rule && ruleRowClass(props.rule.colour),
      )}
      style={props.place}
      title={[label, className, state?.words, props.rule && ruleText(props.rule.name)]
        .filter(Boolean)
        .join('\n')}
    >
      <span className={classNames(styles.state, state && tree.state, state && tree[state.tone])}>
        {state && <Spoken>{aloud(state.word)} </Spoken>}
      </span>
      <span className={styles.name} data-name>
        <Marked text={label} filter={isHit === true ? props.filter : ''} />
        {props.rule && <RuleName name={props.rule.name} />}
      </span>
      {props.mark !== 0 && <RowMark bits={props.mark} at={props.markAt} />}
      {plane.end[node]! > node + 1 && <ChevronRight {...smallIconProps} />}
    </div>
  )
}, isAlike)

function isAlike(before: ColumnRowProps, after: ColumnRowProps): boolean {
  return (
    before.snapshot === after.snapshot &&
    before.plane === after.plane &&
    before.node === after.node &&
    before.index === after.index &&
    before.size === after.size &&
    before.isSelected === after.isSelected &&
    before.isChosen === after.isChosen &&
    before.isCurrent === after.isCurrent &&
    before.isHit === after.isHit &&
    before.filter === after.filter &&
    before.mark === after.mark &&
    before.markAt === after.markAt &&
    before.rule === after.rule
  )
}
