import styles from './app.module.css'
import { useActions, useApp } from './state/app-context.tsx'
import { DraftSheet } from './views/draft/draft-sheet.tsx'
import { findEntry } from './registry/selection.ts'
import { LoadKextSheet } from './views/action/load-kext-sheet.tsx'
import { ConnectView } from './views/connect/connect-view.tsx'
import { HistoryView } from './views/history/history-view.tsx'
import { KextsView } from './views/kexts/kexts-view.tsx'
import { RegistryView } from './views/registry/registry-view.tsx'
import { ProjectView } from './views/project/project-view.tsx'
import { RecordExpectationsDialog } from './views/project/record-expectations-dialog.tsx'
import { AppBar } from './views/shell/app-bar.tsx'
import { FileDrop } from './views/shell/file-drop.tsx'
import { Notices } from './views/shell/notices.tsx'
import { SaveCaptureDialog } from './views/shell/save-capture-dialog.tsx'
import { NoCapture } from './views/shell/no-capture.tsx'
import { AddWhatIfDialog } from './views/what-if/add-what-if-dialog.tsx'
import { WhatIfBar } from './views/what-if/what-if-bar.tsx'
import { WhatIfEditor } from './views/what-if/what-if-editor.tsx'
import { useShortcuts } from './views/shell/use-shortcuts.ts'
import { TooltipScope } from './widgets/tooltip.tsx'

/** The window: the bar, what has to be said, and one view. */
export function AppWindow() {
  const actions = useActions()
  const view = useApp(state => state.view)
  const current = useApp(state => state.current)
  const isSaving = useApp(state => state.isSaving)
  const sheet = useApp(state => state.sheet)
  const edited = useApp(state => state.whatIf.find(({ id }) => id === state.editedWhatIf))
  const draftFor = useApp(
    state => state.draftFor && state.current && findEntry(state.current.snapshot, state.draftFor),
  )
  const isAddingWhatIf = useApp(state => state.isAddingWhatIf)
  const isConnecting = useApp(
    state =>
      state.isChoosingTarget ||
      // A project is built without a guest.
      (state.view !== 'project' &&
        state.current === null &&
        (state.connection.phase === 'disconnected' || state.connection.phase === 'connecting')),
  )
  const recording = useApp(state => state.recordingExpectations)
  useShortcuts()

  return (
    <TooltipScope>
      <div className={styles.window}>
        <AppBar isConnecting={isConnecting} />
        <Notices />
        {!isConnecting && <WhatIfBar />}
        <main className={styles.main}>
          {isConnecting ? (
            <ConnectView />
          ) : edited && current ? (
            <WhatIfEditor key={edited.id} current={current} item={edited} />
          ) : view === 'project' ? (
            <ProjectView />
          ) : view === 'history' ? (
            <HistoryView />
          ) : current === null ? (
            <NoCapture />
          ) : view === 'kexts' ? (
            <KextsView />
          ) : (
            <RegistryView current={current} />
          )}
        </main>
        <FileDrop />
        {isSaving && current && <SaveCaptureDialog capture={current.capture} />}
        {isAddingWhatIf && current && <AddWhatIfDialog />}
        {draftFor !== null && current && <DraftSheet current={current} entry={draftFor} />}
        {recording && <RecordExpectationsDialog request={recording} />}
        {sheet && <LoadKextSheet request={sheet} onClose={actions.closeSheet} />}
      </div>
    </TooltipScope>
  )
}
