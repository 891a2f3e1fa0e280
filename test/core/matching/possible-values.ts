import type { PropertyValue } from '../../../core/registry/property-value.ts'

/*
 * The slow, obvious way to compare what dumps show: every value that the kernel may hold behind what is shown, each
 * compared exactly with each of the other's.
 */

/** A value as the kernel holds it. */
export type Held =
  | { readonly kind: 'string'; readonly bytes: string }
  | { readonly kind: 'number'; readonly value: bigint; readonly shown: bigint }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'data'; readonly bytes: string }
  | { readonly kind: 'array' | 'set'; readonly items: readonly Held[] }
  | { readonly kind: 'dictionary'; readonly entries: readonly (readonly [string, Held])[] }

/** True or false where all agree, null where they do not. */
export function comparePossible(left: PropertyValue, right: PropertyValue): boolean | null {
  const answers = new Set<boolean>()
  for (const mine of possible(left)) {
    for (const other of possible(right)) answers.add(isHeldEqual(mine, other))
  }
  const [first] = answers
  return answers.size === 1 ? first! : null
}

/** Facts: matching, section 5, row by row. */
function isHeldEqual(left: Held, right: Held): boolean {
  if (left.kind === 'string' && right.kind === 'data') return isText(left.bytes, right.bytes)
  if (left.kind === 'data' && right.kind === 'string') return isText(right.bytes, left.bytes)
  if (left.kind !== right.kind) return false
  switch (left.kind) {
    case 'string':
    case 'data':
      return left.bytes === (right as typeof left).bytes
    case 'number': {
      // Two that are shown alike are taken to be of one width.
      const { value, shown } = right as typeof left
      return left.value === value || left.shown === shown
    }
    case 'boolean':
      return left.value === (right as typeof left).value
    case 'array': {
      const { items } = right as typeof left
      return (
        items.length === left.items.length &&
        items.every((item, i) => isHeldEqual(left.items[i]!, item))
      )
    }
    case 'set': {
      const { items } = right as typeof left
      return (
        items.length === left.items.length &&
        left.items.every(item => items.some(other => isHeldEqual(item, other)))
      )
    }
    case 'dictionary': {
      const { entries } = right as typeof left
      return (
        entries.length === left.entries.length &&
        left.entries.every(([key, value]) =>
          entries.some(([other, held]) => other === key && isHeldEqual(value, held)),
        )
      )
    }
  }
}

function isText(text: string, data: string): boolean {
  return data === text || data === `${text}\0`
}

const latin1 = new TextDecoder('latin1')

function possible(value: PropertyValue): readonly Held[] {
  switch (value.kind) {
    case 'string':
      return [{ kind: 'string', bytes: value.text }]
    case 'boolean':
      return [{ kind: 'boolean', value: value.value }]
    case 'integer':
      return possibleNumbers(value.value).map(number => ({
        kind: 'number',
        value: number,
        shown: BigInt.asUintN(64, value.value),
      }))
    case 'data': {
      const bytes = latin1.decode(value.bytes)
      const all = value.isLossy ? possibleRuns(bytes) : [bytes]
      return all.map(each => ({ kind: 'data', bytes: each }))
    }
    case 'array':
    case 'set': {
      const { kind } = value
      return product(value.items.map(possible)).map(items => ({ kind, items }))
    }
    case 'dictionary':
      return product(value.entries.map(([, item]) => possible(item))).map(items => ({
        kind: 'dictionary',
        entries: items.map((item, i) => [value.entries[i]![0], item] as const),
      }))
    default:
      throw new Error(`nothing is known to stand behind ${value.kind}`)
  }
}

/** One of 64 bits, or one of 32 that the tools print with its sign drawn out. */
function possibleNumbers(shown: bigint): readonly bigint[] {
  const whole = BigInt.asUintN(64, shown)
  const isNarrow = BigInt.asIntN(64, whole) < 0n && BigInt.asIntN(64, whole) >= -(1n << 31n)
  return isNarrow ? [whole, BigInt.asUintN(32, whole)] : [whole]
}

/** `<"a","b">`: each break a NUL or the text's own characters, and a NUL behind or none. */
function possibleRuns(bytes: string): readonly string[] {
  const runs = bytes.replace(/\0+$/, '').split(/\0|","/)
  const joined = runs
    .slice(1)
    .reduce((all, run) => all.flatMap(text => [`${text}\0${run}`, `${text}","${run}`]), [runs[0]!])
  return joined.flatMap(text => [text, `${text}\0`])
}

function product(choices: readonly (readonly Held[])[]): readonly (readonly Held[])[] {
  return choices.reduce<readonly (readonly Held[])[]>(
    (all, next) => all.flatMap(items => next.map(item => [...items, item])),
    [[]],
  )
}
