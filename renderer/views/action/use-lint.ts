import { useEffect, useState } from 'react'
import type { LintReport } from '../../../core/lint/lint-report.ts'
import { useActions, useApp } from '../../state/app-context.tsx'

/** What lint has to say of a bundle of the host's disk, against the capture that is shown. */
export function useLint(path: string): LintReport | 'waiting' | 'failed' {
  const actions = useActions()
  const against = useApp(state => state.current?.capture.snapshotId ?? null)
  const [result, setResult] = useState<{
    readonly of: string
    readonly report: LintReport | 'failed'
  } | null>(null)
  useEffect(() => {
    const controller = new AbortController()
    const take = (report: LintReport | 'failed') => {
      if (!controller.signal.aborted) setResult({ of: path, report })
    }
    actions.lint(path, against, controller.signal).then(take, () => take('failed'))
    return () => controller.abort()
  }, [actions, path, against])
  return result?.of === path ? result.report : 'waiting'
}
