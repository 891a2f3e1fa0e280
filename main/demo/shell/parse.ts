import {
  ShellSyntaxError,
  type AndOrList,
  type Assignment,
  type Command,
  type Pipeline,
  type Redirect,
  type Script,
  type Word,
  type WordPart,
} from './syntax.ts'

/**
 * Parses this part of the POSIX shell language:
 *
 *   script    = andor { (";" | newline) andor }
 *   andor     = pipeline { ("&&" | "||") pipeline }
 *   pipeline  = [ "!" ] command { "|" command }
 *   command   = { name=word | redirect } word { word | redirect }
 *             | "(" script ")" | "{" script "}" | if | for | while | until | case
 *
 * Throws `ShellSyntaxError`. Functions, here documents, background jobs and arithmetic are not part of
 * it and are refused by name rather than misread.
 */
export function parseScript(text: string): Script {
  if (text.length > longestScript) throw new ShellSyntaxError('argument list too long')
  // A shell reads its script as a C string.
  const end = text.indexOf('\0')
  return new Parser(end < 0 ? text : text.slice(0, end)).wholeScript()
}

const longestScript = 1_000_000
/** Deeper nesting than a person writes, and shallow enough for the stack. */
const deepestNesting = 100

const reserved = new Set(
  'if then elif else fi for do done while until case esac in { } !'.split(' '),
)
const operatorCharacters = '|&;()<>'

class Parser {
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  wholeScript(): Script {
    const script = this.#script()
    if (this.#at < this.#text.length) this.#unexpected()
    return script
  }

  /** Up to the end, a `)`, a `;;` or a reserved word that ends a compound command. */
  #script(): Script {
    if (++this.#depth > deepestNesting) throw new ShellSyntaxError('nested too deeply')
    const lists: AndOrList[] = []
    for (;;) {
      this.#skipBlankLines()
      if (this.#atScriptEnd()) break
      lists.push(this.#andOr())
      this.#skipBlanks()
      if (this.#starts(';;')) break
      if (this.#starts(';') || this.#starts('\n')) this.#at++
      else if (this.#starts('&')) throw new ShellSyntaxError('background jobs are not supported')
      else if (!this.#atScriptEnd()) this.#unexpected()
    }
    this.#depth--
    return lists
  }

  #atScriptEnd(): boolean {
    if (this.#at >= this.#text.length || this.#starts(')') || this.#starts(';;')) return true
    return ['then', 'elif', 'else', 'fi', 'do', 'done', 'esac', '}'].includes(this.#peekBare())
  }

  #andOr(): AndOrList {
    const list: { operator: '&&' | '||' | null; pipeline: Pipeline }[] = [
      { operator: null, pipeline: this.#pipeline() },
    ]
    for (;;) {
      this.#skipBlanks()
      const operator = this.#starts('&&') ? '&&' : this.#starts('||') ? '||' : null
      if (operator === null) return list
      this.#at += 2
      this.#skipBlankLines()
      list.push({ operator, pipeline: this.#pipeline() })
    }
  }

  #pipeline(): Pipeline {
    this.#skipBlanks()
    const isNegated = this.#takeReserved('!')
    const commands = [this.#command()]
    for (;;) {
      this.#skipBlanks()
      if (!this.#starts('|') || this.#starts('||')) return { commands, isNegated }
      this.#at++
      this.#skipBlankLines()
      commands.push(this.#command())
    }
  }

  #command(): Command {
    this.#skipBlanks()
    if (this.#starts('(')) {
      this.#at++
      const body = this.#body()
      this.#expect(')')
      return { kind: 'subshell', body, redirects: this.#redirects() }
    }
    switch (this.#peekBare()) {
      case '{': {
        this.#at++
        const body = this.#body()
        this.#expectReserved('}')
        return { kind: 'group', body, redirects: this.#redirects() }
      }
      case 'if':
        return this.#if()
      case 'for':
        return this.#for()
      case 'while':
      case 'until': {
        const isUntil = this.#peekBare() === 'until'
        this.#at += 5
        const condition = this.#body()
        const body = this.#doDone()
        return { kind: 'while', isUntil, condition, body, redirects: this.#redirects() }
      }
      case 'case':
        return this.#case()
      default:
        return this.#simple()
    }
  }

  #if(): Command {
    this.#expectReserved('if')
    const branches: { condition: Script; body: Script }[] = []
    let otherwise: Script = []
    do {
      const condition = this.#body()
      this.#expectReserved('then')
      branches.push({ condition, body: this.#body() })
    } while (this.#takeReserved('elif'))
    if (this.#takeReserved('else')) otherwise = this.#body()
    this.#expectReserved('fi')
    return { kind: 'if', branches, otherwise, redirects: this.#redirects() }
  }

  #for(): Command {
    this.#expectReserved('for')
    this.#skipBlanks()
    const name = /^[A-Za-z_]\w*/.exec(this.#text.slice(this.#at, this.#at + 256))?.[0]
    if (name === undefined) this.#unexpected()
    this.#at += name.length
    this.#skipBlankLines()
    this.#expectReserved('in')
    const words: Word[] = []
    for (;;) {
      this.#skipBlanks()
      if (this.#at >= this.#text.length || operatorCharacters.includes(this.#text[this.#at]!)) break
      if (this.#starts('\n')) break
      words.push(this.#word())
    }
    if (this.#starts(';') && !this.#starts(';;')) this.#at++
    const body = this.#doDone()
    return { kind: 'for', name, words, body, redirects: this.#redirects() }
  }

  #case(): Command {
    this.#expectReserved('case')
    this.#skipBlanks()
    const subject = this.#word()
    this.#skipBlankLines()
    this.#expectReserved('in')
    const cases: { patterns: Word[]; body: Script }[] = []
    for (;;) {
      this.#skipBlankLines()
      if (this.#takeReserved('esac')) break
      if (this.#starts('(')) this.#at++
      const patterns: Word[] = []
      do {
        this.#skipBlanks()
        patterns.push(this.#word())
        this.#skipBlanks()
      } while (this.#take('|'))
      this.#expect(')')
      cases.push({ patterns, body: this.#script() })
      this.#skipBlankLines()
      if (!this.#take(';;') && this.#peekBare() !== 'esac') this.#unexpected()
    }
    return { kind: 'case', subject, cases, redirects: this.#redirects() }
  }

  #doDone(): Script {
    this.#skipBlankLines()
    this.#expectReserved('do')
    const body = this.#body()
    this.#expectReserved('done')
    return body
  }

  /** A script that must hold something. */
  #body(): Script {
    const script = this.#script()
    if (script.length === 0) this.#unexpected()
    return script
  }

  #simple(): Command {
    const assignments: Assignment[] = []
    const words: Word[] = []
    const redirects: Redirect[] = []
    if (reserved.has(this.#peekBare())) this.#unexpected()
    for (;;) {
      this.#skipBlanks()
      const redirect = this.#redirect()
      if (redirect !== null) {
        redirects.push(redirect)
        continue
      }
      const next = this.#text[this.#at]
      if (next === undefined || next === '\n' || operatorCharacters.includes(next)) break
      const name = words.length === 0 ? this.#assignmentName() : null
      if (name !== null) {
        this.#at += name.length + 1
        assignments.push({ name, value: this.#word() })
      } else words.push(this.#word())
    }
    if (words.length + assignments.length + redirects.length === 0) this.#unexpected()
    if (this.#starts('(')) {
      throw new ShellSyntaxError("syntax error near unexpected token `('")
    }
    return { kind: 'simple', assignments, words, redirects }
  }

  #assignmentName(): string | null {
    const found = /^([A-Za-z_]\w*)=/.exec(this.#text.slice(this.#at, this.#at + 256))
    return found?.[1] ?? null
  }

  #redirects(): Redirect[] {
    const redirects: Redirect[] = []
    for (;;) {
      this.#skipBlanks()
      const redirect = this.#redirect()
      if (redirect === null) return redirects
      redirects.push(redirect)
    }
  }

  #redirect(): Redirect | null {
    const found = /^(\d?)(>>|>\||>&|<&|<<|&>|>|<)/.exec(this.#text.slice(this.#at, this.#at + 4))
    if (found === null) return null
    const [whole, digit, operator] = found
    if (operator === '<<') throw new ShellSyntaxError('here documents are not supported')
    if (operator === '&>') throw new ShellSyntaxError("syntax error near unexpected token `&>'")
    this.#at += whole.length
    this.#skipBlanks()
    const target = this.#word()
    const isInput = operator!.startsWith('<')
    const descriptor = digit === '' ? (isInput ? 0 : 1) : Number(digit)
    if (descriptor > 2) throw new ShellSyntaxError(`${descriptor}: Bad file descriptor`)
    const kind =
      operator === '>>'
        ? 'append'
        : operator!.endsWith('&')
          ? 'duplicate'
          : isInput
            ? 'read'
            : 'write'
    return { descriptor, kind, target }
  }

  /** One word; empty text where none is throws. */
  #word(): Word {
    const parts: WordPart[] = []
    const start = this.#at
    for (;;) {
      const next = this.#text[this.#at]
      if (next === undefined || ' \t\n'.includes(next) || operatorCharacters.includes(next)) break
      switch (next) {
        case "'": {
          const end = this.#text.indexOf("'", this.#at + 1)
          if (end < 0) this.#unclosed("'")
          parts.push({ kind: 'text', text: this.#text.slice(this.#at + 1, end), isQuoted: true })
          this.#at = end + 1
          break
        }
        case '"':
          this.#doubleQuoted(parts)
          break
        case '\\':
          // A backslash before a newline joins the lines.
          if (this.#text[this.#at + 1] !== '\n') {
            const text = this.#text[this.#at + 1] ?? '\\'
            parts.push({ kind: 'text', text, isQuoted: true })
          }
          this.#at += 2
          break
        case '$':
          parts.push(this.#dollar(false))
          break
        case '`':
          parts.push(this.#backquoted(false))
          break
        default: {
          const text = /^[^\s'"\\$`|&;()<>]+/.exec(this.#text.slice(this.#at, this.#at + 4096))
          const taken = text?.[0] ?? next
          parts.push({ kind: 'text', text: taken, isQuoted: false })
          this.#at += taken.length
        }
      }
    }
    if (this.#at === start) {
      // The value of `NAME=` may be empty; anything else must not.
      if (this.#text[start - 1] === '=') return []
      this.#unexpected()
    }
    return parts
  }

  #doubleQuoted(parts: WordPart[]): void {
    this.#at++
    let text = ''
    const flush = () => parts.push({ kind: 'text', text, isQuoted: true })
    for (;;) {
      const next = this.#text[this.#at]
      if (next === undefined) this.#unclosed('"')
      if (next === '"') break
      if (next === '\\') {
        const escaped = this.#text[this.#at + 1] ?? ''
        if (escaped === '') this.#unclosed('"')
        if ('$`"\\'.includes(escaped)) text += escaped
        else if (escaped !== '\n') text += `\\${escaped}`
        this.#at += 2
      } else if (next === '$' || next === '`') {
        flush()
        text = ''
        parts.push(next === '$' ? this.#dollar(true) : this.#backquoted(true))
      } else {
        text += next
        this.#at++
      }
    }
    this.#at++
    flush()
  }

  #dollar(isQuoted: boolean): WordPart {
    const rest = this.#text.slice(this.#at + 1, this.#at + 256)
    if (rest.startsWith('((')) throw new ShellSyntaxError('arithmetic is not supported')
    if (rest.startsWith('(')) {
      this.#at += 2
      const script = this.#script()
      this.#expect(')')
      return { kind: 'substitution', script, isQuoted }
    }
    if (rest.startsWith('{')) return this.#braced(isQuoted)
    const name = /^(?:[A-Za-z_]\w*|[0-9?$#@*!-])/.exec(rest)?.[0]
    this.#at += 1 + (name?.length ?? 0)
    if (name === undefined) return { kind: 'text', text: '$', isQuoted }
    return { kind: 'parameter', name, isQuoted }
  }

  #braced(isQuoted: boolean): WordPart {
    if (++this.#depth > deepestNesting) throw new ShellSyntaxError('nested too deeply')
    const start = this.#at
    const head = /^\$\{(#?)([A-Za-z_]\w*|\d+|[?$#@*!-])/.exec(this.#text.slice(start, start + 256))
    if (head === null) this.#badSubstitution(start)
    const name = head[2]!
    this.#at += head[0].length
    const operator = /^(:?[-=+?]|##?|%%?)/.exec(this.#text.slice(this.#at, this.#at + 2))?.[0]
    if (operator === undefined || head[1] === '#') {
      if (this.#text[this.#at] !== '}') this.#badSubstitution(start)
      this.#at++
      this.#depth--
      if (head[1] === '#') return { kind: 'parameter', name, isQuoted, operator: 'length' }
      return { kind: 'parameter', name, isQuoted }
    }
    this.#at += operator.length
    const operand: WordPart[] = []
    while (this.#text[this.#at] !== '}') {
      const next = this.#text[this.#at]
      if (next === undefined) this.#unclosed('}')
      if (next === '"') this.#doubleQuoted(operand)
      else if (next === '$') operand.push(this.#dollar(isQuoted))
      else if (next === "'" && !isQuoted) {
        const end = this.#text.indexOf("'", this.#at + 1)
        if (end < 0) this.#unclosed("'")
        operand.push({ kind: 'text', text: this.#text.slice(this.#at + 1, end), isQuoted: true })
        this.#at = end + 1
      } else if (next === '\\') {
        operand.push({ kind: 'text', text: this.#text[this.#at + 1] ?? '', isQuoted: true })
        this.#at += 2
      } else {
        operand.push({ kind: 'text', text: next, isQuoted })
        this.#at++
      }
    }
    this.#at++
    this.#depth--
    return { kind: 'parameter', name, isQuoted, operator, operand }
  }

  #backquoted(isQuoted: boolean): WordPart {
    let inner = ''
    for (this.#at++; this.#text[this.#at] !== '`'; this.#at++) {
      let next = this.#text[this.#at]
      if (next === undefined) this.#unclosed('`')
      if (next === '\\' && '$`\\'.includes(this.#text[this.#at + 1] ?? '-')) {
        next = this.#text[++this.#at]
      }
      inner += next
    }
    this.#at++
    const parser = new Parser(inner)
    parser.#depth = this.#depth + 1
    return { kind: 'substitution', script: parser.wholeScript(), isQuoted }
  }

  #starts(token: string): boolean {
    return this.#text.startsWith(token, this.#at)
  }

  #take(token: string): boolean {
    if (!this.#starts(token)) return false
    this.#at += token.length
    return true
  }

  #expect(token: string): void {
    this.#skipBlankLines()
    if (!this.#take(token)) this.#unexpected()
  }

  /** The unquoted word that starts here, or ''. */
  #peekBare(): string {
    const found = /^[^\s'"\\$`|&;()<>]+(?=[\s|&;()<>]|$)/.exec(
      this.#text.slice(this.#at, this.#at + 64),
    )
    return found?.[0] ?? ''
  }

  #takeReserved(word: string): boolean {
    this.#skipBlankLines()
    if (this.#peekBare() !== word) return false
    this.#at += word.length
    return true
  }

  #expectReserved(word: string): void {
    if (!this.#takeReserved(word)) this.#unexpected()
  }

  #skipBlanks(): void {
    for (;;) {
      if (this.#starts(' ') || this.#starts('\t')) this.#at++
      else if (this.#starts('\\\n')) this.#at += 2
      else if (this.#starts('#')) {
        const end = this.#text.indexOf('\n', this.#at)
        this.#at = end < 0 ? this.#text.length : end
      } else return
    }
  }

  #skipBlankLines(): void {
    for (this.#skipBlanks(); this.#starts('\n'); this.#skipBlanks()) this.#at++
  }

  #unexpected(): never {
    if (this.#at >= this.#text.length) {
      throw new ShellSyntaxError('syntax error: unexpected end of file', true)
    }
    const operator = /^(?:&&|\|\||;;|>>|[|&;()<>\n])/.exec(this.#text.slice(this.#at, this.#at + 2))
    const token = operator?.[0] ?? (this.#peekBare() || this.#text[this.#at]!)
    const shown = token === '\n' ? 'newline' : token
    throw new ShellSyntaxError(`syntax error near unexpected token \`${shown}'`)
  }

  #unclosed(quote: string): never {
    throw new ShellSyntaxError(`unexpected EOF while looking for matching \`${quote}'`, true)
  }

  #badSubstitution(start: number): never {
    const end = this.#text.indexOf('}', start)
    if (end < 0) this.#unclosed('}')
    throw new ShellSyntaxError(`${this.#text.slice(start, end + 1).slice(0, 80)}: bad substitution`)
  }
}
