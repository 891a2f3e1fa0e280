import { describe, expect, test } from 'vitest'
import type { EntryMarks } from '../../../../core/diff/entry-marks.ts'
import { EntryMark } from '../../../../core/diff/entry-marks.ts'
import {
  compileFilter,
  findFiltered,
  type CompiledFilter,
} from '../../../../core/query/filter/compile-filter.ts'
import { createKextOf } from '../../../../core/query/filter/kext-of-entry.ts'
import { parseFilter } from '../../../../core/query/filter/parse-filter.ts'
import { filterForProperty } from '../../../../core/query/filter/write-filter.ts'
import { nextBit } from '../../../../core/registry/bit-set.ts'
import { nodeLabel } from '../../../../core/registry/paths.ts'
import { readValue } from '../../../../core/registry/read-value.ts'
import type { Snapshot } from '../../../../core/registry/snapshot.ts'
import { stringAt } from '../../../../core/registry/strings.ts'
import { readDump } from '../../../helpers/read-dumps.ts'
import { corpusFiles } from '../corpus-files.ts'

const dump = `+-o Root  <class IORegistryEntry, id 0x100000100, retain 9>
  +-o PCI0@0  <class IORegistryEntry:IOService:IOPCIBridge, id 0x100000110, registered, matched, active, busy 1 (5 ms), retain 30>
    | {
    |   "compatible" = <"pci8086,9d84","pciclass,0c0330">
    |   "IOPowerManagement" = {"MaxPowerState"=3,"CurrentPowerState"=2,"Deep"={"a.b"=7}}
    |   "ranges" = (1,2,300)
    | }
    | 
    +-o XHC1@14  <class IORegistryEntry:IOService:IOPCIDevice, id 0x100000111, registered, matched, active, busy 0 (0 ms), retain 9>
    | | {
    | |   "vendor-id" = <86800000>
    | |   "device-id" = <849d>
    | |   "minus" = 18446744073709551615
    | |   "speed" = "480"
    | |   "IOName" = "usb-controller"
    | |   "built-in" = Yes
    | | }
    | | 
    | +-o MyDriver  <class IORegistryEntry:IOService:MyDriver, id 0x100000112, !registered, !matched, active, busy 0 (0 ms), retain 5>
    |     {
    |       "CFBundleIdentifier" = "com.example.MyDriver"
    |       "IOName" = "my driver and more"
    |       "built-in" = No
    |       "tag" = <41>
    |     }
    |     
    +-o GFX0@2  <class IORegistryEntry:IOService:IOPCIDevice:MyDisplay, id 0x100000113, !registered, !matched, inactive, busy 1 (7 ms), retain 7>
        {
          "vendor-id" = <86800000deadbeef01>
          "IOName" = "Display"
        }
        
`

const { snapshot } = readDump('text', dump)

function compiled(text: string, of: Snapshot, more: object = {}): CompiledFilter {
  const parsed = parseFilter(text)
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem.message}`)
  const kextOf = createKextOf(of, new Map([['MyDisplay', ['com.example.Display']]]))
  return compileFilter(parsed.filter, {
    snapshot: of,
    scope: 'names',
    values: null,
    marks: null,
    kextOf,
    ...more,
  })
}

/** The nodes that a filter finds, by their labels. */
function found(text: string, more: object = {}, of = snapshot): string {
  const [plane] = of.planes
  const nodes = findFiltered(compiled(text, of, more), plane!)
  const labels: string[] = []
  for (let n = nextBit(nodes, 0); n !== -1; n = nextBit(nodes, n + 1)) {
    labels.push(nodeLabel(of, plane!, n))
  }
  return labels.join(' ')
}

const all = 'Root PCI0@0 XHC1@14 MyDriver GFX0@2'

describe('each test of the language', () => {
  test.each([
    ['', all],
    // Words: name, name@location, location, class, ID or the beginning of one.
    ['xhc', 'XHC1@14'],
    ['xhc1@1', 'XHC1@14'],
    ['iopci', 'PCI0@0 XHC1@14'],
    ['0x10000011', 'PCI0@0 XHC1@14 MyDriver GFX0@2'],
    ['0x100000112', 'MyDriver'],
    ['0x1000', ''],
    ['pci 14', 'XHC1@14'],
    ['name:pci', 'PCI0@0'],
    ['name:14', ''],
    ['name:1@14', 'XHC1@14'],
    ['value:driver', 'MyDriver'],
    ['value:vendor', ''],
    ['any:vendor', 'XHC1@14 GFX0@2'],
    ['any:849d', 'XHC1@14'],
    // Classes.
    ['class:IOPCIDevice', 'XHC1@14 GFX0@2'],
    ['class:iopcidevice', 'XHC1@14 GFX0@2'],
    ['class=IOPCIDevice', 'XHC1@14'],
    ['class=iopcidevice', ''],
    ['class:IOService', 'PCI0@0 XHC1@14 MyDriver GFX0@2'],
    ['class:My*', 'MyDriver GFX0@2'],
    ['class=My*', 'MyDriver GFX0@2'],
    ['class:*Dri*er', 'MyDriver'],
    // Keys.
    ['key:IOName', 'XHC1@14 MyDriver GFX0@2'],
    ['key:ioname', 'XHC1@14 MyDriver GFX0@2'],
    ['key:*-id', 'XHC1@14 GFX0@2'],
    ['key:IOPowerManagement.CurrentPowerState', 'PCI0@0'],
    ['key:IOPowerManagement.None', ''],
    // Integers: exact; data little-endian in its own width; texts that spell numbers.
    ['vendor-id == 0x8086', 'XHC1@14'],
    ['device-id == 0x9d84', 'XHC1@14'],
    ['device-id > 0x9d83', 'XHC1@14'],
    ['device-id < 0x9d84', ''],
    ['vendor-id != 0x8086', 'GFX0@2'],
    ['minus == -1', 'XHC1@14'],
    ['minus == 18446744073709551615', 'XHC1@14'],
    ['minus == 18446744073709551614', ''],
    ['speed == 480', 'XHC1@14'],
    ['speed >= 480.0', 'XHC1@14'],
    ['IOPowerManagement.CurrentPowerState <= 2', 'PCI0@0'],
    ['iopowermanagement.maxpowerstate == 3', 'PCI0@0'],
    ['IOPowerManagement.Deep.a.b == 7', 'PCI0@0'],
    ['ranges == 300', 'PCI0@0'],
    ['ranges > 300', ''],
    // Bytes, texts, booleans.
    ['vendor-id == <86 80 00 00>', 'XHC1@14'],
    ['vendor-id == <86 80>', ''],
    ['vendor-id contains <ad be>', 'GFX0@2'],
    ['IOName == <44 69 73 70 6c 61 79>', 'GFX0@2'],
    ['compatible == "pciclass,0c0330"', 'PCI0@0'],
    ['compatible == pciclass', ''],
    ['compatible contains PCICLASS', 'PCI0@0'],
    ['tag == A', 'MyDriver'],
    ['IOName == Display', 'GFX0@2'],
    ['IOName == display', ''],
    ['IOName != Display', 'XHC1@14 MyDriver'],
    ['IOName contains "DRIVER and"', 'MyDriver'],
    ['IOName ~ /^(usb|D)/', 'XHC1@14 GFX0@2'],
    ['IOName ~ /^d/i', 'GFX0@2'],
    ['built-in == yes', 'XHC1@14'],
    ['built-in == false', 'MyDriver'],
    ['built-in != yes', 'MyDriver'],
    // State: what has none is neither.
    ['state:registered', 'PCI0@0 XHC1@14'],
    ['state:!registered', 'MyDriver GFX0@2'],
    ['not state:registered', 'Root MyDriver GFX0@2'],
    ['state:inactive', 'GFX0@2'],
    ['state:active', 'PCI0@0 XHC1@14 MyDriver'],
    ['state:busy', 'PCI0@0 GFX0@2'],
    ['state:!busy', 'XHC1@14 MyDriver'],
    ['state:service', 'PCI0@0 XHC1@14 MyDriver GFX0@2'],
    ['state:!service', 'Root'],
    ['state:terminated', ''],
    // Counts.
    ['busy > 0', 'PCI0@0 GFX0@2'],
    ['busytime >= 6ms', 'GFX0@2'],
    ['retain < 9', 'MyDriver GFX0@2'],
    ['retain == 9', 'Root XHC1@14'],
    ['retain != 9', 'PCI0@0 MyDriver GFX0@2'],
    ['retain < 99999999999999999999', all],
    ['retain > -5', all],
    ['clients == 0', 'MyDriver GFX0@2'],
    ['clients > 1', 'PCI0@0'],
    ['providers == 0', 'Root'],
    ['depth <= 1', 'Root PCI0@0'],
    // Places, kexts.
    ['id:0x100000112', 'MyDriver'],
    ['plane:ioservice', all],
    ['plane:IOPower', ''],
    ['under:XHC1', 'XHC1@14 MyDriver'],
    ['under:IOService:/PCI0@0/XHC1@14', 'XHC1@14 MyDriver'],
    ['under:0x100000111', 'XHC1@14 MyDriver'],
    ['under:nothing', ''],
    ['kext:com.example.MyDriver', 'MyDriver'],
    ['kext:com.example.*', 'MyDriver GFX0@2'],
    ['kext:com.EXAMPLE.display', 'GFX0@2'],
    // Joined.
    ['class:IOPCIDevice and vendor-id == 0x8086', 'XHC1@14'],
    ['xhc or gfx', 'XHC1@14 GFX0@2'],
    ['class:IOPCIDevice not (xhc or busy > 5)', 'GFX0@2'],
    ['not not xhc', 'XHC1@14'],
  ])('%s', (text, wanted) => {
    expect(found(text)).toBe(wanted)
    const [plane] = snapshot.planes
    const nodes = Array.from({ length: plane!.length }, (_, node) => node)
    const one = compiled(text, snapshot)
    const byOne = one.among(plane!, nodes).map(node => nodeLabel(snapshot, plane!, node))
    expect(byOne.join(' ')).toBe(wanted)
    const byEntry = nodes.filter(node => one.has(plane!.entry[node]!))
    expect(byEntry.map(node => nodeLabel(snapshot, plane!, node)).join(' ')).toBe(wanted)
  })
})

test('words look in keys and values too where that is asked', () => {
  expect(found('vendor', { scope: 'everything' })).toBe('XHC1@14 GFX0@2')
  expect(found('vendor')).toBe('')
  expect(found('class:IOPCIDevice built', { scope: 'everything' })).toBe('XHC1@14')
})

test('marks say what a comparison or a watch has seen; without one nothing is new', () => {
  const bits = Uint8Array.of(
    0,
    EntryMark.new,
    EntryMark.gone | EntryMark.changed,
    0,
    EntryMark.moved,
  )
  const marks: EntryMarks = { bits, at: new Map() }
  expect(found('new', { marks })).toBe('PCI0@0')
  expect(found('gone or moved', { marks })).toBe('XHC1@14 GFX0@2')
  expect(found('not (new or gone or changed or moved)', { marks })).toBe('Root MyDriver')
  expect(found('new')).toBe('')
})

test('what is quick needs no values, and says which property was meant where it does', () => {
  for (const text of ['usb', 'class:IOMedia busy > 0', 'not (state:busy or new)', 'under:XHC1']) {
    expect(compiled(text, snapshot).isQuick, text).toBe(true)
  }
  for (const text of ['key:reg', 'a or IOName == b', 'kext:x', 'value:a', 'any:a']) {
    expect(compiled(text, snapshot).isQuick, text).toBe(false)
  }
  expect(compiled('usb', snapshot, { scope: 'everything' }).isQuick).toBe(false)
  const keyOf = (text: string, entry: number) => {
    const property = compiled(text, snapshot).propertyOf(entry)
    return property < 0 ? null : stringAt(snapshot.strings, snapshot.properties.key[property]!)
  }
  expect(keyOf('busy > 0 and IOName contains usb', 2)).toBe('IOName')
  expect(keyOf('not IOName == x and value:480', 2)).toBe('speed')
  expect(keyOf('kext:com.example.*', 3)).toBe('CFBundleIdentifier')
  expect(keyOf('xhc', 2)).toBeNull()
})

test('a pattern takes time in proportion to the text, whatever both are', () => {
  const evil = `+-o Root  <class IORegistryEntry, id 0x1, retain 9>
    {
      "x" = "${'a'.repeat(20_000)}!"
    }
    
`
  const started = performance.now()
  expect(found('x ~ /^(a+)+$/', {}, readDump('text', evil).snapshot)).toBe('')
  expect(performance.now() - started).toBeLessThan(20_000)
})

test.skipIf(corpusFiles.length === 0).each(corpusFiles)(
  '“Filter for this” on properties of %s finds their entries',
  (_, read) => {
    const real = read().snapshot
    const [plane] = real.planes
    if (!plane) return
    const { firstProperty, length } = real.entries
    for (let entry = 0; entry < length; entry += Math.ceil(length / 25)) {
      const property = firstProperty[entry]!
      if (property === firstProperty[entry + 1]) continue
      const key = stringAt(real.strings, real.properties.key[property]!)
      const text = filterForProperty(key, readValue(real, property))
      expect(compiled(text, real).has(entry), text).toBe(true)
    }
  },
)
