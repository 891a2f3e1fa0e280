import { useEffect, useRef, useState } from 'react'
import { sentenceFor, type Failure } from '../../../core/failure.ts'
import type { LintReport } from '../../../core/lint/lint-report.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { failureOf } from '../../state/store.ts'
import { Banner } from '../../widgets/banner.tsx'
import { Button } from '../../widgets/button.tsx'
import { LintList } from '../action/lint-list.tsx'
import styles from './driver-details.module.css'

type Found =
  | { readonly phase: 'waiting' }
  | { readonly phase: 'ready'; readonly report: LintReport }
  | { readonly phase: 'failed'; readonly failure: Failure }

export interface DriverLintProps {
  readonly folder: string
  readonly onClose: () => void
}

/** What lint says of the driver's sources, against the capture that is shown where there is one. */
export function DriverLint({ folder, onClose }: DriverLintProps) {
  const actions = useActions()
  const against = useApp(state => state.current?.capture.snapshotId ?? null)
  const [found, setFound] = useState<Found>({ phase: 'waiting' })
  useEffect(() => {
    const controller = new AbortController()
    const take = (next: Found) => {
      if (!controller.signal.aborted) setFound(next)
    }
    actions.lint(folder, against, controller.signal).then(
      report => take({ phase: 'ready', report }),
      (error: unknown) => take({ phase: 'failed', failure: failureOf(error) }),
    )
    return () => controller.abort()
  }, [actions, folder, against])
  // It stands below everything else, and was asked for just now.
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    place.current?.scrollIntoView({ block: 'nearest' })
  }, [found.phase])
  return (
    <div ref={place} className={styles.lint} role="status">
      {found.phase === 'waiting' && <p className={styles.soft}>Lint reads the sources</p>}
      {found.phase === 'failed' && (
        <Banner tone="bad" isInset>
          {sentenceFor(found.failure)}
        </Banner>
      )}
      {found.phase === 'ready' && <LintList report={found.report} />}
      <div>
        <Button kind="quiet" onClick={onClose}>
          Close lint
        </Button>
      </div>
    </div>
  )
}
