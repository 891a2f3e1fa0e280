import { useActions } from '../../state/app-context.tsx'
import { Button } from '../../widgets/button.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'

/** In the place of what the worker would have said. */
export function MatchingBroken() {
  const actions = useActions()
  return (
    <EmptyState
      title="Matching cannot be told"
      actions={<Button onClick={actions.retryMatching}>Try again</Button>}
    >
      The worker that explains matching has ended; this machine may be short of memory. Everything
      else of the capture can be looked at.
    </EmptyState>
  )
}
