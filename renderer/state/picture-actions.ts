import type { Params } from '../../core/contract/requests.ts'
import { ask } from '../../core/contract/transport.ts'
import type { SavedFile } from '../../core/contract/types.ts'
import { withBit } from '../../core/registry/bit-set.ts'
import { planeNamed } from '../../core/registry/lookup.ts'
import type { NodeIndex } from '../../core/registry/snapshot.ts'
import { openOf } from './open-nodes.ts'
import type { PicturesState } from './pictures-state.ts'
import type { ActionContext } from './store.ts'

export interface PictureActions {
  /** Writes a file of the host's disk. */
  readonly savePicture: (file: Params<'picture.save'>, signal: AbortSignal) => Promise<SavedFile>
  readonly setPictures: (change: Partial<PicturesState>) => void
  /** Shows the pictures with this one. */
  readonly showPicture: (picture: PicturesState['picture']) => void
  /** Opens or closes a node of any plane, for the rows of the tree as well. */
  readonly foldInPicture: (plane: string, node: NodeIndex, isOpen: boolean) => void
  /** Draws one by one what a mark stands for. */
  readonly unfoldInPicture: (plane: string, key: string) => void
}

export function pictureActions({ store, transport }: ActionContext): PictureActions {
  return {
    savePicture: (file, signal) => ask(transport, 'picture.save', file, { signal }),
    setPictures: change =>
      store.setState(state => ({ pictures: { ...state.pictures, ...change } })),
    showPicture: picture =>
      store.setState(state => ({
        view: 'pictures',
        editedWhatIf: null,
        pictures: { ...state.pictures, picture },
      })),
    foldInPicture: (planeName, node, isOpen) =>
      store.setState(state => {
        const plane = state.current && planeNamed(state.current.snapshot, planeName)
        if (!plane || node >= plane.length) return {}
        const open = new Map(state.open)
        open.set(planeName, withBit(openOf(state, plane), node, isOpen))
        return { open }
      }),
    unfoldInPicture: (plane, key) =>
      store.setState(({ pictures }) => {
        const unfolded = new Map(pictures.unfolded)
        unfolded.set(plane, new Set([...(unfolded.get(plane) ?? []), key]))
        return { pictures: { ...pictures, unfolded } }
      }),
  }
}
