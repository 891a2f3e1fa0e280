import { useMemo } from 'react'
import { planeNamed } from '../../../core/registry/lookup.ts'
import type { EntryIndex, Snapshot } from '../../../core/registry/snapshot.ts'
import { powerStates, powerWords } from '../../charts/power-states.ts'
import { textAt } from '../../registry/columns.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import type { OpenCapture } from '../../state/app-state.ts'
import { Button } from '../../widgets/button.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { DirectionSwitch } from './direction-switch.tsx'
import { TreeStage } from './tree-stage.tsx'

const powerPlane = 'IOPower'

/** Who gives power to whom, and in which of its states each is. */
export function PowerPlaneView({ current }: { readonly current: OpenCapture }) {
  const { snapshot, capture } = current
  const actions = useActions()
  const selected = useApp(state => state.selected)
  const plane = planeNamed(snapshot, powerPlane)
  const power = useMemo(() => {
    const stateOf = (entry: EntryIndex) => powerStates(snapshot, entry)
    return {
      stateOf,
      alikeBy: (entry: EntryIndex) => {
        const states = stateOf(entry)
        return states ? powerWords(states) : ''
      },
      stepOver: connectionTest(snapshot),
    }
  }, [snapshot])
  if (!plane) {
    const reason = capture.missing.find(({ part }) => part.includes(powerPlane))?.reason
    return (
      <EmptyState
        title="This capture has no power plane"
        actions={
          <Button onClick={() => actions.setPictures({ picture: 'tree' })}>Show the tree</Button>
        }
      >
        {reason ??
          'The picture is drawn from the IOPower plane, which this dump does not hold. Capture the guest, which reads every plane, or make the dump with ioreg -a -l -p IOPower.'}
      </EmptyState>
    )
  }
  return (
    <TreeStage
      current={current}
      plane={plane}
      selectedRef={selected}
      scopeRef={null}
      power={power}
      tools={<DirectionSwitch />}
    />
  )
}

/**
 * Every edge of the power plane goes through an entry of its own, which says nothing that the picture shows
 * (facts: ioreg, section 9): they are stepped over.
 */
function connectionTest({ entries, strings }: Snapshot): (entry: EntryIndex) => boolean {
  const known = new Map<number, boolean>()
  return entry => {
    const at = entries.className[entry]!
    let isConnection = known.get(at)
    if (isConnection === undefined) {
      isConnection = textAt(strings, at) === 'IOPowerConnection'
      known.set(at, isConnection)
    }
    return isConnection
  }
}
