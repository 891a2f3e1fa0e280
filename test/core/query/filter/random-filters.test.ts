import { expect, test } from 'vitest'
import { compileFilter, findFiltered } from '../../../../core/query/filter/compile-filter.ts'
import { createKextOf } from '../../../../core/query/filter/kext-of-entry.ts'
import { parseFilter } from '../../../../core/query/filter/parse-filter.ts'
import {
  filterForProperty,
  printFilter,
  quoteFieldValue,
  quoteKey,
  quoteText,
  quoteWord,
} from '../../../../core/query/filter/write-filter.ts'
import { buildValueIndex } from '../../../../core/query/value-index.ts'
import { hasBit } from '../../../../core/registry/bit-set.ts'
import { nodePath } from '../../../../core/registry/paths.ts'
import { readValue } from '../../../../core/registry/read-value.ts'
import type { Snapshot } from '../../../../core/registry/snapshot.ts'
import { stringAt } from '../../../../core/registry/strings.ts'
import { packedValues } from '../../../../renderer/search/packed-values.ts'
import { Random } from '../../../helpers/random.ts'
import { readPlainly } from '../../../helpers/read-dumps.ts'
import { randomRegistry } from '../../../helpers/registry-model.ts'
import { writeArchive } from '../../../helpers/write-archive.ts'
import { writeText } from '../../../helpers/write-text.ts'
import { nodeTexts } from '../text-oracle.ts'
import { obviouslyPasses } from './obvious-filter.ts'

/** Filters about what is really in a snapshot, so that they find something. */
class FilterMaker {
  readonly #random: Random
  readonly #snapshot: Snapshot
  readonly #texts: readonly string[]

  constructor(random: Random, snapshot: Snapshot) {
    this.#random = random
    this.#snapshot = snapshot
    const plane = snapshot.planes[0]!
    this.#texts = Array.from({ length: 40 }, () =>
      nodeTexts(snapshot, plane, random.below(plane.length)),
    )
      .flat()
      .filter(text => !text.startsWith('\u0001') && text.trim() !== '')
  }

  filter(depth = 3): string {
    const random = this.#random
    if (depth === 0 || random.chance(0.4)) return this.test()
    const inner = () => this.filter(depth - 1)
    return random.pick([
      () => `${inner()} ${inner()}`,
      () => `${inner()} and ${inner()}`,
      () => `${inner()} or ${inner()}`,
      () => `not (${inner()})`,
      () => `(${inner()} || ${inner()}) && ${inner()}`,
    ])()
  }

  test(): string {
    const random = this.#random
    const { entries, properties, strings, planes } = this.#snapshot
    const plane = planes[0]!
    const property = random.below(properties.length)
    const key = stringAt(strings, properties.key[property]!)
    const value = readValue(this.#snapshot, property)
    const node = random.below(plane.length)
    const entry = plane.entry[node]!
    const number = () => random.pick(['0', '1', '2', '7', '-1', '0x10', '4294967296', '1.5'])
    const comparator = () => random.pick(['==', '!=', '<', '<=', '>', '>='])
    return random.pick([
      () => quoteWord(this.part()),
      () => `name:${quoteFieldValue(this.part())}`,
      () => `value:${quoteFieldValue(this.part())}`,
      () => `any:${quoteFieldValue(this.part())}`,
      () =>
        `class:${quoteFieldValue(stringAt(strings, entries.className[entry]!) || 'IOService*')}`,
      () => `class=${quoteFieldValue(stringAt(strings, entries.className[entry]!) || 'X')}`,
      () => random.pick(['class:IO*Dev*', 'class:ioservice', 'class:*smc']),
      () => `key:${quoteFieldValue(random.chance(0.2) ? `${key.slice(0, 2)}*` : key)}`,
      () => filterForProperty(key, value),
      () => `${quoteKey(key)} ${comparator()} ${number()}`,
      () => `${quoteKey(key)} != ${quoteText(this.part())}`,
      () => `${quoteKey(key)} contains ${quoteText(this.part())}`,
      () => `${quoteKey(key)} contains <${random.pick(['00', '01 00', '41', '6f'])}>`,
      () => `${quoteKey(key)} ~ ${random.pick(['/^[A-Za-z]/', '/o.*e/i', '/^\\d+$/', '/0x/'])}`,
      () =>
        value.kind === 'dictionary' && value.entries[0]
          ? `${quoteKey(`${key}.${value.entries[0][0]}`)} ${comparator()} ${number()}`
          : `key:${quoteFieldValue(key.toUpperCase())}`,
      () =>
        `state:${random.pick(['', '!'])}${random.pick(['registered', 'matched', 'inactive', 'busy', 'service', 'terminated', 'published'])}`,
      () =>
        `${random.pick(['busy', 'retain', 'busytime', 'clients', 'providers', 'depth'])} ${comparator()} ${random.below(6)}`,
      () => `id:0x${entries.id[entry]!.toString(16)}`,
      () => `kext:${random.pick(['com.apple.*', '*', 'com.apple.driver.AppleSMC'])}`,
      () => `plane:${plane.plane.toLowerCase()}`,
      () => `under:0x${entries.id[entry]!.toString(16)}`,
      () => `under:${quoteFieldValue(nodePath(this.#snapshot, plane, node))}`,
      () => random.pick(['new', 'gone', 'changed', 'moved']),
    ])()
  }

  /** A piece of something that is there. */
  part(): string {
    const text = this.#random.pick(this.#texts)
    const from = this.#random.below(text.length)
    const part = text.slice(from, from + 1 + this.#random.below(6))
    // Blanks around a text are not meant; half of a character is none.
    return part.trim() === '' || /[\p{Cs}\0]/u.test(part) ? 'io' : part.trim()
  }
}

function finished<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

const seeds = Array.from({ length: 10 }, (_, seed) => seed + 1)

test.each(seeds)('random filters find what the slow and obvious way finds (seed %i)', seed => {
  const random = new Random(seed)
  const model = randomRegistry({ seed, nodes: 60, isNasty: seed % 2 === 0 })
  const { snapshot } = readPlainly(seed % 3 === 0 ? writeArchive(model) : writeText(model))
  const packed = finished(packedValues(snapshot))
  const [plane] = snapshot.planes
  const values = finished(buildValueIndex(snapshot))
  const bits = Uint8Array.from({ length: snapshot.entries.length }, () => random.below(16))
  const marks = { bits, at: new Map() }
  const maker = new FilterMaker(random, snapshot)
  let hits = 0
  for (let i = 0; i < 60; i++) {
    const text = maker.filter()
    const parsed = parseFilter(text)
    if (!parsed.ok) throw new Error(`${text}: ${parsed.problem.message}`)
    const again = parseFilter(printFilter(parsed.filter))
    expect(again.ok && printFilter(again.filter), text).toBe(printFilter(parsed.filter))
    const scope = random.pick(['names', 'everything'] as const)
    const wanted = Array.from({ length: plane!.length }, (_, node) => node).filter(node =>
      obviouslyPasses({ snapshot, scope, marks }, parsed.filter.root, plane!, node),
    )
    hits += wanted.length
    for (const [of, index] of [
      [snapshot, null],
      [snapshot, values],
      [packed, values],
    ] as const) {
      const own = of.planes[0]!
      const context = { snapshot: of, scope, values: index, marks }
      const compiled = compileFilter(parsed.filter, {
        ...context,
        kextOf: createKextOf(of, new Map()),
      })
      const found = findFiltered(compiled, own)
      const nodes = Array.from({ length: own.length }, (_, node) => node)
      expect(
        nodes.filter(node => hasBit(found, node)),
        `${scope}: ${text}`,
      ).toEqual(wanted)
      expect(compiled.among(own, nodes), `${scope}, one by one: ${text}`).toEqual(wanted)
    }
  }
  expect(hits).toBeGreaterThan(100)
})
