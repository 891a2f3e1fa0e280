import { useActionRunner } from '../../state/action-runner.ts'
import { whyNoAction } from '../../state/action-flow.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import type { SheetRequest } from '../../state/app-state.ts'
import { ActionSheet } from './action-sheet.tsx'

export interface LoadKextSheetProps {
  readonly request: SheetRequest
  readonly onClose: () => void
}

/** Picks a bundle, shows the plan, asks for consent, runs it and reports. */
export function LoadKextSheet({ request, onClose }: LoadKextSheetProps) {
  const { flow, choice, commands } = useActionRunner(request)
  const connection = useApp(state => state.connection)
  const host = useApp(state => state.host)
  const { showEntry } = useActions()
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
        showEntry({ id, path })
      }}
      commands={{ ...commands, close }}
    />
  )
}
