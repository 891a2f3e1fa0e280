import { useEffect } from 'react'
import { useActions, useApp } from '../../state/app-context.tsx'
import { isStale } from '../../state/build-actions.ts'
import { BuildTable } from '../action/build-table.tsx'
import { shownStale, StaleBuild } from '../shell/stale-builds.tsx'
import { DetailsSection } from './details-section.tsx'

/** Whoever walks through the list with the arrow keys does not want each one's file read. */
const restMs = 350

/** Host's build, guest's file and loaded image of a kext, read from the guest when it is looked at. */
export function KextBuilds({ bundleIdentifier }: { readonly bundleIdentifier: string }) {
  const { compareBuilds } = useActions()
  const comparison = useApp(state => state.builds.compared.get(bundleIdentifier))
  const snapshotId = useApp(state => state.current?.capture.snapshotId)
  useEffect(() => {
    const controller = new AbortController()
    const timer = setTimeout(() => {
      // What cannot be read leaves the section out: the kext's other facts stand beside it.
      compareBuilds(bundleIdentifier, controller.signal).catch(() => undefined)
    }, restMs)
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  }, [compareBuilds, bundleIdentifier, snapshotId])
  // What stands above the whole window already is not said here again.
  const isTold = useApp(state => shownStale(state)?.bundleIdentifier === bundleIdentifier)
  if (!comparison) return null
  return (
    <>
      {isStale(comparison) && !isTold && <StaleBuild comparison={comparison} isInset />}
      <DetailsSection title="Builds">
        <BuildTable comparison={comparison} hasWords={!isStale(comparison)} />
      </DetailsSection>
    </>
  )
}
