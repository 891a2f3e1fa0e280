import { describe, expect, test } from 'vitest'
import { classHierarchyOf, type ClassHierarchy } from '../../../core/matching/class-hierarchy.ts'
import { classTable } from '../../../core/matching/class-table.ts'
import { nodeNamed, snapshotFrom } from '../../helpers/plane-from.ts'
import { readPlainly } from '../../helpers/read-dumps.ts'

const empty = classHierarchyOf(snapshotFrom('Root'))

/** Of a registry whose nodes are drawn as `ioreg -i` prints them. */
const shown = (drawing: string): ClassHierarchy => classHierarchyOf(snapshotFrom(drawing))

interface Driver {
  readonly name: string
  readonly asks: string
  readonly provider: string
}

const build = (version: string, kind: string): string =>
  `Darwin Kernel Version ${version}.0.0: root:xnu-1~1/RELEASE_${kind}`

/** A registry of services with one driver each, as `ioreg -l` prints it. */
function withDrivers(drivers: readonly Driver[], kernel = build('17', 'X86_64')): ClassHierarchy {
  const state = 'registered, matched, active, busy 0, retain 5'
  const nodes = drivers.map(
    (
      { name, asks, provider },
      at,
    ) => `  +-o nub${at}  <class ${provider}, id 0x${at + 10}, ${state}>
    | {
    | }
    |
    +-o ${name}  <class ${name}, id 0x${at + 500}, ${state}>
        {
          "IOClass" = "${name}"
          "IOProviderClass" = "${asks}"
          "IOMatchCategory" = "IODefaultMatchCategory"
        }
`,
  )
  const root = `+-o Root  <class IORegistryEntry, id 0x1, retain 9>
  | {
  |   "IOKitBuildVersion" = "${kernel}"
  | }
  |
`
  return classHierarchyOf(readPlainly(root + nodes.join('')).snapshot)
}

describe('the table of public classes', () => {
  test('tells the chain of a class up to OSObject', () => {
    expect(empty.chainOf('IOUserSerial')).toEqual({
      classes: ['IOUserSerial', 'IOSerialStreamSync', 'IOService', 'IORegistryEntry', 'OSObject'],
      isComplete: true,
      source: 'table',
    })
    expect(empty.conforms('IOBDServices', 'IOBlockStorageDevice')).toBe(true)
    expect(empty.conforms('IOBDServices', 'IOStorage')).toBe(false)
    expect(empty.conforms('IOMedia', 'IOMedia')).toBe(true)
  })

  test('has some hundreds of classes, each with one superclass that holds for a guest', () => {
    const table = classTable()
    expect(table.size).toBeGreaterThan(250)
    for (const platform of ['x86', 'arm64', 'ppc'] as const) {
      for (const version of [9, 17, 20, 22, 25]) {
        for (const [name, links] of table) {
          const held = links.filter(
            link =>
              (link.platform === null || link.platform === platform) &&
              link.from <= version &&
              version <= link.to,
          )
          // What USB nubs come from on arm64 differs by release, and is not decided.
          const isOpen = platform === 'arm64' && /^IOUSBHost(Device|Interface)$/.test(name)
          expect(held.length, name).toBe(isOpen ? 2 : 1)
        }
      }
    }
  })

  test('leads every class up to OSObject', () => {
    for (const name of classTable().keys()) {
      expect(empty.conforms(name, 'OSObject'), name).toBe(true)
    }
  })

  test('a class that moved is where the version of the guest says', () => {
    const of = (version: string) => withDrivers([], build(version, 'X86_64'))
    expect(of('17').conforms('IOHIDLibUserClient', 'IOUserClient2022')).toBe(false)
    expect(of('22').conforms('IOHIDLibUserClient', 'IOUserClient2022')).toBe(true)
    expect(empty.conforms('IOHIDLibUserClient', 'IOUserClient2022')).toBe(null)
    expect(empty.conforms('IOHIDLibUserClient', 'IOUserClient')).toBe(true)
    expect(empty.conforms('IOHIDLibUserClient', 'IOMedia')).toBe(false)
  })

  test('a class that is elsewhere on arm64 is where the platform says', () => {
    const x86 = withDrivers([], build('20', 'X86_64'))
    const arm64 = withDrivers([], build('20', 'ARM64_T8101'))
    expect(x86.chainOf('IOUSBDevice').classes).toContain('IOUSBNub')
    expect(arm64.chainOf('IOUSBDevice').classes).not.toContain('IOUSBNub')
    expect(x86.conforms('IOUSBHostDevice', 'IOUSBDevice')).toBe(false)
    expect(arm64.conforms('IOUSBHostDevice', 'IOUSBDevice')).toBe(null)
    expect(empty.conforms('IOUSBDevice', 'IOUSBNub')).toBe(null)
  })
})

describe('chains that the dump shows', () => {
  test('come before the table, and tell classes that nobody else knows', () => {
    const hierarchy = shown(`
      Root  <class IORegistryEntry>
        A  <class IORegistryEntry:IOService:MyBase:MyNub>
        B  <class IORegistryEntry:IOService:Odd:IOMedia>
    `)
    expect(hierarchy.chainOf('MyNub')).toEqual({
      classes: ['MyNub', 'MyBase', 'IOService', 'IORegistryEntry', 'OSObject'],
      isComplete: true,
      source: 'dump',
    })
    expect(hierarchy.conforms('MyNub', 'IOMedia')).toBe(false)
    expect(hierarchy.conforms('IOMedia', 'Odd')).toBe(true)
    expect(hierarchy.conforms('IOCDMedia', 'Odd')).toBe(true)
    expect(hierarchy.chainOf('IOCDMedia').source).toBe('table')
  })

  test('an entry has the chain that is shown for it, whatever others of its class have', () => {
    const snapshot = snapshotFrom(`
      Root  <class IORegistryEntry>
        A  <class IORegistryEntry:IOService:One:MyNub>
        B  <class IORegistryEntry:IOService:Two:MyNub>
    `)
    const hierarchy = classHierarchyOf(snapshot)
    const plane = snapshot.planes[0]!
    const [a, b] = ['A', 'B'].map(name => plane.entry[nodeNamed(plane, name)]!)
    expect(hierarchy.conforms(a!, 'One')).toBe(true)
    expect(hierarchy.conforms(b!, 'One')).toBe(false)
    expect(hierarchy.conforms(b!, 'Two')).toBe(true)
    expect(hierarchy.chainOf(b!)).toMatchObject({ isComplete: true, source: 'dump' })
  })

  test('a chain that ends below is led on by the table', () => {
    const hierarchy = shown('A  <class IOStorage:MyStorage>')
    expect(hierarchy.conforms('MyStorage', 'IOService')).toBe(true)
    expect(hierarchy.chainOf('MyStorage').isComplete).toBe(true)
  })
})

describe('what ran', () => {
  const hierarchy = withDrivers([
    { name: 'MyDriver', asks: 'IOHIDEventService', provider: 'MyEvents' },
    { name: 'Other', asks: 'MyThing', provider: 'MyThing' },
  ])

  test('tells that the provider of a driver is of the class that its personality asks for', () => {
    expect(hierarchy.conforms('MyEvents', 'IOHIDEventService')).toBe(true)
    expect(hierarchy.conforms('MyEvents', 'IOService')).toBe(true)
    expect(hierarchy.chainOf('MyEvents')).toEqual({
      classes: ['MyEvents', 'IOHIDEventService'],
      isComplete: false,
      source: 'implied',
    })
  })

  test('does not tell what lies between, but what can not', () => {
    // Comes from IOHIDEventService too, so it may be between.
    expect(hierarchy.conforms('MyEvents', 'IOHIDEventDriver')).toBe(null)
    expect(hierarchy.conforms('MyEvents', 'NeverHeardOf')).toBe(null)
    expect(hierarchy.conforms('MyEvents', 'IOMedia')).toBe(false)
    expect(hierarchy.conforms('MyEvents', 'IOPCIDevice')).toBe(false)
  })

  test('tells nothing of a service whose driver asks for its very class', () => {
    expect(hierarchy.chainOf('MyThing')).toEqual({
      classes: ['MyThing'],
      isComplete: false,
      source: 'unknown',
    })
    expect(hierarchy.conforms('MyThing', 'IOMedia')).toBe(null)
    // The dump shows a state, so it is a service.
    expect(hierarchy.conforms('MyThing', 'IOService')).toBe(true)
    expect(hierarchy.conforms('MyThing', 'OSObject')).toBe(true)
  })

  test('goes on from what is implied to what that implies', () => {
    const both = withDrivers([
      { name: 'D1', asks: 'Middle', provider: 'Bottom' },
      { name: 'D2', asks: 'IOHIDDevice', provider: 'Middle' },
    ])
    expect(both.conforms('Bottom', 'IOHIDDevice')).toBe(true)
    expect(both.conforms('Bottom', 'IOMedia')).toBe(false)
    expect(both.chainOf('Bottom').classes).toEqual(['Bottom', 'Middle', 'IOHIDDevice'])
    // Below, so not above.
    expect(both.conforms('Middle', 'Bottom')).toBe(false)
  })

  test('goes on above a class that moved', () => {
    const moved = withDrivers(
      [{ name: 'D', asks: 'IOUSBHostDevice', provider: 'MyDevice' }],
      build('20', 'ARM64_T8101'),
    )
    expect(moved.conforms('MyDevice', 'IOUSBHostDevice')).toBe(true)
    expect(moved.conforms('MyDevice', 'IOService')).toBe(true)
    expect(moved.conforms('MyDevice', 'IOUSBDevice')).toBe(null)
    expect(moved.conforms('MyDevice', 'IOMedia')).toBe(false)
  })

  test('does not change what the table knows', () => {
    const odd = withDrivers([{ name: 'D', asks: 'IOMedia', provider: 'IOPCIDevice' }])
    expect(odd.conforms('IOPCIDevice', 'IOMedia')).toBe(false)
    expect(odd.chainOf('IOPCIDevice').source).toBe('table')
  })

  test('USB nubs that are shown under the name of another prove nothing', () => {
    const usb = withDrivers(
      [{ name: 'D', asks: 'IOUSBHostDevice', provider: 'IOUSBDevice' }],
      'Darwin',
    )
    expect(usb.conforms('IOUSBDevice', 'IOUSBHostDevice')).toBe(false)
  })

  test('nothing comes from IOResources, wherever its drivers have moved to', () => {
    const moved = withDrivers([{ name: 'IOHIDSystem', asks: 'IOResources', provider: 'MyKeys' }])
    expect(moved.conforms('MyKeys', 'IOResources')).toBe(false)
  })
})

describe('a class that nothing is known of', () => {
  test('may be anything, but for what comes from it', () => {
    expect(empty.chainOf('Mystery')).toEqual({
      classes: ['Mystery'],
      isComplete: false,
      source: 'unknown',
    })
    expect(empty.conforms('Mystery', 'IOMedia')).toBe(null)
    expect(empty.conforms('Mystery', 'Mystery')).toBe(true)
    const hierarchy = shown('A  <class Mystery:Derived>')
    expect(hierarchy.conforms('Mystery', 'Derived')).toBe(false)
  })

  test('an entry without a class has no chain', () => {
    const { snapshot } = readPlainly('+-o Root  <class IORegistryEntry, retain 9>\n  +-o cut  <cl')
    const hierarchy = classHierarchyOf(snapshot)
    const last = snapshot.entries.length - 1
    expect(hierarchy.chainOf(last).classes.length).toBeLessThan(2)
    expect(hierarchy.conforms(last, 'IOMedia')).not.toBe(true)
  })
})

describe('hostile chains', () => {
  test('that make a class of the table come from one below it end', () => {
    const hierarchy = shown(`
      A  <class IOUSBHostDevice:IOUSBNub>
      B  <class IOUSBHostInterface:IOService:IOUSBHostInterface>
    `)
    expect(hierarchy.conforms('IOUSBNub', 'IOUSBHostDevice')).toBe(true)
    expect(hierarchy.conforms('IOUSBHostDevice', 'IOPCIDevice')).not.toBe(true)
    expect(hierarchy.conforms('IOService', 'Evil')).toBe(false)
    expect(hierarchy.conforms('IOPCIDevice', 'Evil')).toBe(false)
  })

  test('that go in a circle end', () => {
    const hierarchy = shown(`
      A  <class B:A>
      B  <class C:B>
      C  <class A:C>
    `)
    expect(hierarchy.conforms('A', 'C')).toBe(true)
    expect(hierarchy.conforms('C', 'B')).toBe(true)
    expect(hierarchy.conforms('A', 'IOMedia')).toBe(null)
    expect(hierarchy.chainOf('A').isComplete).toBe(false)
  })

  test('that are circles of what ran end', () => {
    const hierarchy = withDrivers([
      { name: 'D1', asks: 'Two', provider: 'One' },
      { name: 'D2', asks: 'One', provider: 'Two' },
    ])
    expect(hierarchy.conforms('One', 'Two')).toBe(true)
    expect(hierarchy.conforms('One', 'IOMedia')).toBe(null)
  })

  test('that are very long are cut', () => {
    const names = Array.from({ length: 5000 }, (_, at) => `C${at}`)
    const hierarchy = shown(`A  <class ${names.join(':')}>`)
    expect(hierarchy.chainOf(0).classes.length).toBeLessThanOrEqual(200)
  })

  test('that imply thousands of superclasses are cut', () => {
    const many = Array.from({ length: 2000 }, (_, at) => ({
      name: `D${at}`,
      asks: `P${at + 1}`,
      provider: at % 2 === 0 ? `P${at}` : 'P0',
    }))
    const hierarchy = withDrivers(many)
    expect(hierarchy.chainOf('P0').classes.length).toBeLessThanOrEqual(202)
  })
})
