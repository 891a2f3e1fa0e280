import { planeNamed } from '../../../core/registry/lookup.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import type { OpenCapture } from '../../state/app-state.ts'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { PlaneSwitch } from '../registry/plane-switch.tsx'
import { DirectionSwitch } from './direction-switch.tsx'
import { TreeStage } from './tree-stage.tsx'

/** The plane that is shown in the registry, as far as it is open there: both fold and unfold the same nodes. */
export function ServiceTreeView({ current }: { readonly current: OpenCapture }) {
  const { snapshot } = current
  const actions = useActions()
  const planeName = useApp(state => state.plane)
  const selected = useApp(state => state.selected)
  const scope = useApp(state => state.navigation.scope)
  const plane = planeNamed(snapshot, planeName) ?? snapshot.planes[0]
  if (!plane) {
    return (
      <EmptyState title="This capture holds no plane">
        The dump was read, but no entry of the registry was in it.
      </EmptyState>
    )
  }
  return (
    <TreeStage
      current={current}
      plane={plane}
      selectedRef={selected}
      scopeRef={scope}
      tools={
        <>
          <PlaneSwitch snapshot={snapshot} plane={plane.plane} onChange={actions.setPlane} />
          <DirectionSwitch />
        </>
      }
    />
  )
}
