import { expect, test } from 'vitest'
import type { Capture } from '../../../core/contract/types.ts'
import { parseFilter } from '../../../core/query/filter/parse-filter.ts'
import { emptyBitSet, setBit } from '../../../core/registry/bit-set.ts'
import { nodeLabel } from '../../../core/registry/paths.ts'
import { decodeSnapshot } from '../../../core/registry/snapshot-codec.ts'
import { entryTerms } from '../../../renderer/filter/entry-terms.ts'
import { joinTerm, termFor } from '../../../renderer/filter/filter-terms.ts'
import { hitBeside, hitNumber, hitsOf } from '../../../renderer/filter/hits.ts'
import { refOfNode } from '../../../renderer/registry/selection.ts'
import { initialState, type AppState, type OpenCapture } from '../../../renderer/state/app-state.ts'
import { createApp } from '../../../renderer/state/create-app.ts'
import { createDemoTransport } from '../../helpers/demo-transport.ts'
import { snapshotFrom } from '../../helpers/plane-from.ts'

const snapshot = snapshotFrom(`
  Root
    PCI0@0  <class IOPCIBridge, id 0x2>
      GFX0@2  <class IOPCIDevice, id 0x3>
      XHC1@14  <class IOPCIDevice, id 0x4>
        HUB  <class IOUSBHub, id 0x5>
    NIC  <class IOPCIDevice, id 0x6>
`)
const plane = snapshot.planes[0]!
const current: OpenCapture = { capture: { installed: [] } as unknown as Capture, snapshot }
const stateWith = (fields: Partial<AppState>): AppState => ({ ...initialState, current, ...fields })
const selectedNode = (node: number) => refOfNode(snapshot, plane, node)
const labelOf = (state: AppState, step: 1 | -1) => {
  const ref = hitBeside(state, step)
  const node = Array.from(plane.entry.keys()).find(n => selectedNode(n).id === ref?.id)
  return node === undefined ? null : nodeLabel(snapshot, plane, node)
}

test('hits are counted in the plane, and gone through around its ends', () => {
  const filter = 'class:IOPCIDevice'
  const hits = hitsOf(stateWith({ filter }))!
  expect([hits.matchCount, hits.outOf, hits.progress]).toEqual([3, 6, 'complete'])
  expect(labelOf(stateWith({ filter }), 1)).toBe('GFX0@2')
  expect(labelOf(stateWith({ filter, selected: selectedNode(2) }), 1)).toBe('XHC1@14')
  expect(labelOf(stateWith({ filter, selected: selectedNode(4) }), -1)).toBe('XHC1@14')
  expect(labelOf(stateWith({ filter, selected: selectedNode(5) }), 1)).toBe('GFX0@2')
  expect(hitNumber(current, hits, selectedNode(3))).toBe(2)
  expect(hitNumber(current, hits, selectedNode(4))).toBe(0)
})

test('the same question has the same answer, so that nothing is drawn anew', () => {
  expect(hitsOf(stateWith({ filter: 'pci' }))).toBe(hitsOf(stateWith({ filter: 'pci' })))
  expect(hitsOf(stateWith({ filter: '  ' }))).toBe(null)
})

test('while a field is typed and its colon is still to come, the rows stay', () => {
  const typed = (filter: string) => hitsOf(stateWith({ filter }))
  const before = typed('class:IOPCIDevice')
  expect(typed('class:IOPCIDevice state')).toBe(before)
  expect(typed('class:IOPCIDevice and sta')).toBe(before)
  // Alone: nothing is filtered yet.
  expect(typed('state')).toBeNull()
  // What is found is shown, also where it may become a field; and what no field begins with finds nothing.
  expect(typed('class:IOPCIDevice n')!.matchCount).toBe(1)
  expect(typed('class:IOPCIDevice stats')!.matchCount).toBe(0)
})

test('in a tree that is limited only what is below counts', () => {
  const { navigation } = initialState
  const limited = { ...navigation, scope: selectedNode(1) }
  const hits = hitsOf(stateWith({ filter: 'class:IOPCIDevice', navigation: limited }))!
  expect([hits.matchCount, hits.outOf]).toEqual([2, 4])
})

test('while the text does not read the hits of the filter before are shown', () => {
  const filters = { ...initialState.filters, lastGood: 'class:IOUSBHub' }
  const hits = hitsOf(stateWith({ filter: 'class:IOUSBHub and', filters }))!
  expect([hits.text, hits.matchCount]).toEqual(['class:IOUSBHub', 1])
})

test('what needs keys and values comes from the worker, and says how far it is', () => {
  const filter = 'value:usb'
  const phases = (
    found: Partial<NonNullable<AppState['deepSearch']['found']>> | null,
    phase = 'ready',
  ) => {
    const matches = emptyBitSet(plane.length)
    setBit(matches, 2)
    const whole = { snapshot, plane: plane.plane, text: filter, matches, isComplete: true }
    const deepSearch = {
      phase: phase as 'ready',
      found: found && { ...whole, ...found },
      places: new Map(),
    }
    const hits = hitsOf(stateWith({ filter, deepSearch }))!
    return `${hits.text} ${hits.matchCount} ${hits.progress}`
  }
  expect(phases({})).toBe('value:usb 1 complete')
  expect(phases({ text: 'value:us' })).toBe('value:us 1 looking')
  expect(phases({ isComplete: false }, 'indexing')).toBe('value:usb 1 indexing')
  expect(phases(null, 'indexing')).toBe('value:usb 0 indexing')
  expect(phases(null, 'broken')).toBe('value:usb 0 broken')
})

test('until the worker has answered for the first time the rows stay, and while it indexes the names are there', () => {
  const deepSearch = { phase: 'ready' as const, found: null, places: new Map() }
  expect(hitsOf(stateWith({ filter: 'value:usb', deepSearch }))).toBeNull()
  // What names answer waits for nobody.
  expect(hitsOf(stateWith({ filter: 'usb', deepSearch }))?.progress).toBe('complete')
})

test('while the name of a class, a key or a kext is half typed the rows of what stands before stay', () => {
  const textOf = (filter: string) => hitsOf(stateWith({ filter }))?.text ?? 'all rows'
  expect(textOf('class:IOUS')).toBe('all rows')
  expect(textOf('IO and class:IOUS')).toBe('IO')
  expect(textOf('class:IOUSBHub')).toBe('class:IOUSBHub')
  // No class begins so: that nothing is found is the answer.
  expect(hitsOf(stateWith({ filter: 'class:IOUX' }))?.matchCount).toBe(0)
  expect(hitsOf(stateWith({ filter: 'class:IOUSBHub and class:IOUX' }))?.matchCount).toBe(0)
})

test('each term of a row reads, and finds the row', () => {
  for (let node = 0; node < plane.length; node++) {
    for (const { term } of entryTerms(snapshot, { installed: [] }, plane, node)) {
      expect(parseFilter(term.text).ok, term.text).toBe(true)
      const hits = hitsOf(stateWith({ filter: term.text }))!
      expect(hitNumber(current, hits, selectedNode(node)), term.text).toBeGreaterThan(0)
    }
  }
})

test('a term joins the filter that is there, or takes its place', () => {
  const term = termFor.className('IOPCIDevice')
  expect(joinTerm('usb or hid', term, 'alone')).toBe('class:IOPCIDevice')
  expect(joinTerm('usb or hid', term, 'and')).toBe('(usb or hid) and class:IOPCIDevice')
  expect(joinTerm('usb', term, 'and-not')).toBe('usb and not class:IOPCIDevice')
  expect(joinTerm('', term, 'and-not')).toBe('not class:IOPCIDevice')
  expect(
    termFor.property('vendor-id', { kind: 'data', bytes: new Uint8Array([0x86, 0x80]) }).text,
  ).toBe('vendor-id == <86 80>')
})

test('filter for this joins what could be read last, shows the registry, and is kept as recent', async () => {
  const app = createApp(
    createDemoTransport({ stepMs: 1, isConnectedAtStart: true }),
    decodeSnapshot,
  )
  await app.actions.start()
  app.actions.setView('kexts')
  app.actions.setFilter('usb')
  app.actions.setFilter('usb and (')
  app.actions.filterFor(termFor.kext('com.example.driver'), 'and')
  const { view, filter, filters } = app.store.getState()
  expect([view, filter]).toEqual(['registry', 'usb and kext:com.example.driver'])
  expect(filters.recent).toEqual(['usb and kext:com.example.driver'])
  app.stop()
})
