import {
  initialKextGraph,
  initialRegistryMap,
  type KextGraphState,
  type RegistryMapState,
} from './more-pictures-state.ts'

export const pictureNames = ['tree', 'stack', 'kexts', 'map', 'power'] as const
export type PictureName = (typeof pictureNames)[number]

/** What the colours of a picture tell. */
export const colourings = ['kext', 'family', 'state', 'age', 'diff'] as const
export type ColourBy = (typeof colourings)[number]

/** Where the tree grows: to the right, or downwards. */
export type TreeDirection = 'right' | 'down'

/** Which picture is shown, and how. */
export interface PicturesState {
  readonly picture: PictureName
  /** null: whatever tells most in the picture that is shown. */
  readonly colourBy: ColourBy | null
  /** The table equivalent has the picture's place. */
  readonly isTable: boolean
  readonly direction: TreeDirection
  /** Marks of each plane's tree that stand for several and are drawn one by one: their keys. */
  readonly unfolded: ReadonlyMap<string, ReadonlySet<string>>
  /** Where the picture that is shown is to be saved: the user is asked. */
  readonly saving: 'svg' | 'png' | null
  /** Cards of the stack that stand for several and are drawn one by one: their keys. */
  readonly stackOpened: ReadonlySet<string>
  readonly kextGraph: KextGraphState
  readonly registryMap: RegistryMapState
}

export const initialPictures: PicturesState = {
  picture: 'tree',
  colourBy: null,
  isTable: false,
  direction: 'right',
  unfolded: new Map(),
  saving: null,
  stackOpened: new Set(),
  kextGraph: initialKextGraph,
  registryMap: initialRegistryMap,
}

/** A map shows what there is of what; all others show how each service is. */
export function colourOf({ picture, colourBy }: PicturesState): ColourBy {
  return colourBy ?? (picture === 'map' ? 'family' : 'state')
}
