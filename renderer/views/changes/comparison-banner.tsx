import { summarize } from '../../../core/diff/snapshot-diff.ts'
import { useMemo } from 'react'
import { useActions, useApp } from '../../state/app-context.tsx'
import type { Comparison } from '../../state/app-state.ts'
import { momentsOf } from '../../state/timeline-state.ts'
import { Banner } from '../../widgets/banner.tsx'
import { Button } from '../../widgets/button.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { countText } from '../action/quantities.ts'
import { clockTime } from '../shell/times.ts'

/** As long as two captures are shown as one, so that nobody takes what is gone for what is there. */
export function ComparisonBanner() {
  const comparison = useApp(state => state.current?.comparison)
  return comparison ? <Shown comparison={comparison} /> : null
}

function Shown({ comparison }: { readonly comparison: Comparison }) {
  const actions = useActions()
  const view = useApp(state => state.view)
  const moments = useApp(state => momentsOf(state.timeline))
  const summary = useMemo(() => summarize(comparison.diff), [comparison])
  const name = ({ capture }: Comparison['before']) => {
    const moment = moments.find(({ snapshotId }) => snapshotId === capture.snapshotId)
    return `${visibleText(capture.source.label)} (${clockTime(moment?.addedAt ?? capture.takenAt)})`
  }
  const moved = summary.by.moved
  const parts = [
    [summary.added, 'new'],
    [summary.removed, 'gone'],
    [moved, 'moved'],
    [summary.changed - moved, 'changed'],
  ] as const
  const told = parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count.toLocaleString('en-US')} ${word}`)
  return (
    <Banner
      tone="accent"
      actions={
        <>
          {view !== 'changes' && (
            <Button onClick={() => actions.setView('changes')}>List of changes</Button>
          )}
          <Button onClick={actions.stopComparing}>Stop comparing</Button>
        </>
      }
    >
      <strong>
        Comparing {name(comparison.before)} with {name(comparison.after)}
      </strong>
      : {told.length === 0 ? 'no differences' : told.join(', ')}
      {summary.muted > 0 && `; ${countText(summary.muted, 'change')} of noise left out`}.
    </Banner>
  )
}
