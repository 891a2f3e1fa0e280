import type { EntryMarkName } from '../../diff/entry-marks.ts'
import type { StateWord } from './filter-tree.ts'
import type { CountWord, FieldWord } from './filter-words.ts'

/** What is said beside the words of the grammar where they are offered. */

export const stateHints: Readonly<Record<StateWord, string>> = {
  registered: 'matching has begun on it',
  matched: 'matching ran to its end',
  inactive: 'being terminated',
  busy: 'matching or terminating now',
  published: 'was registered once',
  terminated: 'gone when the file was saved',
  service: 'an IOService',
}

export const fieldHints: Readonly<Record<FieldWord, string>> = {
  class: 'with its subclasses; class= without',
  name: 'a part of the name',
  key: 'has such a property',
  value: 'a part of a value',
  any: 'a part of anything',
  state: 'registered, matched, busy …',
  kext: 'the kext that owns it',
  plane: 'has a place in it',
  under: 'that entry and what is below',
  id: 'the registry entry ID',
}

export const countHints: Readonly<Record<CountWord, string>> = {
  busy: 'busy count',
  retain: 'retain count',
  busytime: 'time that it was busy',
  clients: 'clients in this plane',
  providers: 'providers in this plane',
  depth: 'levels below the root',
}

export const markHints: Readonly<Record<EntryMarkName, string>> = {
  new: 'was not there before',
  gone: 'is there no longer',
  changed: 'differs from before',
  moved: 'has another provider',
}

export const operatorHints: readonly (readonly [operator: string, hint: string])[] = [
  ['==', 'is'],
  ['!=', 'is something else'],
  ['contains', 'has it inside'],
  ['~', 'matches a pattern'],
  ['<', 'is less'],
  ['<=', 'is less, or the same'],
  ['>', 'is more'],
  ['>=', 'is more, or the same'],
]
