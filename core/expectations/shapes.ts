import { createNearName } from '../lint/near-name.ts'
import type { SourceNode, SourceScalar, SourceTag } from './yaml-source.ts'

/*
 * What may stand somewhere in a file: each shape reads a node into a value, tells what is wrong with it, and
 * says the same as JSON Schema for editors. A grammar put together from shapes is thereby the one source of both.
 */

export type JsonSchema = Readonly<Record<string, unknown>>

export interface Telling {
  readonly mistake: (offset: number, detail: string) => void
  /** These words that begin with `!` are meant. */
  readonly acceptTags: (tags: readonly SourceTag[]) => void
}

export interface Shape<T> {
  /** As the end of “expected …”. */
  readonly expected: string
  readonly schema: JsonSchema
  /** Undefined after a mistake was told. */
  readonly read: (node: SourceNode, tell: Telling) => T | undefined
}

export interface Field<T> {
  readonly shape: Shape<T>
  /** For editors, and for who is told that it is missing. */
  readonly about: string
  readonly isRequired?: true
}

/** A value and where it stands. */
export interface Placed<T> {
  readonly value: T
  /** Of its key, or of the item of a list. */
  readonly offset: number
}

type AnyFields = Readonly<Record<string, Field<unknown>>>
export type ReadFields<F extends AnyFields> = {
  readonly [K in keyof F]?: F[K] extends Field<infer T> ? Placed<T> : never
}

/** `found …` of a message. */
export function foundText(node: SourceNode): string {
  switch (node.kind) {
    case 'list':
      return 'a list'
    case 'mapping':
      return 'a mapping (key: value)'
    case 'scalar':
      return node.text === '' && !node.isQuoted ? 'nothing' : `“${shortened(node.text)}”`
  }
}

export function shortened(text: string, most = 60): string {
  const line = text.replace(/\s+/g, ' ')
  const characters = [...line]
  return characters.length > most ? `${characters.slice(0, most).join('')}…` : line
}

/** A mapping with known keys; a key that is not known is told with the one that was probably meant. */
export function mapping<F extends AnyFields>(expected: string, fields: F): Shape<ReadFields<F>> {
  const names = Object.keys(fields)
  const required = names.filter(name => fields[name]!.isRequired)
  return {
    expected,
    schema: {
      type: 'object',
      properties: Object.fromEntries(
        names.map(name => [
          name,
          { description: fields[name]!.about, ...fields[name]!.shape.schema },
        ]),
      ),
      ...(required.length > 0 && { required }),
      additionalProperties: false,
    },
    read(node, tell) {
      if (node.kind !== 'mapping') return mismatch(node, expected, tell)
      const read = readPairs(node.pairs, tell, (key, offset) => {
        if (Object.hasOwn(fields, key)) return fields[key]!.shape
        tell.mistake(offset, unknownKey(key, names))
        return null
      })
      for (const name of required) {
        if (!node.pairs.some(({ key }) => key === name))
          tell.mistake(node.offset, `“${name}” is missing: ${endOfSentence(fields[name]!.about)}`)
      }
      return Object.fromEntries(read) as ReadFields<F>
    },
  }
}

/** A mapping whose keys are the author's: names of properties. */
export function table<T>(
  expected: string,
  shape: Shape<T>,
): Shape<readonly (Placed<T> & { readonly key: string })[]> {
  return {
    expected,
    schema: { type: 'object', additionalProperties: shape.schema },
    read(node, tell) {
      if (node.kind !== 'mapping') return mismatch(node, expected, tell)
      const read = readPairs(node.pairs, tell, (key, offset) => {
        if (key !== '') return shape
        tell.mistake(offset, 'expected a name before the colon')
        return null
      })
      return [...read].map(([key, placed]) => ({ key, ...placed }))
    },
  }
}

function endOfSentence(text: string): string {
  return text.replace(/\.$/, '').replace(/^The /, 'the ')
}

function readPairs<T>(
  pairs: readonly {
    readonly key: string
    readonly keyOffset: number
    readonly value: SourceNode
  }[],
  tell: Telling,
  shapeOf: (key: string, offset: number) => Shape<T> | null,
): ReadonlyMap<string, Placed<T>> {
  const seen = new Set<string>()
  const read = new Map<string, Placed<T>>()
  for (const { key, keyOffset: offset, value } of pairs) {
    if (seen.has(key)) {
      tell.mistake(offset, `“${shortened(key)}” stands here a second time; expected it once`)
      continue
    }
    seen.add(key)
    const result = shapeOf(key, offset)?.read(value, tell)
    if (result !== undefined) read.set(key, { value: result, offset })
  }
  return read
}

function unknownKey(key: string, names: readonly string[]): string {
  const near = createNearName()(key, names)
  const known = names.map(name => `“${name}”`).join(', ')
  return near === undefined
    ? `“${shortened(key)}” is no key here; expected one of ${known}`
    : `“${shortened(key)}” is no key here; did you mean “${near}”?`
}

export function list<T>(
  expected: string,
  item: Shape<T>,
  most: number,
): Shape<readonly Placed<T>[]> {
  return {
    expected,
    schema: { type: 'array', items: item.schema, maxItems: most },
    read(node, tell) {
      if (node.kind !== 'list') return mismatch(node, expected, tell)
      if (node.items.length > most)
        tell.mistake(node.items[most]!.offset, `expected no more than ${most} of these`)
      return node.items.slice(0, most).flatMap(each => {
        const value = item.read(each, tell)
        return value === undefined ? [] : [{ value, offset: each.offset }]
      })
    },
  }
}

/**
 * A scalar, read from its text.
 *
 * @param parse what it means; undefined where it is not `expected`, or a sentence that says what is wrong
 */
export function scalar<T>(
  expected: string,
  schema: JsonSchema,
  parse: (text: string, node: SourceScalar) => T | undefined | { readonly wrong: string },
): Shape<T> {
  return {
    expected,
    schema,
    read(node, tell) {
      if (node.kind !== 'scalar') return mismatch(node, expected, tell)
      if (hasTags(node, tell)) return undefined
      if (node.text === '' && !node.isQuoted) return mismatch(node, expected, tell)
      const value = parse(node.text, node)
      if (value === undefined) return mismatch(node, expected, tell)
      if (isWrong(value)) {
        tell.mistake(node.offset, value.wrong)
        return undefined
      }
      return value
    },
  }
}

/** True after telling that words with `!` have to be quoted here. */
export function hasTags(node: SourceScalar, tell: Telling): boolean {
  const [tag] = node.tags
  if (tag === undefined) return false
  tell.mistake(tag.offset, `a word that begins with “!” is a YAML tag; put ${tag.text} in quotes`)
  return true
}

/** One of two shapes, told apart by what kind of node there is. */
export function either<A, B>(
  expected: string,
  choose: (node: SourceNode) => boolean,
  first: Shape<A>,
  second: Shape<B>,
): Shape<A | B> {
  return {
    expected,
    schema: { anyOf: [first.schema, second.schema] },
    read: (node, tell) =>
      isNothing(node)
        ? mismatch(node, expected, tell)
        : (choose(node) ? first : second).read(node, tell),
  }
}

function isNothing(node: SourceNode): boolean {
  return node.kind === 'scalar' && node.text === '' && !node.isQuoted && node.tags.length === 0
}

/** The same place holds something else for who reads it: a shape with its value turned. */
export function turned<A, B>(
  shape: Shape<A>,
  turn: (value: A, node: SourceNode, tell: Telling) => B | undefined,
): Shape<B> {
  return {
    ...shape,
    read(node, tell) {
      const value = shape.read(node, tell)
      return value === undefined ? undefined : turn(value, node, tell)
    },
  }
}

export function mismatch(node: SourceNode, expected: string, tell: Telling): undefined {
  tell.mistake(node.offset, `expected ${expected}, found ${foundText(node)}`)
  return undefined
}

function isWrong(value: unknown): value is { readonly wrong: string } {
  return typeof value === 'object' && value !== null && 'wrong' in value
}
