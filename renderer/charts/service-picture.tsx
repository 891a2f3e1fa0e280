import type { EntryIndex, Snapshot } from '../../core/registry/snapshot.ts'
import type { EntryRef } from '../state/app-state.ts'

export interface ServicePictureProps {
  readonly snapshot: Snapshot
  /** Name of the plane drawn. */
  readonly plane: string
  /** The service in the middle. */
  readonly entry: EntryIndex
  readonly onSelect: (ref: EntryRef) => void
}

/** The services around the selected one. */
export function ServicePicture(_props: ServicePictureProps) {
  return null
}
