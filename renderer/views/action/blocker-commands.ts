import type { ActionRecord, ActionRequest } from '../../../core/contract/types.ts'
import type { BlockerCommands } from './blocker-advice.tsx'

/** What the advice about a blocked unload leads to: another plan, or a look at how it is now. */
export function blockerCommandsFor(
  bundleIdentifier: string | null,
  request: ActionRequest,
  does: {
    readonly plan: (request: ActionRequest) => void
    readonly capture: () => void
  },
): BlockerCommands {
  const timeoutMs = 'timeoutMs' in request ? request.timeoutMs : null
  const unload = (subject: string, dependents: 'refuse' | 'unload-first') =>
    does.plan({ kind: 'unload', bundleIdentifier: subject, dependents, timeoutMs })
  return {
    onUnload: bundleIdentifier === null ? null : () => unload(bundleIdentifier, 'refuse'),
    // With those that are linked against it, in the order that the host finds.
    onUnloadFirst: dependents => {
      const subject = bundleIdentifier ?? dependents.at(-1)
      if (subject !== undefined) unload(subject, 'unload-first')
    },
    onTerminate: className => {
      if (bundleIdentifier === null) return
      does.plan({ kind: 'terminate-class', bundleIdentifier, className, timeoutMs })
    },
    onCapture: does.capture,
  }
}

/** There is something loaded to write down, and the action was about that. */
export function isWorthRecording({ report }: Pick<ActionRecord, 'report'>): boolean {
  return report !== null && report.kind === 'load' && report.kext.isLoaded
}
