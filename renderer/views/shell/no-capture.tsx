import { Camera, LoaderCircle } from 'lucide-react'
import { sentenceFor } from '../../../core/failure.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { Button } from '../../widgets/button.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { iconProps } from '../../widgets/icons.ts'

/** Connected, and nothing to show yet. */
export function NoCapture() {
  const actions = useActions()
  const work = useApp(state => state.work)
  const isConnected = useApp(state => state.connection.phase === 'connected')

  if (work.phase === 'running') {
    return (
      <EmptyState
        icon={<LoaderCircle {...iconProps} />}
        title={work.what === 'take' ? 'Reading the registry' : 'Opening the capture'}
        actions={<Button onClick={actions.cancelCapture}>Cancel</Button>}
      >
        {work.progress?.step ?? 'The first answer of the guest is on its way.'}
      </EmptyState>
    )
  }
  const again = (
    <Button kind="primary" disabled={!isConnected} onClick={() => void actions.takeCapture()}>
      {work.phase === 'failed' ? 'Try again' : 'Capture'}
    </Button>
  )
  if (work.phase === 'failed') {
    return (
      <EmptyState title="The capture did not work" actions={again}>
        {sentenceFor(work.failure)}
      </EmptyState>
    )
  }
  return (
    <EmptyState icon={<Camera {...iconProps} />} title="No capture yet" actions={again}>
      A capture reads every plane of the registry, the loaded and installed kexts, class counts and
      the kernel log.
    </EmptyState>
  )
}
