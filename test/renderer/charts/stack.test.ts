import { expect, test } from 'vitest'
import type { InstalledKext } from '../../../core/kext/kext.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { nodesOf } from '../../../core/registry/lookup.ts'
import { noColour } from '../../../renderer/charts/frame/scene.ts'
import type { ColourScale } from '../../../renderer/charts/frame/colour-scale.ts'
import { layOutStack } from '../../../renderer/charts/stack-layout.ts'
import { foldStack, serviceStack, type ServiceStack } from '../../../renderer/charts/stack-model.ts'
import { partOf, stepLines } from '../../../renderer/charts/stack-words.ts'
import { dictionaryFrom } from '../../core/kext/property-values.ts'
import { entryNamed, machine, service, snapshotOf, states } from '../../helpers/service-model.ts'

const myKext = installed('org.darwinos.MyNIC', [
  personality('ForAll', { IOClass: 'MyNIC', IOProviderClass: 'IOPCIDevice', IONameMatch: 'other' }),
  personality('ForThis', {
    IOClass: 'MyNIC',
    IOProviderClass: 'IOPCIDevice',
    IONameMatch: 'pci1af4,1000',
  }),
])

const snapshot = snapshotOf(
  machine(
    service('PCI0@0', 'IOPCIBridge', {}, [
      service('NIC@3', 'IOPCIDevice', {}, [
        service(
          'MyNIC',
          'MyNIC',
          {
            CFBundleIdentifier: 'org.darwinos.MyNIC',
            IOClass: 'MyNIC',
            IOProviderClass: 'IOPCIDevice',
            IONameMatch: 'pci1af4,1000',
            IOMatchCategory: 'IODefaultMatchCategory',
            IOProbeScore: 1000n,
          },
          [
            service('MyUC', 'IOUserClient:MyUC', { IOUserClientCreator: 'pid 402, sshd' }, [], 0),
            service('queue', 'IOService', {}, [], states.attached),
            service('queue', 'IOService', {}, [], states.attached),
            service('queue', 'IOService', {}, [], states.attached),
          ],
        ),
      ]),
    ]),
  ),
)

test('each step says what it is to the one above, whose it is, and what put it there', () => {
  const stack = stackOf(snapshot, 'MyNIC', [myKext])
  expect(stack.steps.map((step, n) => partOf(step, stack.steps[n - 1]?.label ?? null))).toEqual([
    'Platform expert',
    'Nub, published by Machine1,1',
    'Nub, published by PCI0@0',
    'Driver, matched on NIC@3',
  ])
  expect(stepLines(stack.steps[3]!)).toEqual([
    ['Kext', 'org.darwinos.MyNIC'],
    ['Personality', 'ForThis · score 1000'],
    ['Matched on', 'IOPCIDevice · IONameMatch pci1af4,1000'],
  ])
  expect(stepLines(stack.steps[2]!)).toEqual([
    ['Kext', 'not known'],
    ['Personality', 'none: its provider made it'],
  ])
})

test('a personality whose Info.plist is not known has no name, and that is said', () => {
  const [last] = stackOf(snapshot, 'MyNIC', null).steps.slice(-1)
  expect(stepLines(last!)[1]).toEqual(['Personality', 'name not known · score 1000'])
})

test('clients that look alike are one card; a user client says whose process it is', () => {
  const { clients } = stackOf(snapshot, 'MyNIC', null)
  expect(clients.map(({ step, entries }) => [step.label, step.role, entries.length])).toEqual([
    ['MyUC', 'user-client', 1],
    ['queue', 'object', 3],
  ])
  expect(partOf(clients[0]!.step, 'MyNIC')).toBe('User client, opened by sshd (pid 402)')
})

test('the other providers of a step stand beside it', () => {
  const shared = service('Stack', 'IONetworkStack')
  const two = snapshotOf(
    machine(service('en0', 'IOEthernet', {}, [shared]), service('en1', 'IOEthernet', {}, [shared])),
  )
  const stack = stackOf(two, 'Stack', null)
  expect(stack.steps.at(-1)!.further).toEqual([entryNamed(two, 'en1')])
  const scene = sceneOf(two, stack)
  const beside = scene.marks.find(({ label }) => label === 'en1')!
  const own = scene.marks.find(({ label }) => label === 'Stack')!
  expect(beside.box.x).toBeGreaterThan(own.box.x + own.box.width)
  expect(scene.links.find(({ from }) => from === beside.key)).toMatchObject({
    to: own.key,
    kind: 'further',
  })
})

test('a long stack folds its middle, but not what is not Apple’s, and unfolds', () => {
  const deep = deepSnapshot(20, 9)
  const stack = stackOf(deep, 'S19', null)
  const items = foldStack(stack.steps, new Set())
  const drawn = items.map(item =>
    item.kind === 'step' ? item.step.label : `${item.steps.length} folded`,
  )
  expect(drawn).toEqual(['Machine1,1', '9 folded', 'S9', '6 folded', 'S16', 'S17', 'S18', 'S19'])
  const fold = items[1]!
  expect(fold.kind).toBe('fold')
  const opened = foldStack(stack.steps, new Set(fold.kind === 'fold' ? [fold.key] : []))
  expect(opened).toHaveLength(items.length + 8)
})

test('every step and every client is drawn, or is in a card that says how many; nothing overlaps', () => {
  for (const snapshotNow of [snapshot, deepSnapshot(20, 9), hubSnapshot(300)]) {
    const name =
      snapshotNow === snapshot ? 'MyNIC' : snapshotNow.entries.length > 100 ? 'Hub' : 'S19'
    const stack = stackOf(snapshotNow, name, null)
    const scene = sceneOf(snapshotNow, stack)
    const steps = scene.marks.filter(({ shape }) => shape === 'step').length
    const folded = scene.marks
      .filter(({ key }) => key.startsWith('fold:'))
      .reduce((sum, { label }) => sum + Number(label.split(' ')[0]), 0)
    expect(steps + folded).toBe(stack.steps.length)
    for (const [n, { box: a }] of scene.marks.entries()) {
      for (const { box: b } of scene.marks.slice(n + 1)) {
        const isApart =
          a.x + a.width <= b.x ||
          b.x + b.width <= a.x ||
          a.y + a.height <= b.y ||
          b.y + b.height <= a.y
        expect(isApart).toBe(true)
      }
    }
    const keys = scene.marks.map(({ key }) => key)
    expect(new Set(keys).size).toBe(keys.length)
    for (const row of scene.table.rows) expect(row.cells).toHaveLength(scene.table.columns.length)
  }
})

test('a stack three hundred steps deep is drawn in no time', () => {
  const deep = deepSnapshot(300, -1)
  const began = performance.now()
  expect(stackOf(deep, 'S299', null).steps.length).toBeLessThanOrEqual(400)
  expect(performance.now() - began).toBeLessThan(10_000)
})

test('names made to break a drawing stay text', () => {
  const hostile = '<svg onload="x">&\u202e'
  const bad = snapshotOf(machine(service(hostile, 'IOService')))
  const scene = sceneOf(bad, stackOf(bad, hostile, null))
  expect(scene.marks.at(-1)!.label).toBe(hostile)
  expect(scene.links.every(({ path }) => /^[MLC\d., -]+$/.test(path))).toBe(true)
})

const colours: ColourScale = {
  by: 'state',
  title: 'State',
  slots: [],
  ofEntry: () => noColour,
  ofKext: () => noColour,
}

function sceneOf(of: Snapshot, stack: ServiceStack) {
  return layOutStack(of, stack, colours, { opened: new Set(), isForFile: false })
}

function stackOf(of: Snapshot, name: string, kexts: readonly InstalledKext[] | null): ServiceStack {
  const plane = of.planes[0]!
  return serviceStack(of, plane, nodesOf(of, plane, entryNamed(of, name))[0]!, kexts)
}

/** A chain of services below the platform expert; one of them belongs to a kext that is not Apple's. */
function deepSnapshot(depth: number, foreign: number): Snapshot {
  let below: ReturnType<typeof service>[] = []
  for (let n = depth - 1; n >= 0; n--) {
    const kext = n === foreign ? 'org.darwinos.Mine' : 'com.apple.driver.Some'
    below = [service(`S${n}`, 'IOThing', { CFBundleIdentifier: kext }, below)]
  }
  return snapshotOf(machine(...below))
}

function hubSnapshot(count: number): Snapshot {
  const ports = Array.from({ length: count }, (_, n) => service(`Port${n}`, 'IOPort'))
  return snapshotOf(machine(service('Hub', 'IOHub', {}, ports)))
}

function personality(name: string, properties: Record<string, string>) {
  return {
    name,
    publisher: 'org.darwinos.MyNIC',
    bundleIdentifier: 'org.darwinos.MyNIC',
    ioClass: properties['IOClass']!,
    providerClass: properties['IOProviderClass']!,
    matchCategory: null,
    probeScore: 1000,
    properties: dictionaryFrom(properties),
  }
}

function installed(
  bundleIdentifier: string,
  personalities: InstalledKext['personalities'],
): InstalledKext {
  return {
    path: `/Library/Extensions/${bundleIdentifier}.kext`,
    bundleIdentifier,
    version: '1.0',
    executable: 'K',
    compatibleVersion: null,
    libraries: [],
    personalities,
    problems: [],
    notes: [],
  }
}
