import { Dialog } from '../../widgets/dialog.tsx'

export function OpenDumpDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Open a dump file" onClose={onClose}>
      {null}
    </Dialog>
  )
}
