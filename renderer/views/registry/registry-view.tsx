import { useDeferredValue, useMemo } from 'react'
import { useActions, useApp } from '../../state/app-context.tsx'
import type { OpenCapture } from '../../state/app-state.ts'
import { findEntry } from '../../registry/selection.ts'
import { SplitPane } from '../../widgets/split-pane.tsx'
import { useWindowWidth } from '../../widgets/use-window-width.ts'
import { Inspector } from '../inspector/inspector.tsx'
import { inspectorWidth, leastWidth, mostWidth } from './inspector-width.ts'
import { LargePicture } from './large-picture.tsx'
import { LogDrawer } from './log-drawer.tsx'
import { TreePane } from './tree-pane.tsx'
import { WatchDrawer } from '../watch/watch-drawer.tsx'

/** The tree at the left, the selected entry at the right, the kernel log below. */
export function RegistryView({ current }: { readonly current: OpenCapture }) {
  const actions = useActions()
  const layout = useApp(state => state.layout)
  const windowWidth = useWindowWidth()
  const isPictureLarge = useApp(state => state.isPictureLarge)
  return (
    <LogDrawer lines={current.capture.kernelLog}>
      {current.snapshot.planes.length === 0 ? (
        <TreePane snapshot={current.snapshot} />
      ) : isPictureLarge ? (
        <LargePicture current={current} />
      ) : (
        <SplitPane
          direction="row"
          what="inspector"
          size={inspectorWidth(windowWidth, layout.inspectorWidth)}
          min={leastWidth}
          max={inspectorWidth(windowWidth, mostWidth)}
          onResize={width => actions.setLayout({ inspectorWidth: width })}
          onReset={() => actions.setLayout({ inspectorWidth: null })}
          first={
            <WatchDrawer>
              <TreePane snapshot={current.snapshot} />
            </WatchDrawer>
          }
          second={<SelectedEntry current={current} />}
        />
      )}
    </LogDrawer>
  )
}

/** The tree follows an arrow key, and shows a capture, at once, the inspector when there is time: it shows far more. */
function SelectedEntry(props: { readonly current: OpenCapture }) {
  const current = useDeferredValue(props.current, null)
  const selected = useDeferredValue(useApp(state => state.selected))
  const snapshot = current?.snapshot
  const entry = useMemo(
    () => (snapshot && selected ? findEntry(snapshot, selected) : null),
    [snapshot, selected],
  )
  return current && <Inspector current={current} selected={selected} entry={entry} />
}
