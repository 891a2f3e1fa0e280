import { expect, test } from 'vitest'
import { beginFollowing, followLook } from '../../../core/watch/follow-looks.ts'
import { evaluateRules, type RuleMemory } from '../../../core/watch/evaluate-rules.ts'
import type { WatchRule } from '../../../core/watch/watch-rules.ts'
import { drawDump } from '../diff/draw-dump.ts'

const usb = { id: '0x12', path: 'IOService:/Root/XHC1', label: 'XHC1' }

const empty = `
  Root  <class IORegistryEntry, id 0x11, retain 1>
    XHC1  <class AppleUSBXHCI, id 0x12, registered, matched, active, busy 0 (0 ms), retain 1>
      "Ports" = 4`
const withKey = `${empty}
      HS01  <class IOUSBHostDevice, id 0x13, registered, matched, active, busy 0 (0 ms), retain 1>`
const busy = empty.replace('busy 0', 'busy 2')
const without = `
  Root  <class IORegistryEntry, id 0x11, retain 1>`

/** Asks a rule of one look after the other, and gives what it says to each. */
function asked(rule: Record<string, unknown>, ...drawings: readonly string[]): readonly string[] {
  const rules = [{ id: 'r', isOn: true, ...rule }] as unknown as readonly WatchRule[]
  let memory: RuleMemory = new Map()
  let followed = beginFollowing(drawDump(drawings[0]!))
  return drawings.map((drawing, at) => {
    if (at > 0) followed = followLook(followed, drawDump(drawing), at, { identity: 'entry-id' })
    const { snapshot, marks } = followed.merged
    const answer = evaluateRules(rules, memory, { snapshot, marks, kextOf: () => null })
    memory = answer.memory
    return answer.hits.map(({ sentence }) => sentence).join(' ')
  })
}

test('a filter tells its first hit, once, and each time anew', () => {
  const rule = { kind: 'filter', filter: 'class=IOUSBHostDevice', when: 'first' }
  expect(asked(rule, empty, withKey, withKey, empty, withKey)).toEqual([
    '',
    '“class=IOUSBHostDevice” has its first hit: 1 entry.',
    '',
    '',
    '“class=IOUSBHostDevice” has its first hit: 1 entry.',
  ])
})

test('what is there already when the watch begins is no news', () => {
  expect(asked({ kind: 'filter', filter: 'XHC1', when: 'first' }, empty, empty)).toEqual(['', ''])
})

test('a filter tells that its last hit is lost, though it is still shown, struck', () => {
  const rule = { kind: 'filter', filter: 'class=IOUSBHostDevice', when: 'last' }
  expect(asked(rule, withKey, empty)).toEqual([
    '',
    '“class=IOUSBHostDevice” has lost its last hit.',
  ])
})

test('a filter for what is gone counts what is gone', () => {
  expect(asked({ kind: 'filter', filter: 'gone', when: 'first' }, withKey, empty)).toEqual([
    '',
    '“gone” has its first hit: 1 entry.',
  ])
})

test('a property that changes, goes and comes is told with its values', () => {
  const rule = { kind: 'property', entry: usb, key: 'Ports' }
  const more = empty.replace('= 4', '= 5')
  expect(asked(rule, empty, more, without, empty)).toEqual([
    '',
    'Ports of XHC1 has changed from 4 to 5.',
    'Ports of XHC1 is gone; it was 5.',
    'Ports of XHC1 has come: 4.',
  ])
})

test('a busy count that returns to 0 is told', () => {
  expect(asked({ kind: 'busy', entry: usb }, empty, busy, busy, empty)).toEqual([
    '',
    '',
    '',
    'The busy count of XHC1 has returned to 0 from 2.',
  ])
})

test('a rule says nothing of looks in which nothing happened to what it is about', () => {
  const still = (rule: Record<string, unknown>, drawing: string) =>
    expect(asked(rule, drawing, drawing, drawing)).toEqual(['', '', ''])
  still({ kind: 'busy', entry: usb }, empty)
  still({ kind: 'property', entry: usb, key: 'Ports' }, empty)
  // Gone already, and without such a property.
  still({ kind: 'gone', entry: usb }, without)
  still({ kind: 'property', entry: usb, key: 'Missing' }, empty)
})

test('what is loaded again is the one that is meant, though what was there before still stands beside it', () => {
  // The path of drawings without a registry root begins with the first entry.
  const stick = { id: '0x13', path: 'IOService:/XHC1/HS01', label: 'HS01' }
  const again = (count: number) =>
    withKey.replace(
      '0x13, registered, matched, active, busy 0',
      `0x14, registered, matched, active, busy ${count}`,
    )
  expect(asked({ kind: 'busy', entry: stick }, withKey, empty, again(3), again(0))).toEqual([
    '',
    '',
    '',
    'The busy count of HS01 has returned to 0 from 3.',
  ])
})

test('an entry that goes is told', () => {
  expect(asked({ kind: 'gone', entry: usb }, empty, without)).toEqual(['', 'XHC1 is gone.'])
})

test('a rule that is off and a filter that does not read say nothing', () => {
  expect(
    asked({ kind: 'filter', filter: 'XHC1', when: 'last', isOn: false }, empty, without),
  ).toEqual(['', ''])
  expect(asked({ kind: 'filter', filter: 'class:(', when: 'last' }, empty, without)).toEqual([
    '',
    '',
  ])
})
