import { useApp } from '../../state/app-context.tsx'
import { pairWithBefore } from '../../state/compare-actions.ts'

/** The two that are compared or would be: as chosen, else what is shown and the one before it. */
export function usePair(): { readonly before: string | null; readonly after: string | null } {
  const timeline = useApp(state => state.timeline)
  const current = useApp(state => state.current)
  const chosen = useApp(state => state.compare)
  const nearest = pairWithBefore({ current, timeline })
  return {
    before: chosen.before ?? nearest?.before ?? null,
    after: chosen.after ?? nearest?.after ?? current?.capture.snapshotId ?? null,
  }
}
