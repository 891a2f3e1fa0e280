import { nodesOf } from '../../../core/registry/lookup.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { keysOf } from '../../commands/command-button.tsx'
import { chosenIn } from '../../registry/choose-rows.ts'
import { planesWith } from '../../registry/same-entry.ts'
import { findEntry } from '../../registry/selection.ts'
import { rowOfNode, type TreeRows } from '../../registry/tree-rows.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { LinkButton } from '../../widgets/button.tsx'
import { classNames } from '../../widgets/class-names.ts'
import { Tooltip } from '../../widgets/tooltip.tsx'
import { countText } from '../action/quantities.ts'
import styles from './place-strip.module.css'

export interface PlaceStripProps {
  readonly snapshot: Snapshot
  readonly rows: TreeRows
  /** The selected node, -1 for none. */
  readonly node: number
  readonly isTree: boolean
}

/** Below the tree: how much of it is shown, what came of the last command, and where else the selected entry stands. */
export function PlaceStrip({ snapshot, rows, node, isTree }: PlaceStripProps) {
  const actions = useActions()
  const selected = useApp(state => state.selected)
  const said = useApp(state => state.navigation.said)
  const { plane } = rows
  const chosen = chosenIn(
    useApp(state => state.navigation.chosen),
    snapshot,
    plane.plane,
  )
  const entry = node === -1 ? selected && findEntry(snapshot, selected) : plane.entry[node]!
  const planes = entry === null ? [] : planesWith(snapshot, entry)
  const places = entry === null ? new Int32Array(0) : nodesOf(snapshot, plane, entry)
  const isFilteredAway =
    isTree && node !== -1 && rows.matches !== null && rowOfNode(rows, node) === -1
  return (
    <div className={styles.strip}>
      <span className={styles.rows}>{countText(rows.nodes.length, 'row')}</span>
      <span role="status" className={classNames(styles.said, said?.tone === 'bad' && styles.bad)}>
        {said?.text ?? (chosen ? selectedWords(chosen.count) : '')}
      </span>
      {isFilteredAway && !said && (
        <span className={styles.said}>
          The filter hides the selected entry.{' '}
          <LinkButton onClick={() => actions.setFilter('')}>Clear the filter</LinkButton>
        </span>
      )}
      {entry !== null && (planes.length > 1 || places.length > 1) && (
        <div className={styles.places} role="group" aria-label="Where the entry stands">
          {planes.length > 1 &&
            planes.map(each => (
              <Tooltip
                key={each.plane}
                text={`In ${each.plane} (${keysOf('go.nextPlane')} goes on to the next plane)`}
              >
                <button
                  type="button"
                  className={styles.place}
                  aria-pressed={each === plane}
                  onClick={() => actions.showPlace(each, nodesOf(snapshot, each, entry)[0]!)}
                >
                  {each.plane}
                </button>
              </Tooltip>
            ))}
          {places.length > 1 && (
            <Tooltip text={`Under its next provider (${keysOf('go.nextPlace')})`}>
              <button type="button" className={styles.place} onClick={() => actions.nextPlace(1)}>
                place {places.indexOf(node) + 1} of {places.length}
              </button>
            </Tooltip>
          )}
        </div>
      )}
    </div>
  )
}

function selectedWords(count: number): string {
  return `${countText(count, 'row')} ${count === 1 ? 'is' : 'are'} selected.`
}
