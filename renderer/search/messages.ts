import type { SearchScope } from '../../core/query/search.ts'
import type { KextsByClass } from '../../core/kext/owning-kext.ts'
import type { EntryIndex, NodeIndex, PropertyIndex } from '../../core/registry/snapshot.ts'

/** What the page asks of its search worker. Whatever belongs to a capture that is not open is ignored. */
export type ToSearch =
  /** Takes the place of the capture before; `bytes` is what `decodeSnapshot` reads. */
  | {
      readonly kind: 'open'
      readonly capture: number
      readonly bytes: Uint8Array
      /** For `kext:`. */
      readonly kexts: KextsByClass
      /** `EntryMark` bits of each entry, for `new` and its like. */
      readonly marks: Uint8Array | null
    }
  /** Other marks of the same capture. */
  | { readonly kind: 'mark'; readonly capture: number; readonly marks: Uint8Array | null }
  | { readonly kind: 'close' }
  /** Takes the place of the question before, answered or not. An empty text asks for nothing. */
  | ({ readonly kind: 'find' } & Question)
  /** Which property of each of these entries the filter is about. */
  | {
      readonly kind: 'places'
      readonly capture: number
      readonly text: string
      readonly scope: SearchScope
      readonly entries: readonly EntryIndex[]
    }

export interface Question {
  readonly capture: number
  /** Counts the questions: each answer says which one it belongs to. */
  readonly number: number
  /** A filter. One that does not read asks for nothing. */
  readonly text: string
  /** Where its bare words look. */
  readonly scope: SearchScope
  readonly plane: string
  /** Nodes of the plane that are on screen: answered first. */
  readonly inSight: readonly NodeIndex[]
}

export type FromSearch =
  /** Keys and values are indexed. */
  | { readonly kind: 'indexed'; readonly capture: number }
  /** Of the nodes in sight, these pass. The rest comes as `found`. */
  | { readonly kind: 'sighted'; readonly number: number; readonly nodes: readonly NodeIndex[] }
  | {
      readonly kind: 'found'
      readonly number: number
      /** Words of a bit set over the plane's nodes. */
      readonly words: Uint32Array<ArrayBuffer>
      /**
       * False while values are not indexed and the filter looks for a text in them: without these everywhere, with them
       * in sight; another `found` follows.
       */
      readonly isComplete: boolean
      /** As in `places`, of hits that are likely to be on screen now: rows that know theirs are drawn once. */
      readonly places: readonly (readonly [EntryIndex, PropertyIndex])[]
    }
  | {
      readonly kind: 'places'
      readonly capture: number
      readonly text: string
      readonly places: readonly (readonly [EntryIndex, PropertyIndex])[]
    }
