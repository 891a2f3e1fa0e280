import type { EntryMarkName } from '../../diff/entry-marks.ts'

/** A place in the filter's text, in UTF-16 units: `[start, end)`. */
export interface FilterSpan {
  readonly start: number
  readonly end: number
}

export type Comparator = '==' | '!=' | '<' | '<=' | '>' | '>='

/** What stands at the right of a comparison. */
export type FilterValue =
  | { readonly kind: 'text'; readonly text: string }
  /** `4096`, `0x1000`, `-1`; exact. */
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'real'; readonly value: number }
  /** `<86 80 00 00>` */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'boolean'; readonly value: boolean }

export type StateWord =
  'registered' | 'matched' | 'inactive' | 'busy' | 'published' | 'terminated' | 'service'

/** What an entry or node must be. */
export type FilterTest =
  /** A bare word: in the name, `name@location`, location or class; an ID, or the beginning of one from seven digits on.
   * With the scope `everything` in keys and values too. */
  | { readonly kind: 'text'; readonly text: string }
  /** `name:`, `value:`, `any:`: in that, whatever the case; `any:` is a bare word with the scope `everything`. */
  | { readonly kind: 'in'; readonly where: 'name' | 'value' | 'any'; readonly text: string }
  /** `class:IOPCIDevice` with subclasses where the dump tells them; `class=` exact. May have `*`. */
  | { readonly kind: 'class'; readonly className: string; readonly isExact: boolean }
  /** `key:IOMACAddress`: has a property of that key, whatever the case; may have `*`. */
  | { readonly kind: 'key'; readonly key: string }
  /** `"vendor-id" == 0x8086`, `IOName contains usb`, `IOName ~ /^disk/`; a bare key on the left works too. */
  | {
      readonly kind: 'compare'
      readonly key: string
      readonly comparator: Comparator
      readonly value: FilterValue
    }
  | { readonly kind: 'contains'; readonly key: string; readonly value: FilterValue }
  /** RE2 syntax, so that no pattern can hang the window. */
  | {
      readonly kind: 'matches'
      readonly key: string
      readonly pattern: string
      readonly isCaseBlind: boolean
    }
  /** `state:registered`, `state:!registered` */
  | { readonly kind: 'state'; readonly state: StateWord; readonly isNot: boolean }
  /** `busy > 0`, `retain >= 20`, `clients == 0`, `providers > 1`, `depth < 3`; busytime in nanoseconds. */
  | {
      readonly kind: 'count'
      readonly what: 'busy' | 'retain' | 'busytime' | 'clients' | 'providers' | 'depth'
      readonly comparator: Comparator
      readonly value: bigint
    }
  /** `id:0x100000116` */
  | { readonly kind: 'id'; readonly id: bigint }
  /** `kext:com.example.*`: the bundle identifier of the kext that owns it. */
  | { readonly kind: 'kext'; readonly kext: string }
  /** `plane:IOUSB`: has a place there. */
  | { readonly kind: 'plane'; readonly plane: string }
  /** `under:IOService:/iMac/PCI0`, `under:0x100000116`: that entry and everything below it. */
  | { readonly kind: 'under'; readonly path: string }
  /** `new`, `gone`, `changed`, `moved`: with a comparison, or a watch. */
  | { readonly kind: 'mark'; readonly mark: EntryMarkName }

export type FilterNode =
  | {
      readonly kind: 'and' | 'or'
      readonly terms: readonly FilterNode[]
      readonly span: FilterSpan
    }
  | { readonly kind: 'not'; readonly term: FilterNode; readonly span: FilterSpan }
  | { readonly kind: 'test'; readonly test: FilterTest; readonly span: FilterSpan }

/** A filter that reads; null is the empty one, which everything passes. */
export interface Filter {
  readonly text: string
  readonly root: FilterNode | null
}

/** Where a filter stops making sense, and what would make sense there. */
export interface FilterProblem {
  readonly span: FilterSpan
  /** A sentence for the user: `A value has to stand after “==”.` */
  readonly message: string
  /** What was expected, as the user would type it or as a short phrase. */
  readonly expected: readonly string[]
}

export type ParsedFilter =
  | { readonly ok: true; readonly filter: Filter }
  | { readonly ok: false; readonly problem: FilterProblem }

/** The pieces of a text by what they are, for colouring while somebody types; whatever does not read is `error`. */
export interface FilterToken {
  readonly kind:
    | 'word'
    | 'field'
    | 'key'
    | 'operator'
    | 'string'
    | 'number'
    | 'bytes'
    | 'pattern'
    | 'keyword'
    | 'bracket'
    | 'error'
  readonly span: FilterSpan
}
