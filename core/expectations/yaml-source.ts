import {
  Composer,
  CST,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Parser,
  type Document,
  type ErrorCode,
  type Pair,
  type Scalar,
} from 'yaml'

/*
 * As much of YAML as a file of expectations needs: mappings, lists and scalars, each with its place. What a
 * hand would not write there is a mistake with a place too: anchors and aliases (which can blow up), several
 * documents, keys that are no words. Scalars are not interpreted: who reads one knows what it is to be, so a
 * version stays `1.10` and an integer keeps its 64 bits.
 */

export type SourceNode = SourceScalar | SourceList | SourceMapping

export interface SourceScalar {
  readonly kind: 'scalar'
  readonly text: string
  /** In quotes, or a block: text, whatever it looks like. */
  readonly isQuoted: boolean
  /** `!busy` before it, which YAML takes for a tag. */
  readonly tags: readonly SourceTag[]
  /** In UTF-16 units from the beginning. */
  readonly offset: number
}

export interface SourceTag {
  readonly text: string
  readonly offset: number
}

export interface SourceList {
  readonly kind: 'list'
  readonly items: readonly SourceNode[]
  readonly offset: number
}

export interface SourceMapping {
  readonly kind: 'mapping'
  readonly pairs: readonly SourcePair[]
  readonly offset: number
}

export interface SourcePair {
  readonly key: string
  readonly keyOffset: number
  readonly value: SourceNode
}

/** Something that cannot be used, and what was expected there. */
export interface SourceMistake {
  readonly offset: number
  /** A sentence without its full stop. */
  readonly detail: string
}

export interface YamlSource {
  /** Null where nothing can be read at all. */
  readonly root: SourceNode | null
  readonly mistakes: readonly SourceMistake[]
  /** Tags too many for YAML, which is no mistake where words may begin with `!`. */
  readonly tagMistakes: readonly SourceMistake[]
  /** Line and column of an offset, both from 1. */
  readonly placeAt: (offset: number) => { readonly line: number; readonly column: number }
}

/** In UTF-16 units. A file that a hand wrote has a hundredth of it. */
export const longestFile = 128 * 1024
const deepestNesting = 16
const mostMistakes = 100

/** Reads a text as YAML. Never throws for what the text holds. */
export function readYamlSource(text: string): YamlSource {
  const placeAt = placesOf(text)
  const refused = (offset: number, detail: string): YamlSource => ({
    root: null,
    mistakes: [{ offset, detail }],
    tagMistakes: [],
    placeAt,
  })
  if (text.length > longestFile)
    return refused(0, `the file is longer than ${longestFile / 1024} KiB, which is its limit`)

  const tokens = [...new Parser().parse(text)]
  const damaged = text.indexOf('\ufffd')
  if (damaged >= 0) return refused(damaged, 'expected text in UTF-8; what stands here is none')
  const tooDeep = firstTokenBelow(tokens, deepestNesting)
  if (tooDeep !== null)
    return refused(tooDeep, `nested deeper than ${deepestNesting} levels, which is the limit`)

  const options = {
    schema: 'failsafe',
    // Told with both places by who reads the mapping.
    uniqueKeys: false,
    keepSourceTokens: true,
    prettyErrors: false,
    merge: false,
  } as const
  const documents = [...new Composer(options).compose(tokens, true, text.length)]
  const [document, second] = documents
  const mistakes: SourceMistake[] = []
  const tagMistakes: SourceMistake[] = []
  for (const { code, pos, message } of document?.errors ?? []) {
    const mistake = { offset: pos[0], detail: sentenceOf(code, message) }
    const told = code === 'MULTIPLE_TAGS' ? tagMistakes : mistakes
    // Some are found twice.
    if (!told.some(each => each.offset === mistake.offset)) told.push(mistake)
  }
  if (second !== undefined) {
    const at = second.range[0]
    mistakes.push({ offset: at, detail: 'expected one document; a second one begins here' })
  }
  const convert = new Conversion(mistakes)
  const root = document === undefined ? null : convert.documentRoot(document)
  if (root === null && mistakes.length === 0)
    mistakes.push({ offset: 0, detail: 'the file is empty; expected at least “kext”' })
  return { root, mistakes: mistakes.slice(0, mostMistakes), tagMistakes, placeAt }
}

/** The parser's own counter of lines misses some of a text that is damaged. */
function placesOf(text: string): YamlSource['placeAt'] {
  const starts = [0]
  for (const found of text.matchAll(/\r\n|\r|\n/g)) starts.push(found.index + found[0].length)
  return offset => {
    const at = Math.min(Math.max(offset, 0), text.length)
    let line = starts.length
    let low = 0
    while (low < line) {
      const middle = (low + line) >> 1
      if (starts[middle]! <= at) low = middle + 1
      else line = middle
    }
    return { line, column: at - starts[line - 1]! + 1 }
  }
}

/** With a stack of its own: what nests ten thousand deep is somebody's joke. */
function firstTokenBelow(tokens: readonly CST.Token[], limit: number): number | null {
  const open: { readonly token: CST.Token; readonly depth: number }[] = tokens.map(token => ({
    token,
    depth: 0,
  }))
  let first: number | null = null
  for (let next = open.pop(); next; next = open.pop()) {
    const { token, depth } = next
    if (token.type === 'document') {
      if (token.value) open.push({ token: token.value, depth })
      continue
    }
    if (!CST.isCollection(token)) continue
    if (depth >= limit) {
      first = first === null ? token.offset : Math.min(first, token.offset)
      continue
    }
    for (const item of token.items) {
      if (item.key) open.push({ token: item.key, depth: depth + 1 })
      if (item.value) open.push({ token: item.value, depth: depth + 1 })
    }
  }
  return first
}

class Conversion {
  private readonly mistakes: SourceMistake[]

  constructor(mistakes: SourceMistake[]) {
    this.mistakes = mistakes
  }

  documentRoot(document: Document.Parsed): SourceNode | null {
    const { contents } = document
    if (contents === null) return null
    if (isScalar(contents) && contents.value === '' && contents.type === 'PLAIN') return null
    return this.node(contents, [], 0)
  }

  /** Nesting is bounded by then, so recursion is. */
  private node(node: unknown, tags: readonly SourceTag[], fallback: number): SourceNode {
    if (!isNode(node)) return nothingAt(fallback)
    const offset = node.range?.[0] ?? fallback
    if (isAlias(node)) {
      this.tell(offset, `aliases are not read here; write out what *${node.source} stands for`)
      return nothingAt(offset)
    }
    if ('anchor' in node && node.anchor !== undefined)
      this.tell(offset, `anchors are not read here; leave out &${node.anchor}`)
    if (isScalar(node)) return this.scalar(node, tags, offset)
    const [tag] = tags
    if (tag !== undefined) this.tell(tag.offset, `tags are not read here; leave out ${tag.text}`)
    if (isSeq(node))
      return {
        kind: 'list',
        offset,
        items: node.items.map(item => this.node(item, tagsOfItem(item), offset)),
      }
    if (isMap(node))
      return { kind: 'mapping', offset, pairs: node.items.flatMap(pair => this.pair(pair)) }
    return nothingAt(offset)
  }

  private scalar(node: Scalar, tags: readonly SourceTag[], offset: number): SourceScalar {
    const isQuoted = node.type !== 'PLAIN'
    return { kind: 'scalar', text: String(node.value), isQuoted, tags, offset }
  }

  private pair(pair: Pair): readonly SourcePair[] {
    const { key, value } = pair
    const source = pair.srcToken
    const offset = isNode(key) ? (key.range?.[0] ?? 0) : 0
    if (!isScalar(key) || key.anchor !== undefined || key.tag !== undefined) {
      this.tell(offset, 'expected a word as the key')
      return []
    }
    const end = key.range?.[1] ?? offset
    return [
      {
        key: String(key.value),
        keyOffset: offset,
        value: this.node(value, tagsOf(source?.sep ?? []), end),
      },
    ]
  }

  private tell(offset: number, detail: string): void {
    this.mistakes.push({ offset, detail })
  }
}

function nothingAt(offset: number): SourceScalar {
  return { kind: 'scalar', text: '', isQuoted: false, tags: [], offset }
}

function tagsOf(tokens: readonly CST.SourceToken[]): readonly SourceTag[] {
  return tokens
    .filter(token => token.type === 'tag')
    .map(({ source, offset }) => ({ text: source, offset }))
}

/** An item of a list has one tag at most; where exactly it stands does not matter. */
function tagsOfItem(item: unknown): readonly SourceTag[] {
  if (!isNode(item) || isAlias(item) || item.tag === undefined) return []
  const offset = (item.range?.[0] ?? 0) - item.tag.length
  return [{ text: item.tag, offset }]
}

/** What YAML says, for somebody who knows it from other files only. */
function sentenceOf(code: ErrorCode, message: string): string {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'expected blanks; YAML does not indent by tabs'
    case 'BAD_INDENT': {
      const bracket = /end with a ([\]}])/.exec(message)?.[1]
      return bracket === undefined
        ? 'this is not indented as what it belongs to'
        : `expected “${bracket}” before this, or what is between the brackets indented`
    }
    case 'MULTIPLE_TAGS':
      return 'two words that begin with “!” stand in a row; put all of it between quotes'
    case 'MISSING_CHAR':
      return missingCharacter(message)
    case 'BAD_SCALAR_START':
      return 'no word can begin with this character; put it between quotes'
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      return 'expected “key: value” on one line; a text with “: ” in it goes between quotes'
    case 'BAD_DQ_ESCAPE':
      return `between double quotes a backslash begins an escape, and this is none: ${message.replace('Invalid escape sequence ', '')}; put it between single quotes`
    case 'RESOURCE_EXHAUSTION':
      return 'this is nested too deeply'
    default:
      return `this is no YAML: ${uncapitalised(message)}`
  }
}

function missingCharacter(message: string): string {
  const quote = /closing (["'])/.exec(message)?.[1]
  if (quote !== undefined) return `expected ${quote} before this: a text in quotes has no end`
  return message.startsWith('Sequence item without')
    ? 'expected “- ”, or this indented as the lines above it'
    : `something is missing here: ${uncapitalised(message)}`
}

function uncapitalised(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
