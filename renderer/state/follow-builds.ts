import type { ActionRecord } from '../../core/contract/types.ts'
import type { AppState } from './app-state.ts'
import type { BuildActions } from './build-actions.ts'
import type { AppStore } from './store.ts'

/** More kexts than one works on at a time. */
const followedAtMost = 6

/**
 * Compares the builds of the kexts that were pushed, and of the project's that the guest has, whenever something may have changed: another capture of the
 * guest, a build on the host, and when the user comes back to the window from the editor.
 */
export function followBuilds(
  store: AppStore,
  actions: Pick<BuildActions, 'compareBuilds' | 'followBuild'>,
): () => void {
  const compare = () => {
    const { connection, builds } = store.getState()
    if (connection.phase !== 'connected') return
    const followed = [...builds.hostPaths.keys()].slice(-followedAtMost)
    for (const id of followed) {
      // What cannot be compared now is compared later: nobody has asked for it.
      actions.compareBuilds(id).catch(() => undefined)
    }
  }
  const take = (now: AppState, before: AppState) => {
    if (now.records !== before.records) {
      for (const record of now.records.values()) {
        if (before.records.get(record.id) === record) continue
        const pushed = pushedBuild(record)
        if (pushed) actions.followBuild(...pushed)
      }
    }
    if (now.project.open !== before.project.open || now.current !== before.current) {
      for (const built of projectBuilds(now)) actions.followBuild(...built)
    }
    const isOther =
      now.project.open !== before.project.open ||
      now.current?.capture !== before.current?.capture ||
      now.builds.hostPaths !== before.builds.hostPaths ||
      now.connection.phase !== before.connection.phase
    if (isOther) compare()
  }
  const stop = store.subscribe(take)
  window.addEventListener('focus', compare)
  return () => {
    stop()
    window.removeEventListener('focus', compare)
  }
}

type HostBuild = readonly [bundleIdentifier: string, hostPath: string]

/** The newest build of each driver of the project that the guest has in its kernel or on its disk. */
export function projectBuilds({ project, current }: AppState): readonly HostBuild[] {
  if (!project.open || current?.capture.source.kind !== 'guest') return []
  const { kexts, installed } = current.capture
  const known = new Set(
    [...(kexts ?? []), ...(installed ?? [])].map(({ bundleIdentifier }) => bundleIdentifier),
  )
  return project.open.drivers.flatMap(({ builds }) => {
    const newest = builds[0]
    return newest && known.has(newest.bundleIdentifier)
      ? [[newest.bundleIdentifier, newest.path] as const]
      : []
  })
}

/** The kext that an action brought to the guest, and where from. */
export function pushedBuild(record: ActionRecord): HostBuild | null {
  const { request, status } = record
  if (status === 'running' || (request.kind !== 'loop' && request.kind !== 'push')) return null
  const id = bundleIdentifierOf(record)
  return id === null ? null : [id, request.bundlePath]
}

/** Of the kext that an action is about; null where it never came so far as to read it. */
export function bundleIdentifierOf(
  record: Pick<ActionRecord, 'request' | 'preflight' | 'report' | 'builds'>,
): string | null {
  const { request, preflight, report, builds } = record
  if ('bundleIdentifier' in request) return request.bundleIdentifier
  return (
    preflight?.bundleIdentifier ?? report?.kext.bundleIdentifier ?? builds?.bundleIdentifier ?? null
  )
}
