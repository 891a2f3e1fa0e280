import type { BuildComparison } from '../../../core/kext/compare-builds.ts'
import { whyNoAction } from '../../state/action-words.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import type { AppState, SheetRequest } from '../../state/app-state.ts'
import { isStale } from '../../state/build-actions.ts'
import { Banner } from '../../widgets/banner.tsx'
import { Button } from '../../widgets/button.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { ageText } from './times.ts'
import { useNow } from './use-now.ts'

/** What is tried in the guest is not what was built last: the newest kext of which that is so. */
export function StaleBuilds() {
  const comparison = useApp(shownStale)
  return comparison && <StaleBuild comparison={comparison} />
}

/** The one that the banner is about; null where there is none. */
export function shownStale({
  builds,
  sheet,
  connection,
  current,
}: AppState): BuildComparison | null {
  if (sheet !== null || connection.phase !== 'connected' || current === null) return null
  const { hostPaths, compared, dismissed } = builds
  // Only what this window is about: a kext whose details are looked at tells it there.
  const followed = [...hostPaths.keys()].flatMap(id => compared.get(id) ?? [])
  return followed.findLast(one => isStale(one) && !dismissed.has(one)) ?? null
}

interface StaleBuildProps {
  readonly comparison: BuildComparison
  /** In a panel: it cannot be put aside there. */
  readonly isInset?: boolean
}

export function StaleBuild({ comparison, isInset = false }: StaleBuildProps) {
  const { bundleIdentifier, host, sentence, advice } = comparison
  const now = useNow(20_000)
  const actions = useActions()
  const hostPath = useApp(state => state.builds.hostPaths.get(bundleIdentifier) ?? null)
  const guestPath = useApp(
    state =>
      state.current?.capture.installed?.find(kext => kext.bundleIdentifier === bundleIdentifier)
        ?.path ?? null,
  )
  const whyNot = useApp(state => whyNoAction(state.connection, state.host))
  const remedy = remedyFor(comparison, hostPath, guestPath)
  return (
    <Banner
      tone="warn"
      isInset={isInset}
      actions={
        <>
          {remedy && (
            <Button whyNot={whyNot} onClick={() => actions.openSheet(remedy.sheet)}>
              {remedy.label}
            </Button>
          )}
          {!isInset && (
            <Button kind="quiet" onClick={() => actions.dismissBuild(comparison)}>
              Dismiss
            </Button>
          )}
        </>
      }
    >
      {!isInset && (
        <>
          <Mono>{bundleIdentifier}</Mono>
          {': '}
        </>
      )}
      {visibleText(sentence)}
      {host?.builtAt && ` The host’s was built ${ageText(host.builtAt, now)}.`}{' '}
      {visibleText(advice)}
    </Banner>
  )
}

/** What makes the three one again, where Kextant has what it needs for that. */
export function remedyFor(
  { verdict, bundleIdentifier }: BuildComparison,
  hostPath: string | null,
  guestPath: string | null,
): { readonly label: string; readonly sheet: SheetRequest } | null {
  if ((verdict === 'file-differs' || verdict === 'both-differ') && hostPath !== null) {
    return { label: 'Push and load…', sheet: { kind: 'load', bundlePath: hostPath } }
  }
  if (verdict === 'loaded-differs' && guestPath !== null) {
    const request = {
      kind: 'reload',
      guestPath,
      bundleIdentifier,
      expectationsPath: null,
      timeoutMs: null,
    } as const
    return { label: 'Reload…', sheet: { kind: 'plan', request } }
  }
  return null
}
