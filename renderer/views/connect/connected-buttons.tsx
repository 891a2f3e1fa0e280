import { useActions } from '../../state/app-context.tsx'
import { Button } from '../../widgets/button.tsx'

/** What is left to do with the guest that the window speaks with already. */
export function ConnectedButtons() {
  const actions = useActions()
  return (
    <>
      <Button
        kind="primary"
        onClick={() => {
          actions.chooseTarget(false)
          actions.setView('registry')
        }}
      >
        Back to the registry
      </Button>
      <Button onClick={() => void actions.disconnect()}>Disconnect</Button>
    </>
  )
}
