import { expect, test } from 'vitest'
import type { InstalledKext, LoadedKext } from '../../../core/kext/kext.ts'
import {
  dependents,
  linkedAgainst,
  wantedLibraries,
} from '../../../renderer/views/kexts/kext-linkage.ts'
import {
  isInScope,
  isKernel,
  kextRows,
  selectKextRows,
  type KextColumn,
  type KextScope,
} from '../../../renderer/views/kexts/kext-rows.ts'
import { loadedKext } from '../../helpers/loaded-kext.ts'

const libkern = loaded({ index: 1, refs: 3, bundleIdentifier: 'com.apple.kpi.libkern' })
const iokit = loaded({ index: 2, refs: 2, bundleIdentifier: 'com.apple.kpi.iokit' })
const family = loaded({
  index: 9,
  bundleIdentifier: 'com.apple.iokit.IOUSBFamily',
  size: 0x1000,
  linkedAgainst: [2, 1],
})
const mine = loaded({
  index: 12,
  bundleIdentifier: 'org.darwinos.MyKext',
  version: '1.0.1',
  size: 0x200,
  linkedAgainst: [9, 2, 1, 0, 77],
})
const kernelList = [libkern, iokit, family, mine]
const disk = [
  installed('/Library/Extensions/MyKext.kext', 'org.darwinos.MyKext', '1.0.1'),
  installed('/Library/Extensions/Old.kext', 'org.darwinos.MyKext', '0.9'),
  installed('/Library/Extensions/Idle.kext', 'org.darwinos.Idle', '2.0'),
]

test('a loaded kext and its bundle are one row, and every copy on disk is known', () => {
  const rows = kextRows(kernelList, disk)
  expect(rows.map(row => row.bundleIdentifier)).toEqual([
    'com.apple.kpi.libkern',
    'com.apple.kpi.iokit',
    'com.apple.iokit.IOUSBFamily',
    'org.darwinos.MyKext',
    'org.darwinos.Idle',
  ])
  const own = rows[3]!
  expect(own.loaded).toBe(mine)
  expect(own.path).toBe('/Library/Extensions/MyKext.kext')
  expect(own.installed.map(kext => kext.version)).toEqual(['1.0.1', '0.9'])
})

test('a guest that gives only one of the two lists still has rows', () => {
  expect(kextRows(null, disk)).toHaveLength(2)
  expect(kextRows(kernelList, null)).toHaveLength(4)
  expect(kextRows(null, null)).toEqual([])
})

test('the bundle of the kernel itself is never a kext that could be loaded', () => {
  const bundle = installed('/System/Library/Extensions/System.kext', 'com.apple.kernel', '17.7.0')
  const [row] = kextRows([], [bundle])
  expect(isKernel(row!)).toBe(true)
  expect(isInScope(row!, 'not-loaded')).toBe(false)
  expect(isInScope(row!, 'all')).toBe(true)
})

test('scopes take what they say', () => {
  expect(names('loaded')).toHaveLength(4)
  expect(names('not-loaded')).toEqual(['org.darwinos.Idle'])
  expect(names('third-party')).toEqual(['org.darwinos.Idle', 'org.darwinos.MyKext'])
})

test('versions are ordered as the kernel orders them, not as text', () => {
  const rows = kextRows(
    ['10.0', '9.0', '1.0d1', '1.0', '1.0b2'].map((version, n) =>
      loaded({ index: n, bundleIdentifier: `k${n}`, version }),
    ),
    null,
  )
  const order = { column: 'version', isDescending: false } as const
  expect(selectKextRows(rows, { scope: 'all', filter: '', order }).map(row => row.version)).toEqual(
    ['1.0d1', '1.0b2', '1.0', '9.0', '10.0'],
  )
})

test('what is not known stands last in either direction', () => {
  expect(names('all', 'size').at(-1)).toBe('org.darwinos.Idle')
  expect(names('all', 'size', true).at(-1)).toBe('org.darwinos.Idle')
  expect(names('all', 'size', true)[0]).toBe('com.apple.iokit.IOUSBFamily')
})

test('the filter looks in identifiers, paths and personalities, and wants every word', () => {
  const rows = kextRows(kernelList, [
    ...disk,
    {
      ...installed('/Library/Extensions/Nic.kext', 'org.darwinos.Nic', '1'),
      personalities: [personality('Ethernet', 'MyEthernet', 'IOPCIDevice')],
    },
  ])
  const found = (filter: string) =>
    selectKextRows(rows, {
      scope: 'all',
      filter,
      order: { column: 'name', isDescending: false },
    }).map(row => row.bundleIdentifier)
  expect(found('myethernet')).toEqual(['org.darwinos.Nic'])
  expect(found('darwinos idle')).toEqual(['org.darwinos.Idle'])
  expect(found('darwinos nothing')).toEqual([])
})

test('linkage is told by name, also for the kernel, which kextstat never lists', () => {
  expect(linkedAgainst(mine, kernelList)).toEqual([
    { index: 9, bundleIdentifier: 'com.apple.iokit.IOUSBFamily' },
    { index: 2, bundleIdentifier: 'com.apple.kpi.iokit' },
    { index: 1, bundleIdentifier: 'com.apple.kpi.libkern' },
    { index: 0, bundleIdentifier: '__kernel__' },
    { index: 77, bundleIdentifier: null },
  ])
})

test('dependents are the kexts linked against this one', () => {
  expect(dependents(family, kernelList)).toEqual([mine])
  expect(dependents(mine, kernelList)).toEqual([])
  expect(dependents({ ...family, index: null }, kernelList)).toEqual([])
})

test('a wanted library says what of it is loaded', () => {
  const bundle = {
    ...disk[0]!,
    libraries: [
      ['com.apple.kpi.iokit', '17.0'],
      ['org.darwinos.Missing', '1.0'],
    ],
  } satisfies InstalledKext
  expect(wantedLibraries(bundle, kernelList).map(library => library.loaded?.index)).toEqual([
    2,
    undefined,
  ])
})

function names(scope: KextScope, column: KextColumn = 'name', isDescending = false) {
  return selectKextRows(kextRows(kernelList, disk), {
    scope,
    filter: '',
    order: { column, isDescending },
  }).map(row => row.bundleIdentifier)
}

function loaded(fields: Parameters<typeof loadedKext>[0]): LoadedKext {
  return loadedKext({ index: null, size: null, wired: null, version: '17.0', ...fields })
}

function installed(path: string, bundleIdentifier: string, version: string): InstalledKext {
  return {
    path,
    bundleIdentifier,
    version,
    executable: null,
    compatibleVersion: null,
    libraries: [],
    personalities: [],
    problems: [],
    notes: [],
  }
}

function personality(name: string, ioClass: string, providerClass: string) {
  return {
    name,
    publisher: 'org.darwinos.Nic',
    bundleIdentifier: 'org.darwinos.Nic',
    ioClass,
    providerClass,
    matchCategory: null,
    probeScore: null,
    properties: { kind: 'dictionary', entries: [] },
  } as const
}
