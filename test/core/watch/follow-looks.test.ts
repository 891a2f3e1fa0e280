import { expect, test } from 'vitest'
import { EntryMark } from '../../../core/diff/entry-marks.ts'
import { EntryFlag, type Snapshot } from '../../../core/registry/snapshot.ts'
import { checkSnapshot } from '../../../core/registry/snapshot-check.ts'
import { stringAt } from '../../../core/registry/strings.ts'
import {
  beginFollowing,
  followLook,
  followReboot,
  goneCount,
  nextMarkEnds,
  purge,
  withoutOldMarks,
  type FollowedLooks,
} from '../../../core/watch/follow-looks.ts'
import { Random } from '../../helpers/random.ts'
import { drawDump } from '../diff/draw-dump.ts'

const byId = { identity: 'entry-id' } as const
const limits = { markMs: 10_000, mostGone: 500, mostChanges: 2000 }

/** `Root PCI0 GFX0/busy 1`, each below the one before: enough of a tree, with the last letter of a name as its ID. */
function chain(...names: readonly string[]): Snapshot {
  const lines = names.map((name, depth) => {
    const [label, busy = '0'] = name.split('/')
    const id = 0x10 + [...label!].reduce((sum, letter) => sum + letter.codePointAt(0)!, 0)
    const what = `class IOService, id 0x${id.toString(16)}, registered, matched, active, busy ${busy} (0 ms), retain 1`
    return `${'  '.repeat(Math.min(depth, 1))}${label}  <${what}>`
  })
  return drawDump(`\n${lines.join('\n')}\n`)
}

/** Each node with its marks: `+` new, `-` gone, `~` changed. */
function drawn({ merged }: FollowedLooks): string {
  const { snapshot, marks } = merged
  expect(checkSnapshot(snapshot)).toBeNull()
  const plane = snapshot.planes[0]!
  return Array.from(plane.entry, (entry, node) => {
    const bits = marks.bits[entry]!
    const sign = ['+', '-', '~', '>'].filter((_, i) => (bits & (1 << i)) !== 0).join('')
    return `${stringAt(snapshot.strings, plane.name[node]!)}${sign}`
  }).join(' ')
}

const told = ({ changes }: FollowedLooks) =>
  changes.map(({ at, what, label, before, after }) =>
    [at, what, label, ...(before === null && after === null ? [] : [`${before} → ${after}`])].join(
      ' ',
    ),
  )

test('what comes is marked for a while, and plain after that', () => {
  const first = beginFollowing(chain('Root', 'A'))
  expect(nextMarkEnds(first)).toBeNull()
  const second = followLook(first, chain('Root', 'A', 'B'), 1000, byId)
  expect(drawn(second)).toBe('Root A B+')
  expect(nextMarkEnds(second)).toBe(11_000)
  // Another look in between leaves the mark as old as it is.
  const third = followLook(second, chain('Root', 'A', 'B/1'), 6000, byId)
  expect(drawn(third)).toBe('Root A B+')
  expect(withoutOldMarks(third, 10_999)).toBe(third)
  const plain = withoutOldMarks(third, 11_000)
  expect(drawn(plain)).toBe('Root A B')
  expect(nextMarkEnds(plain)).toBeNull()
  expect(told(plain)).toEqual(['1000 new B', '6000 busy B 0 → 1'])
})

test('what is no longer new is changed when it changes, also where nobody took its mark away', () => {
  const first = beginFollowing(chain('Root'))
  const second = followLook(first, chain('Root', 'A'), 1000, byId)
  const late = followLook(second, chain('Root', 'A/1'), 11_000, byId)
  expect(drawn(late)).toBe('Root A~')
})

test('what is gone waits for no end of its mark', () => {
  const second = followLook(beginFollowing(chain('Root', 'A')), chain('Root'), 1000, byId)
  expect(drawn(second)).toBe('Root A-')
  expect(nextMarkEnds(second)).toBeNull()
})

test('what goes is kept, with the time, until it is purged', () => {
  const first = beginFollowing(chain('Root', 'A', 'B', 'C'))
  const second = followLook(first, chain('Root', 'A', 'C'), 1000, byId)
  expect(drawn(second)).toBe('Root A B- C')
  const third = followLook(second, chain('Root', 'C/1'), 50_000, byId)
  expect(drawn(third)).toBe('Root A- B- C~')
  const { marks, snapshot } = third.merged
  const goneAt = [...marks.at].filter(([entry]) => (marks.bits[entry]! & EntryMark.gone) !== 0)
  expect(
    goneAt
      .map(([entry, at]) => [stringAt(snapshot.strings, snapshot.entries.name[entry]!), at])
      .sort(),
  ).toEqual([
    ['A', 50_000],
    ['B', 1000],
  ])
  for (const [entry] of goneAt) {
    expect(snapshot.entries.flags[entry]! & EntryFlag.isTerminated).not.toBe(0)
  }
  expect(goneCount(third)).toBe(2)
  // It has gone once, and is told once.
  expect(told(third)).toEqual(['1000 gone B', '50000 gone A', '50000 busy C 0 → 1'])
  const purged = purge(third)
  expect(drawn(purged)).toBe('Root C~')
  expect(goneCount(purged)).toBe(0)
  expect(purge(purged)).toBe(purged)
  // What was purged does not come back.
  expect(drawn(followLook(purged, chain('Root', 'C/1'), 51_000, byId))).toBe('Root C~')
})

test('of too many that are gone the oldest are forgotten', () => {
  const few = { ...limits, mostGone: 2 }
  let state = beginFollowing(chain('Root', 'A', 'B', 'C', 'D'))
  state = followLook(state, chain('Root', 'B', 'C', 'D'), 1, byId, few)
  state = followLook(state, chain('Root', 'C', 'D'), 2, byId, few)
  expect(drawn(state)).toBe('Root A- B- C D')
  state = followLook(state, chain('Root', 'D'), 3, byId, few)
  expect(drawn(state)).toBe('Root B- C- D')
})

test('another boot begins anew, and the list says so', () => {
  let state = beginFollowing(chain('Root', 'A'))
  state = followLook(state, chain('Root', 'A', 'B'), 1, byId)
  state = followReboot(state, chain('Root', 'A'), 2)
  expect(drawn(state)).toBe('Root A')
  expect(told(state)).toEqual([
    '1 new B',
    '2 boot The guest is another boot: what follows is compared with nothing before it',
  ])
})

test('the list of changes is bounded, and knows how many it has forgotten', () => {
  const few = { ...limits, mostChanges: 3 }
  let state = beginFollowing(chain('Root', 'A'))
  for (let busy = 1; busy <= 5; busy++) {
    state = followLook(state, chain('Root', `A/${busy}`), busy, byId, few)
  }
  expect(told(state)).toEqual(['3 busy A 2 → 3', '4 busy A 3 → 4', '5 busy A 4 → 5'])
  expect(state.forgottenChanges).toBe(2)
})

test('after any number of looks the marks are those that a plain account comes to', () => {
  const random = new Random(11)
  const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G']
  let alive = new Set<string>()
  let state = beginFollowing(chain('Root'))
  // The obvious account: a name goes once, since its ID means one object; so each is used once.
  const born = new Map<string, number>()
  const died = new Map<string, number>()
  for (let at = 1000; at < 60_000; at += 1000) {
    alive = new Set(
      names.filter(
        name => !died.has(name) && (alive.has(name) ? random.chance(0.95) : random.chance(0.1)),
      ),
    )
    for (const name of names) {
      if (alive.has(name) && !born.has(name)) born.set(name, at)
      if (!alive.has(name) && born.has(name) && !died.has(name)) died.set(name, at)
    }
    state = withoutOldMarks(
      followLook(state, chain('Root', ...alive), at, byId, limits),
      at,
      limits,
    )
    const expected = names.flatMap(name => {
      if (died.has(name)) return [`${name}-`]
      if (!born.has(name)) return []
      return [born.get(name)! + limits.markMs > at ? `${name}+` : name]
    })
    expect(drawn(state).split(' ').slice(1).sort()).toEqual(expected.sort())
  }
  expect(died.size).toBeGreaterThan(2)
})
