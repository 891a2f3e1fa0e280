import { useState } from 'react'
import { useActions, useApp } from '../../state/app-context.tsx'
import { Banner } from '../../widgets/banner.tsx'
import { Button } from '../../widgets/button.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { countText } from '../action/quantities.ts'
import { dayAndTime } from '../shell/times.ts'

/** The last session did not end by itself: what was captured in it is still there. */
export function SessionOffer() {
  const actions = useActions()
  const [isDismissed, setDismissed] = useState(false)
  const last = useApp(state => state.timeline.sessions?.find(({ ended }) => ended !== 'running'))
  if (isDismissed || last?.ended !== 'unexpectedly' || last.isOpen) return null
  return (
    <Banner
      tone="accent"
      actions={
        <>
          <Button onClick={() => void actions.openSession(last.sessionId)}>Open the session</Button>
          <Button kind="quiet" onClick={() => setDismissed(true)}>
            Dismiss
          </Button>
        </>
      }
    >
      The session of {dayAndTime(last.startedAt)} ended unexpectedly.{' '}
      {countText(last.snapshots, 'snapshot')} of {visibleText(last.labels.join(', '))} are kept.
    </Banner>
  )
}
