/** A parsed command line. A word keeps its parts, since quoting decides what is split and globbed. */
export type WordPart =
  | { readonly kind: 'text'; readonly text: string; readonly isQuoted: boolean }
  | {
      readonly kind: 'parameter'
      readonly name: string
      readonly isQuoted: boolean
      /** `:-`, `-`, `:=`, `:+`, `+`, `:?`, `#`, `##`, `%`, `%%`; `length` for `${#name}`. */
      readonly operator?: string
      readonly operand?: Word
    }
  | { readonly kind: 'substitution'; readonly script: Script; readonly isQuoted: boolean }

export type Word = readonly WordPart[]

export interface Redirect {
  /** The descriptor that is changed: 0, 1 or 2. */
  readonly descriptor: number
  readonly kind: 'read' | 'write' | 'append' | 'duplicate'
  readonly target: Word
}

export interface Assignment {
  readonly name: string
  readonly value: Word
}

export type Command =
  | {
      readonly kind: 'simple'
      readonly assignments: readonly Assignment[]
      readonly words: readonly Word[]
      readonly redirects: readonly Redirect[]
    }
  | { readonly kind: 'group'; readonly body: Script; readonly redirects: readonly Redirect[] }
  | { readonly kind: 'subshell'; readonly body: Script; readonly redirects: readonly Redirect[] }
  | {
      readonly kind: 'if'
      readonly branches: readonly { readonly condition: Script; readonly body: Script }[]
      readonly otherwise: Script
      readonly redirects: readonly Redirect[]
    }
  | {
      readonly kind: 'for'
      readonly name: string
      readonly words: readonly Word[]
      readonly body: Script
      readonly redirects: readonly Redirect[]
    }
  | {
      readonly kind: 'while'
      readonly isUntil: boolean
      readonly condition: Script
      readonly body: Script
      readonly redirects: readonly Redirect[]
    }
  | {
      readonly kind: 'case'
      readonly subject: Word
      readonly cases: readonly { readonly patterns: readonly Word[]; readonly body: Script }[]
      readonly redirects: readonly Redirect[]
    }

export interface Pipeline {
  readonly commands: readonly Command[]
  readonly isNegated: boolean
}

/** Pipelines joined by `&&` and `||`; the first has no operator. */
export type AndOrList = readonly {
  readonly operator: '&&' | '||' | null
  readonly pipeline: Pipeline
}[]

export type Script = readonly AndOrList[]

/** `isIncomplete`: more text could mend it, so an interactive shell asks for another line. */
export class ShellSyntaxError extends Error {
  readonly isIncomplete: boolean
  constructor(message: string, isIncomplete = false) {
    super(message)
    this.name = 'ShellSyntaxError'
    this.isIncomplete = isIncomplete
  }
}
