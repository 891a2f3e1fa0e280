import { expect, test } from 'vitest'
import { EntryFlag } from '../../../core/registry/snapshot.ts'
import type { StateContext } from '../../../core/verify/state-words.ts'
import { describeState, explainState } from '../../../core/verify/state-words.ts'

const service = EntryFlag.isService

test.each([
  [0x1e, 'registered matched active', '●'],
  [0x0a, 'registered !matched active', '◐'],
  [0x00, '!registered !matched active', '○'],
  [0x01, '!registered !matched inactive', '✕'],
])('state 0x%x reads %s', (state, words, mark) => {
  expect(describeState({ flags: service, state })).toEqual({ words: words.split(' '), mark })
})

test('an entry that is no service has no state to describe', () => {
  expect(describeState({ flags: EntryFlag.hasId, state: 0 })).toEqual({ words: [], mark: '' })
})

const entry = (changes: Partial<StateContext>): StateContext => ({
  flags: service,
  state: 0,
  busyCount: 0,
  className: 'Foo',
  classChain: null,
  hasMatchCategory: false,
  ...changes,
})

/** The words that are not normal for an entry. */
const odd = (changes: Partial<StateContext>): readonly string[] =>
  explainState(entry(changes))
    .filter(meaning => !meaning.isNormalHere)
    .map(meaning => meaning.word)

test.each([
  ['a registered driver', { state: 0x1e, hasMatchCategory: true }, []],
  ['a matched driver that did not register', { hasMatchCategory: true }, ['!registered']],
  [
    'a user client, by its class chain',
    { classChain: 'IORegistryEntry:IOService:IOUserClient:Foo', hasMatchCategory: true },
    [],
  ],
  ['a user client, by its name', { className: 'FooUserClient', hasMatchCategory: true }, []],
  ['a partition scheme', { className: 'IOGUIDPartitionScheme', hasMatchCategory: true }, []],
  ['a nub', {}, []],
  ['a service in its first pass', { state: 0x0a, busyCount: 1 }, ['!matched', 'busy 1']],
  ['a terminated service', { state: 1, busyCount: 1 }, ['inactive', 'busy 1']],
  [
    'the swapped words of 10.4',
    { state: 0x2, flags: service | EntryFlag.stateBitsUnordered },
    ['!matched', 'registered or matched'],
  ],
])('of %s these words are odd', (_title, changes, words) => {
  expect(odd(changes)).toEqual(words)
})
