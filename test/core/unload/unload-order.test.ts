import { expect, test } from 'vitest'
import type { LoadedKext } from '../../../core/kext/kext.ts'
import { readKextList } from '../../../core/kext/read-kext-list.ts'
import { creatorName, readCreator } from '../../../core/unload/read-creator.ts'
import { unloadOrder } from '../../../core/unload/unload-order.ts'
import { Random } from '../../helpers/random.ts'

/** `Top -> Middle Base`: linked against these; the first has tag 1. */
function kexts(...lines: readonly string[]): readonly LoadedKext[] {
  const names = lines.map(line => line.split(' ->')[0]!)
  const rows = lines.map((line, i) => {
    const linked = line.split(' ->')[1]?.trim().split(' ') ?? []
    const tags = linked.map(name => names.indexOf(name) + 1).join(' ')
    return `${i + 1} 0 0x1 0x2 0x3 ${names[i]!} (1.0) <${tags}>`
  })
  return readKextList(`${rows.join('\n')}\n`, 'kextstat').kexts
}

test('a chain goes from its end', () => {
  expect(unloadOrder('Base', kexts('Base', 'Middle -> Base', 'Top -> Middle'))).toEqual([
    'Top',
    'Middle',
    'Base',
  ])
})

test('the top of a diamond goes once, and before both sides', () => {
  const diamond = kexts('Base', 'Left -> Base', 'Right -> Base', 'Top -> Left Right')
  expect(unloadOrder('Base', diamond)).toEqual(['Top', 'Left', 'Right', 'Base'])
})

test('what is linked against something else stays', () => {
  expect(unloadOrder('Left', kexts('Base', 'Left -> Base', 'Right -> Base'))).toEqual(['Left'])
})

test('a circle ends the walk', () => {
  expect(unloadOrder('A', kexts('A -> B', 'B -> A'))).toEqual(['B', 'A'])
  expect(unloadOrder('A', kexts('A -> A'))).toEqual(['A'])
})

test('a kext that is not in the list stands alone', () => {
  expect(unloadOrder('Nowhere', kexts('Base'))).toEqual(['Nowhere'])
})

test('in any list without circles, nothing goes before what is linked against it', () => {
  const random = new Random(7)
  for (let round = 0; round < 200; round++) {
    const count = 1 + random.below(12)
    const lines = Array.from({ length: count }, (_, i) => {
      const below = Array.from({ length: i }, (_, at) => `K${at}`).filter(() => random.chance(0.3))
      return below.length === 0 ? `K${i}` : `K${i} -> ${below.join(' ')}`
    })
    const list = kexts(...lines)
    const order = unloadOrder('K0', list)
    expect(new Set(order).size).toBe(order.length)
    for (const [at, name] of order.entries()) {
      const tag = list.find(kext => kext.bundleIdentifier === name)!.index!
      const users = list.filter(kext => kext.linkedAgainst.includes(tag))
      for (const user of users)
        expect(order.slice(0, at), lines.join('; ')).toContain(user.bundleIdentifier)
    }
  }
})

test('ten thousand kexts in a chain overflow nothing', () => {
  const rows = Array.from({ length: 10_000 }, (_, i) => `K${i}${i === 0 ? '' : ` -> K${i - 1}`}`)
  const tagged = readKextList(
    rows.map((_, i) => `${i + 1} 0 0x1 0x2 0x3 K${i} (1.0) <${i === 0 ? '' : i}>`).join('\n'),
    'kextstat',
  ).kexts
  expect(unloadOrder('K0', tagged)).toHaveLength(10_000)
})

test('a creator is read with its process', () => {
  expect(readCreator('pid 402, sshd')).toEqual({ pid: 402, processName: 'sshd' })
  expect(readCreator('pid 7, a, b')).toEqual({ pid: 7, processName: 'a, b' })
  expect(creatorName({ pid: 531, processName: 'reader' })).toBe('reader (pid 531)')
  for (const other of [null, '', 'pid , x', 'pid 99999999999, x', 'launchd'])
    expect(readCreator(other)).toBeNull()
})
