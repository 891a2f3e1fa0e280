import { useMemo } from 'react'
import type { NodeIndex, PlaneTable, Snapshot } from '../../../core/registry/snapshot.ts'
import { entryTerms } from '../../filter/entry-terms.ts'
import { useApp } from '../../state/app-context.tsx'
import { ContextSubmenu } from '../../widgets/context-menu.tsx'
import { FilterForContextItems } from './filter-for.tsx'

export interface FilterForSubmenusProps {
  readonly snapshot: Snapshot
  readonly plane: PlaneTable
  readonly node: NodeIndex
}

/** Of a row's menu: filter for its class, its kext, its state, its name, what is below it. */
export function FilterForSubmenus({ snapshot, plane, node }: FilterForSubmenusProps) {
  const capture = useApp(state => state.current?.capture ?? null)
  const terms = useMemo(
    () => (capture ? entryTerms(snapshot, capture, plane, node) : []),
    [snapshot, capture, plane, node],
  )
  return (
    <ContextSubmenu text="Filter for">
      {terms.map(({ what, term }) => (
        <ContextSubmenu key={what} text={what}>
          <FilterForContextItems term={term} />
        </ContextSubmenu>
      ))}
    </ContextSubmenu>
  )
}
