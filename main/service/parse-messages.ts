import type { PackedSnapshot } from '../../core/registry/snapshot-codec.ts'
import type { Failure } from '../../core/failure.ts'

/** What one dump is: how it was asked for, so that its bytes are read as that and nothing else. */
export type DumpKind =
  /** `ioreg -a -l -p PLANE` */
  | { readonly kind: 'archive'; readonly plane: string }
  /** `ioreg -l -w0 -p PLANE` */
  | { readonly kind: 'text'; readonly plane: string }
  /** `ioreg -i -w0 -p PLANE`: node lines only, for true classes and their chains. */
  | { readonly kind: 'headers' }
  /** A file of unknown kind: recognised by its content. */
  | { readonly kind: 'any'; readonly expectedBytes?: number | undefined }

export type ToParseWorker =
  | {
      readonly type: 'begin-dump'
      readonly job: number
      readonly label: string
      readonly dump: DumpKind
    }
  | { readonly type: 'chunk'; readonly job: number; readonly bytes: Uint8Array }
  | { readonly type: 'end-dump'; readonly job: number }
  | { readonly type: 'drop'; readonly job: number }
  | { readonly type: 'seal'; readonly job: number }

export type FromParseWorker =
  /** That many bytes are parsed: room for more. */
  | { readonly type: 'parsed'; readonly job: number; readonly bytes: number }
  | {
      readonly type: 'dump-done'
      readonly job: number
      readonly nodes: number
      readonly entries: number
      readonly isComplete: boolean
    }
  | { readonly type: 'sealed'; readonly job: number; readonly packed: PackedSnapshot }
  | { readonly type: 'failed'; readonly job: number; readonly failure: Failure }
