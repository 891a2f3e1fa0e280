import { useActionRunner } from '../../state/action-runner.ts'
import { whyNoAction } from '../../state/action-words.ts'
import { bundleIdentifierOf } from '../../state/follow-builds.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import type { SheetRequest } from '../../state/app-state.ts'
import { ActionSheet } from './action-sheet.tsx'
import { blockerCommandsFor, isWorthRecording } from './blocker-commands.ts'

export interface LoadKextSheetProps {
  readonly request: SheetRequest
  readonly onClose: () => void
}

/** Picks a bundle, shows the plan, asks for consent, runs it and reports. */
export function LoadKextSheet({ request, onClose }: LoadKextSheetProps) {
  const { flow, choice, commands } = useActionRunner(request)
  const connection = useApp(state => state.connection)
  const host = useApp(state => state.host)
  const actions = useActions()
  const hostPaths = useApp(state => state.builds.hostPaths)
  if (flow.phase === 'closed') return null
  const targetLabel =
    connection.phase === 'connected' || connection.phase === 'lost'
      ? connection.guest.target.label
      : 'the guest'
  const close = () => {
    commands.close()
    onClose()
  }
  return (
    <ActionSheet
      flow={flow}
      choice={choice}
      targetLabel={targetLabel}
      blocked={whyNoAction(connection, host)}
      isLost={connection.phase === 'lost'}
      onShowEntry={({ id, path }) => {
        close()
        actions.showEntry({ id, path })
      }}
      commands={{ ...commands, close }}
      blockerCommandsFor={(bundleIdentifier, of) =>
        blockerCommandsFor(bundleIdentifier, of, {
          plan: next => void commands.plan(next),
          capture: () => {
            close()
            void actions.takeCapture()
          },
        })
      }
      onRecordExpectations={
        flow.phase === 'finished' && isWorthRecording(flow.record)
          ? () => {
              const { record } = flow
              const bundleIdentifier = bundleIdentifierOf(record)!
              const bundlePath = hostPaths.get(bundleIdentifier) ?? null
              close()
              actions.startRecordingExpectations({
                bundleIdentifier,
                bundlePath,
                actionId: record.id,
              })
            }
          : null
      }
    />
  )
}
