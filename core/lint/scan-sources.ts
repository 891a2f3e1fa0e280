/** A class that a source file defines for IOKit, by one of the macros of `OSMetaClass.h`. */
export interface SourceClass {
  readonly name: string
  /** As written, or what a `#define` of the file says of it: `super`. */
  readonly superclass: string | null
  /** `OSDefineMetaClassAndAbstractStructors` and its kin: no object of it can be made. */
  readonly isAbstract: boolean
  readonly file: string
  /** From 1. */
  readonly line: number
}

export interface DeclaredClass {
  readonly name: string
  readonly file: string
  readonly line: number
}

export interface SourceFile {
  /** Relative to the folder, with `/`. */
  readonly path: string
  readonly text: string
}

export interface SourceClasses {
  readonly defined: readonly SourceClass[]
  readonly declared: readonly DeclaredClass[]
  /** A macro was used with what is no plain name: what it defines is not known. */
  readonly isSure: boolean
}

const identifier = /^[A-Za-z_]\w*$/
/** A use of one of the macros, up to what closes it. No name in it is as long as its limits. */
const macro = /\bOS(Define|Declare)(\w{0,80})\s{0,200}\(([^()]{0,2000})\)/g
/** A name of the source may be another `#define`, and that one again. */
const deepestDefine = 8

/**
 * The IOKit classes of C++ sources, by text: `OSDefineMetaClassAndStructors(Foo, IOService)`, and what
 * `OSDeclareDefaultStructors(Foo)` promises. Comments and strings are passed over; conditions of the preprocessor are
 * not decided, so both branches count.
 */
export function scanSources(files: readonly SourceFile[]): SourceClasses {
  const defined: SourceClass[] = []
  const declared: DeclaredClass[] = []
  let isSure = true
  const sources = files.map(({ path, text }) => ({ path, code: withoutComments(text) }))
  // Class names that a header defines as macros mean the same in all files.
  const shared = new Map(sources.flatMap(({ code }) => [...plainDefines(code)]))
  for (const { path, code } of sources) {
    const own = plainDefines(code)
    const meant = (word: string): string => {
      let name = word
      for (let i = 0; i < deepestDefine; i++) {
        const next = own.get(name) ?? (name === 'super' ? undefined : shared.get(name))
        if (next === undefined) break
        name = next
      }
      return name
    }
    const lineAt = lineCounter(code)
    for (const found of withoutDirectives(code).matchAll(macro)) {
      const [, verb, kind, inside] = found
      if (!/MetaClass|Structors/.test(kind!)) continue
      const [first, second] = inside!.split(',').map(word => word.trim())
      const line = lineAt(found.index)
      const name = meant(first!)
      if (!identifier.test(name)) {
        isSure = false
        continue
      }
      if (verb === 'Declare') declared.push({ name, file: path, line })
      else {
        const superclass = second === undefined ? '' : meant(second)
        defined.push({
          name,
          superclass: identifier.test(superclass) ? superclass : null,
          isAbstract: kind!.includes('Abstract'),
          file: path,
          line,
        })
      }
    }
  }
  return { defined, declared, isSure }
}

/** `#define super IOService`: names that stand for a name. */
function plainDefines(code: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const [, name, value] of code.matchAll(
    /^[ \t]*#[ \t]*define[ \t]+([A-Za-z_]\w*)[ \t]+([A-Za-z_]\w*)[ \t]*\r?$/gm,
  ))
    found.set(name!, value!)
  return found
}

/** The same text with blanks in place of the preprocessor's lines, which define macros and use none. */
function withoutDirectives(code: string): string {
  let isInside = false
  const lines = code.split('\n').map(line => {
    if (!isInside && !/^[ \t]*#/.test(line)) return line
    isInside = /\\\r?$/.test(line)
    return ' '.repeat(line.length)
  })
  return lines.join('\n')
}

/** The same text with blanks in place of comments and strings, so that places stay the same. */
function withoutComments(text: string): string {
  const pieces: string[] = []
  let kept = 0
  const blankOut = (from: number, to: number): void => {
    pieces.push(text.slice(kept, from), text.slice(from, to).replace(/[^\n]/g, ' '))
    kept = to
  }
  for (let at = 0; at < text.length;) {
    const end = endOfUncode(text, at)
    if (end > at) blankOut(at, end)
    at = Math.max(end, at + 1)
  }
  pieces.push(text.slice(kept))
  return pieces.join('')
}

/** Where the comment, string or character that begins at `at` ends; `at` itself where none begins. */
function endOfUncode(text: string, at: number): number {
  const here = text[at]
  if (here === '/') {
    const next = text[at + 1]
    if (next === '/') return endOr(text.indexOf('\n', at), text)
    if (next === '*') return endOr(text.indexOf('*/', at + 2), text, 2)
    return at
  }
  if (here !== '"' && here !== "'") return at
  let end = at + 1
  while (end < text.length && text[end] !== here && text[end] !== '\n')
    end += text[end] === '\\' ? 2 : 1
  // One that its line does not close ends with the line: an apostrophe in a message of the preprocessor.
  return Math.min(text[end] === here ? end + 1 : end, text.length)
}

function endOr(found: number, text: string, length = 0): number {
  return found < 0 ? text.length : found + length
}

/** Line of a place, from 1; asked for in ascending order. */
function lineCounter(text: string): (at: number) => number {
  let line = 1
  let counted = 0
  return at => {
    for (; counted < at; counted++) if (text.charCodeAt(counted) === 10) line++
    return line
  }
}
