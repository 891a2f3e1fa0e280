import { expect, test } from 'vitest'
import { importCycles } from '../../scripts/lib/import-cycles.ts'
import { Random } from '../helpers/random.ts'

/** `a>b b>c` */
const graph = (text: string) => {
  const imports = new Map<string, string[]>()
  for (const each of text.split(' ')) {
    const [from, to] = each.split('>') as [string, string]
    imports.set(from, [...(imports.get(from) ?? []), to])
  }
  return imports
}
const told = (imports: ReadonlyMap<string, string[]>) =>
  importCycles(imports)
    .map(cycle => cycle.join(''))
    .sort()

test.each([
  ['a>b b>c a>c', []],
  ['a>b b>a', ['ab']],
  ['a>b b>c c>b c>d', ['bc']],
  ['a>b b>c c>a c>d d>e e>d', ['abc', 'de']],
  ['a>a', ['a']],
  // Two circles through one file are one.
  ['a>b b>a b>c c>b', ['abc']],
])('%s has the circles %j', (text, cycles) => expect(told(graph(text))).toEqual(cycles))

test('two files are in one circle when each leads to the other, whatever is imported', () => {
  const random = new Random(5)
  for (let round = 0; round < 200; round++) {
    const names = [...'abcdefg']
    const imports = new Map(names.map(name => [name, names.filter(() => random.below(6) === 0)]))
    const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
      imports.get(from)!.some(next => {
        if (next === to) return true
        if (seen.has(next)) return false
        seen.add(next)
        return reaches(next, to, seen)
      })
    const obvious = new Set<string>()
    for (const name of names) {
      if (!reaches(name, name)) continue
      const others = names.filter(other => reaches(name, other) && reaches(other, name))
      obvious.add(others.join(''))
    }
    expect(told(imports)).toEqual([...obvious].sort())
  }
})
