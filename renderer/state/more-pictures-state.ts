/** What is chosen of the kext graph. */
export interface KextGraphState {
  /** Identifier of the kext in the middle; null: all of them. */
  readonly focus: string | null
  /** Steps to what needs it, and to what it needs. */
  readonly stepsUp: number
  readonly stepsDown: number
  readonly kernel: 'hidden' | 'grouped' | 'shown'
  /** Families that are drawn kext by kext. */
  readonly open: ReadonlySet<string>
  /** How many more are drawn of a step or a family, by its key. */
  readonly more: ReadonlyMap<string, number>
}

export const initialKextGraph: KextGraphState = {
  focus: null,
  stepsUp: 2,
  stepsDown: 2,
  kernel: 'grouped',
  open: new Set(),
  more: new Map(),
}

/** What is chosen of the map of the registry. */
export interface RegistryMapState {
  readonly by: 'kext' | 'class' | 'plane'
  readonly size: 'services' | 'entries' | 'bytes'
  readonly shape: 'icicle' | 'treemap'
  /** By kext: entries whose kext is not known have areas as well, by their classes. */
  readonly showsUnknown: boolean
  /** Keys of the places that lead to the one that fills the frame; the root is left out. */
  readonly way: readonly string[]
  /** Some of that place's children, by size, fill it. */
  readonly range: { readonly from: number; readonly to: number } | null
}

export const initialRegistryMap: RegistryMapState = {
  by: 'class',
  size: 'services',
  shape: 'treemap',
  showsUnknown: true,
  way: [],
  range: null,
}
