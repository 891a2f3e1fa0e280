import { Banner } from '../../widgets/banner.tsx'
import { Button } from '../../widgets/button.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { clockTime } from '../shell/times.ts'
import { Spoken } from '../../widgets/spoken.tsx'

/** What rules have told, until it is put aside; and for a screen reader a summary of each look that showed something. */
export function WatchNotices() {
  const actions = useActions()
  const notices = useApp(state => state.watch.notices)
  const spoken = useApp(state => state.watch.spoken)
  return (
    <>
      <Spoken role="status" aria-label="Changes in the guest">
        {spoken}
      </Spoken>
      {notices.map(({ id, at, sentence, entry }) => (
        <Banner
          key={id}
          tone="accent"
          actions={
            <>
              {entry && <Button onClick={() => actions.showWatchNotice(id)}>Show entry</Button>}
              <Button onClick={() => actions.manageRules(true)}>Rules…</Button>
              <Button kind="quiet" onClick={() => actions.dismissWatchNotice(id)}>
                Dismiss
              </Button>
            </>
          }
        >
          {clockTime(new Date(at).toISOString())} {visibleText(sentence)}
        </Banner>
      ))}
    </>
  )
}
