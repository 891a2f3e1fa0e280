import { useDeferredValue, useMemo } from 'react'
import { useActions, useApp } from '../../state/app-context.tsx'
import type { OpenCapture } from '../../state/app-state.ts'
import { findEntry } from '../../registry/selection.ts'
import { SplitPane } from '../../widgets/split-pane.tsx'
import { Inspector } from '../inspector/inspector.tsx'
import { LogDrawer } from './log-drawer.tsx'
import { TreePane } from './tree-pane.tsx'

/** The tree at the left, the selected entry at the right, the kernel log below. */
export function RegistryView({ current }: { readonly current: OpenCapture }) {
  const actions = useActions()
  // The tree follows an arrow key at once, the inspector when there is time: it shows far more.
  const selected = useDeferredValue(useApp(state => state.selected))
  const layout = useApp(state => state.layout)
  const { capture, snapshot } = current
  const entry = useMemo(
    () => (selected ? findEntry(snapshot, selected) : null),
    [snapshot, selected],
  )
  return (
    <LogDrawer lines={capture.kernelLog}>
      <SplitPane
        direction="row"
        what="inspector"
        size={layout.inspectorWidth}
        min={380}
        max={720}
        onResize={inspectorWidth => actions.setLayout({ inspectorWidth })}
        first={<TreePane snapshot={snapshot} />}
        second={<Inspector current={current} selected={selected} entry={entry} />}
      />
    </LogDrawer>
  )
}
