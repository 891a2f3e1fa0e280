import { describe, expect, test } from 'vitest'
import type { ObservedGuest } from '../../../core/verify/observed-guest.ts'
import {
  machine,
  service,
  snapshotOf,
  states,
  textSnapshotOf,
} from '../../helpers/service-model.ts'
import { drawSnapshot } from '../verify/draw-snapshot.ts'
import { ask, guestWith, kextId, linesOf, myKext, asked, resources } from './observed.ts'

describe('services', () => {
  test.each([
    ['1', 'FAIL 3 one service of class MyKext: 2: MyKext, MyKext'],
    ['none', 'FAIL 3 no service of class MyKext: 2: MyKext, MyKext'],
    ['at least 3', 'FAIL 3 at least 3 services of class MyKext: 2: MyKext, MyKext'],
    ['at most 1', 'FAIL 3 at most 1 service of class MyKext: 2: MyKext, MyKext'],
    ['2', 'PASS 3 2 services of class MyKext: 2: MyKext registered, matched, active, busy 0'],
    [
      '1 to 3',
      'PASS 3 1 to 3 services of class MyKext: 2: MyKext registered, matched, active, busy 0',
    ],
  ])('two services where %s is expected', (count, line) => {
    expect(
      asked(`  - class: MyKext\n    count: ${count}\n`, resources(myKext(), myKext())),
    ).toEqual([line])
  })

  test('none of a class that is not there is what was expected', () => {
    expect(asked('  - class: Ghost\n    count: none\n', resources())).toEqual([
      'PASS 3 no service of class Ghost: none',
    ])
    expect(asked('  - class: Ghost\n', resources())).toEqual([
      'FAIL 3 at least one service of class Ghost: none',
    ])
  })

  test('a provider is meant by its class, a superclass or its name', () => {
    const gfx = service('GFX0', 'IOPCIDevice:MyDisplay', {}, [myKext()])
    const snapshot = snapshotOf(machine(gfx))
    for (const provider of ['GFX0', 'IOPCIDevice', 'MyDisplay', 'IOService'])
      expect(asked(`  - class: MyKext\n    provider: ${provider}\n`, snapshot)[0]).toMatch(/^PASS/)
    expect(asked('  - class: MyKext\n    provider: IOResources\n', snapshot)).toEqual([
      'FAIL 3 at least one service of class MyKext on IOResources: none; 1 of this class on GFX0',
    ])
  })

  test('a filter finds services of any class, or fewer of one class', () => {
    const gfx = service('GFX0', 'IOPCIDevice:MyDisplay', {}, [myKext()])
    const snapshot = snapshotOf(machine(gfx))
    const of = (line: string) => asked(`  - ${line}\n`, snapshot)[0]
    expect(of('filter: class:IOPCIDevice clients == 1')).toMatch(
      /^PASS 3 at least one service that “class:IOPCIDevice clients == 1” finds: 1/,
    )
    expect(of('filter: clients > 1000')).toBe(
      'FAIL 3 at least one service that “clients > 1000” finds: none',
    )
    expect(of('{ class: MyKext, filter: under:GFX0 }')).toMatch(/^PASS/)
    expect(of('{ class: MyKext, filter: not under:GFX0 }')).toMatch(/^FAIL/)
    expect(of('{ filter: under:GFX0, provider: GFX0, count: 1 }')).toMatch(/^PASS/)
  })

  test('subclasses count where that is said', () => {
    const snapshot = snapshotOf(machine(service('Mine', 'MyKext:MySpecialKext')))
    expect(asked('  - class: MyKext\n', snapshot)[0]).toMatch(/^FAIL/)
    expect(asked('  - class: MyKext\n    subclasses: true\n', snapshot)[0]).toMatch(/^PASS/)
  })

  test('each of the services has to have the state; the one that has not is named', () => {
    const snapshot = resources(myKext(), myKext({}, [], states.attached))
    expect(asked('  - class: MyKext\n    state: registered\n', snapshot)).toEqual([
      'FAIL 3 at least one service of class MyKext, registered: MyKext is !registered, !matched, active, busy 0',
    ])
    expect(asked('  - class: MyKext\n    state: active !busy\n', snapshot)[0]).toMatch(/^PASS/)
  })

  test('one that is busy is told with its count', () => {
    const snapshot = drawSnapshot(`
      Root <IORegistryEntry, 0x100>
        MyKext <IORegistryEntry:IOService:MyKext, 0x200, RM busy 2>`)
    expect(asked('  - class: MyKext\n    state: "!busy"\n', snapshot)).toEqual([
      'FAIL 3 at least one service of class MyKext, !busy: MyKext is registered, matched, active, busy 2',
    ])
    expect(asked('  - class: MyKext\n    state: busy\n', snapshot)[0]).toMatch(/^PASS/)
  })

  test('a terminated one does not count, unless it is what was asked for', () => {
    const snapshot = resources(myKext(), myKext({}, [], states.terminated))
    expect(asked('  - class: MyKext\n    count: 1\n', snapshot)).toEqual([
      'PASS 3 one service of class MyKext: 1, and 1 that is terminated: MyKext registered, matched, active, busy 0',
    ])
    expect(asked('  - class: MyKext\n    state: inactive\n', snapshot)[0]).toMatch(
      /^FAIL .*MyKext is registered, matched, active/,
    )
  })

  test.each([
    ['a dump without classes', '', 'this dump does not give the class of 3 of its 3 entries'],
    [
      'a dump with the classes of drivers only',
      ' IOClass=Other',
      'this dump does not give the class of 2 of its 3 entries',
    ],
  ])('%s cannot tell that a service is missing', (_, properties, reason) => {
    const snapshot = drawSnapshot(`
      Root
        IOResources
          Other${properties}`)
    expect(asked('  - class: MyKext\n', snapshot)).toEqual([
      `UNKNOWN 3 at least one service of class MyKext: none; ${reason}`,
    ])
    expect(asked('  - class: MyKext\n    count: none\n', snapshot)[0]).toMatch(/^UNKNOWN/)
  })

  test('without superclasses a subclass or a provider may hide', () => {
    const form = { era: '10.6', hasChains: false } as const
    const drawn = machine(service('GFX0', 'MyDisplay', {}, [myKext()]))
    const snapshot = textSnapshotOf(drawn, form)
    expect(asked('  - class: MyKext\n    provider: IOPCIDevice\n', snapshot)).toEqual([
      'UNKNOWN 3 at least one service of class MyKext on IOPCIDevice: none, and 1 that may be one; whether the provider is of that class cannot be told',
    ])
    expect(asked('  - class: MyKext\n    provider: GFX0\n    count: 1\n', snapshot)[0]).toMatch(
      /^PASS/,
    )
    expect(asked('  - class: MyBase\n    subclasses: true\n', snapshot)).toEqual([
      'UNKNOWN 3 at least one service of class MyBase or a subclass: none; this dump does not give the superclasses of 3 of its 4 entries',
    ])
  })

  test('a dump without states does not tell them', () => {
    const snapshot = drawSnapshot(`
      Root <IORegistryEntry>
        MyKext <IORegistryEntry:IOService:MyKext>`)
    expect(asked('  - class: MyKext\n    state: registered\n', snapshot)).toEqual([
      'UNKNOWN 3 at least one service of class MyKext, registered: the dump does not tell whether MyKext is registered',
    ])
  })

  test('a time of its own is kept to: what comes true after it is late', () => {
    const text = `kext: ${kextId}\nservices:\n  - class: MyKext\n    state: registered\n    within: 2 s\n`
    const attached = guestWith({ snapshot: resources(myKext({}, [], states.attached)) })
    const at = (waitedMs: number, loaded: ObservedGuest, earlier: ReturnType<typeof ask> | null) =>
      ask(text, { loaded, waitedMs }, earlier)
    const early = at(1000, attached, null)
    expect(linesOf(at(1500, guestWith(), early))[1]).toMatch(/^PASS/)
    const late = at(2500, guestWith(), at(2100, attached, early))
    const line =
      'FAIL 3 at least one service of class MyKext, registered, within 2 s: 1: MyKext registered, matched, active, busy 0, but only after 2.5 s'
    expect(linesOf(late)[1]).toBe(line)
    expect(linesOf(at(3000, guestWith(), late))[1]).toBe(line)
  })
})

describe('properties', () => {
  const snapshot = resources(
    myKext({
      Model: 'Mac',
      'Vendor ID': 0x8086,
      minusOne: -1n,
      isOn: true,
      'device-id': Uint8Array.of(0x86, 0x80, 0, 0),
      names: ['a', 'b'],
      settings: { depth: 3 },
      label: new TextEncoder().encode('disk0\0'),
    }),
  )
  const results = (lines: string, of = snapshot): readonly string[] =>
    asked(`  - class: MyKext\n    properties:\n${lines.replace(/^/gm, '      ')}\n`, of).slice(1)

  test.each([
    'Model: Mac',
    'Vendor ID: 0x8086',
    'Vendor ID: 32902',
    'minusOne: -1',
    'minusOne: 0xffffffffffffffff',
    'isOn: Yes',
    'device-id: <86 80 00 00>',
    'device-id: <86800000>',
    'names: [a, b]',
    'settings: { equals: { depth: 3 } }',
    'Model: { contains: ac }',
    "Model: { matches: '^M[a-z]c$' }",
    "Vendor ID: { matches: '^0x80' }",
    'label: { contains: disk0 }',
    "device-id: { matches: '^86 80' }",
    'Model: { present: true }',
    'Ghost: { present: false }',
  ])('%s holds', line => {
    expect(results(line)[0]).toMatch(/^PASS/)
  })

  test.each([
    ['Model: Macintosh', 'FAIL 5 “Model” of MyKext is "Macintosh": "Mac"'],
    ['Model: 1', 'FAIL 5 “Model” of MyKext is 1: "Mac"'],
    ['Vendor ID: "32902"', 'FAIL 5 “Vendor ID” of MyKext is "32902": 32902'],
    ['device-id: <86 80>', 'FAIL 5 “device-id” of MyKext is <8680>: <86800000>'],
    ['names: [a]', 'FAIL 5 “names” of MyKext is ("a"): ("a","b")'],
    ['Ghost: 1', 'FAIL 5 “Ghost” of MyKext is 1: there is no such property'],
    ['Model: { present: false }', 'FAIL 5 “Model” of MyKext is not there: "Mac"'],
    ["Model: { matches: '^x' }", 'FAIL 5 “Model” of MyKext matches /^x/: "Mac"'],
  ])('%s does not hold', (line, told) => {
    expect(results(line)).toEqual([told])
  })

  test('of several services the one that differs is named', () => {
    const two = resources(myKext({ port: 1 }), myKext({ port: 2 }))
    expect(results('port: 1', two)).toEqual(['FAIL 5 “port” of MyKext is 1: MyKext: 2'])
    expect(results("port: { matches: '^[12]$' }", two)).toEqual([
      'PASS 5 “port” of MyKext matches /^[12]$/: 2, on all 2',
    ])
  })

  test('a dump without properties does not tell that one is missing', () => {
    const bare = snapshotOf(machine(myKext({ Model: 'Mac' })), true)
    expect(results('Model: Mac', bare)).toEqual([
      'UNKNOWN 5 “Model” of MyKext is "Mac": the dump does not show its properties',
    ])
    expect(results('Model: { present: false }', bare)[0]).toMatch(/^UNKNOWN/)
  })

  test('text that lost the zeros of data does not tell whether they are the same', () => {
    const text = textSnapshotOf(machine(myKext({ label: new TextEncoder().encode('disk0\0') })))
    expect(results('label: <64 69 73 6b 30 00>', text)).toEqual([
      'UNKNOWN 5 “label” of MyKext is <6469736b3000>: <6469736b3000>, which the dump does not give exactly',
    ])
    expect(results('label: <64 69 73 6b 31 00>', text)[0]).toMatch(/^FAIL/)
  })
})
