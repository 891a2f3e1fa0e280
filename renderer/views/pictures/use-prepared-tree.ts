import { useEffect } from 'react'
import { planeNamed } from '../../../core/registry/lookup.ts'
import { colourScale } from '../../charts/frame/colour-by.ts'
import { roomOfWindow } from '../../charts/use-picture-room.ts'
import { noneUnfolded, treePart, treeScene, treeShape } from '../../charts/tree-picture.ts'
import { scopeNode } from '../../registry/scope.ts'
import { whenIdle } from '../../registry/when-idle.ts'
import { useAppHandle } from '../../state/app-context.tsx'
import type { OpenCapture } from '../../state/app-state.ts'
import { openOf } from '../../state/open-nodes.ts'

/** What a user looks at first comes first. */
const afterMs = 2500

/**
 * Lays out the tree of a capture before anybody asks for its picture, in pieces of idle time: it is there when it is wanted, or, if
 * something was opened or limited meanwhile, its code is at least compiled. Not again and again while a guest is watched.
 */
export function usePreparedTree(current: OpenCapture | null, isWanted: boolean): void {
  const { store } = useAppHandle()
  useEffect(() => {
    if (!current || !isWanted) return
    let isOver = false
    const soon = (work: () => void) =>
      whenIdle(() => {
        if (!isOver) work()
      }, 10_000)
    const timer = setTimeout(() => {
      const state = store.getState()
      const plane = planeNamed(current.snapshot, state.plane)
      if (!plane || state.current !== current) return
      const open = openOf(state, plane)
      const scope = scopeNode(current.snapshot, plane, state.navigation.scope)
      const { direction, unfolded } = state.pictures
      const { width, height } = roomOfWindow()
      soon(() => {
        const drawn = unfolded.get(plane.plane) ?? noneUnfolded
        const part = treePart(plane, current, open, scope, drawn, null)
        soon(() => {
          const shape = treeShape(plane, current, part, scope, direction, width, height, null)
          soon(() => void treeScene(shape, colourScale(current, 'state'), null))
        })
      })
    }, afterMs)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [store, current, isWanted])
}
