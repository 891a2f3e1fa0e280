import { useEffect, useState } from 'react'
import { countBits } from '../../../core/registry/bit-set.ts'
import { compiledFor } from '../../filter/compile.ts'
import type { Hits } from '../../filter/hits.ts'
import { runSlowly } from '../../filter/run-slowly.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import type { OpenCapture } from '../../state/app-state.ts'
import { Button } from '../../widgets/button.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { FilterText } from './filter-text.tsx'
import styles from './no-hits.module.css'

/** The filter found nothing here: what it was, where it would find something, and how to go on. */
export function NoHits({ hits }: { readonly hits: Hits }) {
  const actions = useActions()
  const current = useApp(state => state.current)
  const scope = useApp(state => state.filterScope)
  const isLimited = useApp(state => state.navigation.scope !== null)
  const others = useHitsElsewhere(current, hits, scope)
  const plane = visibleText(hits.plane.plane)
  const clear = <Button onClick={() => actions.setFilter('')}>Clear the filter</Button>
  if (hits.progress === 'looking' || hits.progress === 'indexing') {
    return (
      <EmptyState title="Nothing so far" actions={clear}>
        No entry in {plane} is known to pass <Filter text={hits.text} /> yet.{' '}
        {hits.progress === 'indexing'
          ? 'Keys and values are still being indexed.'
          : 'Keys and values are being looked at.'}
      </EmptyState>
    )
  }
  return (
    <EmptyState
      title="Nothing matches"
      actions={
        <>
          {others.map(({ plane: other, count }) => (
            <Button key={other} onClick={() => actions.setPlane(other)}>
              {count.toLocaleString('en-US')} in {visibleText(other)}
            </Button>
          ))}
          {isLimited && (
            <Button onClick={() => actions.setScope(null)}>Look in the whole plane</Button>
          )}
          {scope === 'names' && (
            <Button onClick={() => actions.setFilterScope('everything')}>
              Look in keys and values too
            </Button>
          )}
          {clear}
        </>
      }
    >
      No entry {isLimited ? 'in the part shown of' : 'in'} {plane} passes{' '}
      <Filter text={hits.text} />.{' '}
      {hits.progress === 'broken' &&
        'Keys and values could not be looked at: the search has ended. '}
      {others.length > 0 && 'Other planes hold what does:'}
    </EmptyState>
  )
}

function Filter({ text }: { readonly text: string }) {
  return (
    <span className={styles.filter}>
      <FilterText text={text} />
    </span>
  )
}

interface PlaneCount {
  readonly plane: string
  readonly count: number
}

/** How many hits other planes have; counted when the page has nothing else to do. */
function useHitsElsewhere(
  current: OpenCapture | null,
  { text, plane }: Hits,
  scope: 'names' | 'everything',
): readonly PlaneCount[] {
  const [found, setFound] = useState<{
    readonly of: string
    readonly counts: readonly PlaneCount[]
  }>({ of: '', counts: [] })
  const question = `${scope} ${plane.plane} ${text}`
  useEffect(() => {
    const filter = current && compiledFor(current, text, scope)
    if (!filter) return
    const control = new AbortController()
    const { signal } = control
    const count = async () => {
      const counts: PlaneCount[] = []
      for (const other of current.snapshot.planes) {
        if (other === plane) continue
        const nodes = await runSlowly(filter.find(other), { signal })
        if (signal.aborted) return
        const hits = nodes ? countBits(nodes) : 0
        if (hits > 0) counts.push({ plane: other.plane, count: hits })
        setFound({ of: question, counts: [...counts] })
      }
    }
    void count()
    return () => control.abort()
  }, [current, text, scope, plane, question])
  return found.of === question ? found.counts.slice(0, mostPlanes) : []
}

const mostPlanes = 4
