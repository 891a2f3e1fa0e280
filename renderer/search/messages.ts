import type { EntryIndex, NodeIndex, PropertyIndex } from '../../core/registry/snapshot.ts'

/** What the page asks of its search worker. Whatever belongs to a capture that is not open is ignored. */
export type ToSearch =
  /** Takes the place of the capture before; `bytes` is what `decodeSnapshot` reads. */
  | { readonly kind: 'open'; readonly capture: number; readonly bytes: Uint8Array }
  | { readonly kind: 'close' }
  /** Takes the place of the question before, answered or not. An empty text asks for nothing. */
  | ({ readonly kind: 'find' } & Question)
  /** In which property each of these entries has the text. */
  | {
      readonly kind: 'places'
      readonly capture: number
      readonly text: string
      readonly entries: readonly EntryIndex[]
    }

export interface Question {
  readonly capture: number
  /** Counts the questions: each answer says which one it belongs to. */
  readonly number: number
  readonly text: string
  readonly plane: string
  /** Nodes of the plane that are on screen: answered first. */
  readonly inSight: readonly NodeIndex[]
}

export type FromSearch =
  /** Keys and values are indexed. */
  | { readonly kind: 'indexed'; readonly capture: number }
  /** Of the nodes in sight, these have the text. The rest comes as `found`. */
  | { readonly kind: 'sighted'; readonly number: number; readonly nodes: readonly NodeIndex[] }
  | {
      readonly kind: 'found'
      readonly number: number
      /** Words of a bit set over the plane's nodes. */
      readonly words: Uint32Array<ArrayBuffer>
      /** False while values are not indexed: names everywhere, values in sight; another `found` follows. */
      readonly isComplete: boolean
    }
  | {
      readonly kind: 'places'
      readonly capture: number
      readonly text: string
      readonly places: readonly (readonly [EntryIndex, PropertyIndex])[]
    }
