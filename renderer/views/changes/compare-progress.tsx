import { useEffect, useState } from 'react'
import { sentenceFor } from '../../../core/failure.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { Banner } from '../../widgets/banner.tsx'
import { Button } from '../../widgets/button.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './comparison.module.css'

/** What is done sooner needs no word. */
const quietMs = 500

/** How far a comparison is that takes its time, wherever it was asked for, and why one could not be made. */
export function CompareProgress() {
  const actions = useActions()
  const work = useApp(state => state.compare.work)
  const isRunning = work.phase === 'running'
  const [isLong, setLong] = useState(false)
  useEffect(() => {
    if (!isRunning) return
    const timer = setTimeout(() => setLong(true), quietMs)
    return () => {
      clearTimeout(timer)
      setLong(false)
    }
  }, [isRunning])
  if (work.phase === 'failed') {
    return (
      <Banner
        tone="bad"
        actions={
          <>
            <Button onClick={() => actions.setView('changes')}>Choose another</Button>
            <Button kind="quiet" onClick={actions.cancelComparing}>
              Dismiss
            </Button>
          </>
        }
      >
        The two were not compared. {visibleText(sentenceFor(work.failure))}
      </Banner>
    )
  }
  if (!isRunning || !isLong) return null
  return (
    <Banner
      tone="accent"
      actions={
        <Button kind="quiet" onClick={actions.cancelComparing}>
          Cancel
        </Button>
      }
    >
      <span className={styles.progress}>
        {work.step}
        <progress aria-label="Progress of the comparison" max={3} value={work.at - 0.5} />
      </span>
    </Banner>
  )
}
