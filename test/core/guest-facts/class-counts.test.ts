import { expect, test } from 'vitest'
import { readClassCounts } from '../../../core/guest-facts/read-class-counts.ts'

test('one class per line is read as it is printed without class names', () => {
  const { counts, problems } = readClassCounts('IOService = 12\nMyDriver = 0\n', 'ioclasscount')
  expect([...counts]).toEqual([
    ['IOService', 12],
    ['MyDriver', 0],
  ])
  expect(problems).toEqual([])
})

test('one line of classes is read as it is printed for names, and unknown ones are not zero', () => {
  const { counts, unknownClasses } = readClassCounts(
    'MyDriver = 2, Nothing = <no such class>, IOService = 140\n',
    'ioclasscount',
  )
  expect(Object.fromEntries(counts)).toEqual({ MyDriver: 2, IOService: 140 })
  expect(unknownClasses).toEqual(['Nothing'])
})

test('a line that is cut costs that line', () => {
  const { counts, problems } = readClassCounts('IOService = 12\nMyDri', 'ioclasscount')
  expect([...counts.keys()]).toEqual(['IOService'])
  expect(problems).toMatchObject([{ kind: 'truncated', byteOffset: 15 }])
})

test('another text is refused, an empty one is not', () => {
  expect(() => readClassCounts('usage: ioclasscount [<classname>]\n', 'x')).toThrow(
    /begins with “usage/,
  )
  expect(readClassCounts('', 'x').counts.size).toBe(0)
})
