import styles from './app.module.css'
import { useActions, useApp } from './state/app-context.tsx'
import { DraftSheet } from './views/draft/draft-sheet.tsx'
import { findEntry } from './registry/selection.ts'
import { LoadKextSheet } from './views/action/load-kext-sheet.tsx'
import { CompareProgress } from './views/changes/compare-progress.tsx'
import { ComparisonBanner } from './views/changes/comparison-banner.tsx'
import { ComparisonView } from './views/changes/comparison-view.tsx'
import { FilterBar } from './views/filter/filter-bar.tsx'
import { FilterDialogs } from './views/filter/filter-dialogs.tsx'
import { SessionOffer } from './views/timeline/session-offer.tsx'
import { TimeStrip } from './views/timeline/time-strip.tsx'
import { ConnectView } from './views/connect/connect-view.tsx'
import { HistoryView } from './views/history/history-view.tsx'
import { KextsView } from './views/kexts/kexts-view.tsx'
import { PicturesView } from './views/pictures/pictures-view.tsx'
import { usePreparedTree } from './views/pictures/use-prepared-tree.ts'
import { CommandPalette } from './views/help/command-palette.tsx'
import { ShortcutSheet } from './views/help/shortcut-sheet.tsx'
import { OpenDumpDialog } from './views/connect/open-dump-dialog.tsx'
import { RedactDialog } from './views/share/redact-dialog.tsx'
import { ReportDialog } from './views/share/report-dialog.tsx'
import { RegistryView } from './views/registry/registry-view.tsx'
import { ProjectView } from './views/project/project-view.tsx'
import { RecordExpectationsDialog } from './views/project/record-expectations-dialog.tsx'
import { AboutCaptureDialog } from './views/shell/about-capture-dialog.tsx'
import { AppBar } from './views/shell/app-bar.tsx'
import { FileDrop } from './views/shell/file-drop.tsx'
import { Notices } from './views/shell/notices.tsx'
import { SaveCaptureDialog } from './views/shell/save-capture-dialog.tsx'
import { NoCapture } from './views/shell/no-capture.tsx'
import { AddWhatIfDialog } from './views/what-if/add-what-if-dialog.tsx'
import { RulesDialog } from './views/watch/rules-dialog.tsx'
import { WhatIfBar } from './views/what-if/what-if-bar.tsx'
import { WhatIfEditor } from './views/what-if/what-if-editor.tsx'
import { ViewRail } from './views/shell/view-rail.tsx'
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
  // The tree and the pictures show what it finds.
  const isFiltering = !isConnecting && !edited && (view === 'registry' || view === 'pictures')
  const recording = useApp(state => state.recordingExpectations)
  const fileDialog = useApp(state => state.files.dialog)
  const help = useApp(state => state.help)
  useShortcuts()
  usePreparedTree(current, !isConnecting && view === 'registry')

  return (
    <TooltipScope>
      <div className={styles.window}>
        <AppBar isConnecting={isConnecting} />
        <div className={styles.body}>
          {!isConnecting && <ViewRail />}
          <div className={styles.column}>
            <Notices />
            <SessionOffer />
            {!isConnecting && <CompareProgress />}
            {!isConnecting && <ComparisonBanner />}
            {!isConnecting && <WhatIfBar />}
            {isFiltering && current && <FilterBar current={current} />}
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
              ) : view === 'pictures' ? (
                <PicturesView current={current} />
              ) : view === 'changes' ? (
                <ComparisonView />
              ) : view === 'kexts' ? (
                <KextsView />
              ) : (
                <RegistryView current={current} />
              )}
            </main>
            {!isConnecting && <TimeStrip />}
          </div>
        </div>
        <FileDrop />
        {isSaving && current && <SaveCaptureDialog capture={current.capture} />}
        {help === 'palette' && <CommandPalette />}
        {help === 'keys' && <ShortcutSheet />}
        {fileDialog === 'open' && <OpenDumpDialog onClose={() => actions.showFileDialog('none')} />}
        {fileDialog === 'redact' && current && <RedactDialog capture={current.capture} />}
        {fileDialog === 'report' && current && <ReportDialog capture={current.capture} />}
        {fileDialog === 'about' && current && <AboutCaptureDialog capture={current.capture} />}
        {isAddingWhatIf && current && <AddWhatIfDialog />}
        <FilterDialogs />
        {draftFor !== null && current && <DraftSheet current={current} entry={draftFor} />}
        <RulesDialog />
        {recording && <RecordExpectationsDialog request={recording} />}
        {sheet && <LoadKextSheet request={sheet} onClose={actions.closeSheet} />}
      </div>
    </TooltipScope>
  )
}
