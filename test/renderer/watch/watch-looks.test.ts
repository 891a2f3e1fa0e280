import { expect, test } from 'vitest'
import type { Capture } from '../../../core/contract/types.ts'
import { EntryMark } from '../../../core/diff/entry-marks.ts'
import { hasBit } from '../../../core/registry/bit-set.ts'
import { planeNamed } from '../../../core/registry/lookup.ts'
import { findPath, nodeLabel } from '../../../core/registry/paths.ts'
import { notWatching } from '../../../core/watch/watch-status.ts'
import { compareHere } from '../../../renderer/compare/create-comparer.ts'
import { initialState, type AppState } from '../../../renderer/state/app-state.ts'
import { withCapture } from '../../../renderer/state/with-capture.ts'
import { setNodesOpen } from '../../../renderer/state/open-nodes.ts'
import {
  withLook,
  withMarksOf,
  withoutGone,
  withStatus,
  withTaken,
  withWatched,
} from '../../../renderer/state/watch-looks.ts'
import { drawDump } from '../../core/diff/draw-dump.ts'

const one = `
  Root  <class IORegistryEntry, id 0x1, retain 1>
    PCI0  <class IOService, id 0x3, registered, matched, active, busy 0 (0 ms), retain 1>
      GFX0  <class IOService, id 0x4, registered, matched, active, busy 0 (0 ms), retain 1>
      XHC1  <class IOService, id 0x7, registered, matched, active, busy 0 (0 ms), retain 1>`
const withHub = `${one}
        HS01  <class IOService, id 0x8, registered, matched, active, busy 0 (0 ms), retain 1>`
const withoutGfx = withHub.replace(/ +GFX0.*\n/, '')

let count = 0
function capture(drawing: string, changes: Partial<Capture> = {}) {
  const snapshot = drawDump(drawing)
  const shown = {
    snapshotId: `s${++count}`,
    source: { kind: 'guest', targetId: 't', label: 'The guest' },
    identity: { bootSessionUuid: 'A' },
    installed: [],
    takenAt: '2026-01-01T10:00:00Z',
    ...changes,
  } as unknown as Capture
  return { capture: shown, snapshot }
}

const later = (state: AppState, change: Partial<AppState>): AppState => ({ ...state, ...change })

/** A window that shows a guest which is being watched. */
function watched(): AppState {
  const state = later(initialState, withCapture(initialState, capture(one)))
  const status = { ...notWatching, phase: 'running', targetId: 't' } as const
  return later(state, withStatus(state, status))
}

function drawn({ current, plane }: AppState): string {
  const { snapshot, marks } = current!
  const table = planeNamed(snapshot, plane)!
  return Array.from(table.entry, (entry, node) => {
    const bits = marks?.bits[entry] ?? 0
    const sign = (bits & EntryMark.new && '+') || (bits & EntryMark.gone && '-') || ''
    return nodeLabel(snapshot, table, node) + sign
  }).join(' ')
}

const nodeOf = ({ current, plane }: AppState, path: string) =>
  findPath(current!.snapshot, planeNamed(current!.snapshot, plane)!, path)

test('a look shows what is new and keeps what is gone, and nothing else moves', () => {
  let state = watched()
  state = later(state, { selected: { id: '0x7', path: 'IOService:/Root/PCI0/XHC1' } })
  state = later(state, setNodesOpen(state, [nodeOf(state, 'IOService:/PCI0')], false))
  const { scrollGeneration, selected } = state
  state = later(state, withLook(state, capture(withHub), 1000))
  expect(drawn(state)).toBe('Root PCI0 GFX0 XHC1 HS01+')
  state = later(state, withLook(state, capture(withoutGfx), 2000))
  expect(drawn(state)).toBe('Root PCI0 GFX0- XHC1 HS01+')
  expect(state.scrollGeneration).toBe(scrollGeneration)
  expect(state.selected).toEqual(selected)
  const node = nodeOf(state, 'IOService:/PCI0')
  expect(hasBit(state.open.get('IOService')!, node)).toBe(false)
  expect(state.watch.followed!.changes.map(({ what, label }) => `${what} ${label}`)).toEqual([
    'new HS01',
    'gone GFX0',
  ])
  expect(state.watch.spoken).toBe('1 gone')

  state = later(state, withMarksOf(state, 20_000))
  expect(drawn(state)).toBe('Root PCI0 GFX0- XHC1 HS01')
  state = later(state, withoutGone(state))
  expect(drawn(state)).toBe('Root PCI0 XHC1 HS01')
  expect(hasBit(state.open.get('IOService')!, nodeOf(state, 'IOService:/PCI0'))).toBe(false)
})

test('what was folded while filtering stays so under other indices', () => {
  let state = later(watched(), { filter: 'XHC' })
  state = later(state, withLook(state, capture(withHub), 500))
  state = later(state, setNodesOpen(state, [nodeOf(state, 'IOService:/PCI0/XHC1')], false))
  state = later(state, withLook(state, capture(withHub.replace(/ +GFX0.*\n/, '')), 1000))
  // What is gone is still in its place, so the index is the same; without it, it is not.
  state = later(state, withoutGone(state))
  expect([...state.closedInFilter]).toEqual([nodeOf(state, 'IOService:/PCI0/XHC1')])
})

test('a file that is shown is not replaced by a look, and the look is not lost', () => {
  let state = watched()
  const file = capture(one, { source: { kind: 'file', path: '/tmp/a', label: 'a' } })
  state = later(state, withLook(state, capture(withHub), 1000))
  state = later(state, { current: file })
  const { current } = state
  state = later(state, withLook(state, capture(withoutGfx), 2000))
  expect(state.current).toBe(current)
  expect(state.watch.followed!.changes).toHaveLength(2)
  state = later(state, withWatched(state))
  expect(drawn(state)).toBe('Root PCI0 GFX0- XHC1 HS01+')
})

test('an older capture that is looked up while watching is no look', () => {
  let state = watched()
  const old = capture(one, { takenAt: '2026-01-01T10:00:00Z' })
  state = later(state, withLook(state, capture(withHub, { takenAt: '2026-01-01T10:00:05Z' }), 1000))
  const { followed } = state.watch
  state = later(state, withTaken(state, old, 2000))
  expect(drawn(state)).toBe('Root PCI0 GFX0 XHC1')
  expect(state.watch.followed).toBe(followed)
})

test('a comparison of what is watched keeps its own marks when those of the watch end', async () => {
  let state = watched()
  const before = state.current!
  state = later(state, withLook(state, capture(withHub), 1000))
  const { look, merged } = state.watch.followed!
  const after = { capture: state.current!.capture, snapshot: look }
  const compared = await compareHere(before.snapshot, look, {
    identity: 'auto',
    noiseOff: [],
    boots: { before: 'A', after: 'A' },
  })
  // Nothing is gone: both show the look's own tables.
  expect(compared.merged.snapshot).toBe(merged.snapshot)
  const { snapshot, marks } = compared.merged
  state = later(state, { current: { ...after, marks, comparison: { before, after, ...compared } } })
  expect(snapshot).toBe(state.current!.snapshot)
  state = later(state, withMarksOf(state, 20_000))
  expect(drawn(state)).toBe('Root PCI0 GFX0 XHC1 HS01+')
  expect(state.watch.followed!.merged.marks?.bits.some(bits => bits !== 0) ?? false).toBe(false)
})

test('a capture that the user takes while watching keeps the marks; one of another boot begins anew', () => {
  let state = watched()
  state = later(state, withLook(state, capture(withHub), 1000))
  state = later(state, withTaken(state, capture(withoutGfx), 2000))
  expect(drawn(state)).toBe('Root PCI0 GFX0- XHC1 HS01+')
  const other = { identity: { bootSessionUuid: 'B' } as never }
  state = later(state, withTaken(state, capture(one, other), 3000))
  expect(drawn(state)).toBe('Root PCI0 GFX0 XHC1')
  expect(state.watch.followed!.changes.at(-1)!.what).toBe('boot')
})

test('a capture after the watch has ended is shown as it is', () => {
  let state = watched()
  state = later(state, withLook(state, capture(withHub), 1000))
  state = later(state, withStatus(state, notWatching))
  expect(drawn(state)).toBe('Root PCI0 GFX0 XHC1 HS01+')
  state = later(state, withTaken(state, capture(withoutGfx), 2000))
  expect(drawn(state)).toBe('Root PCI0 XHC1 HS01')
  expect(state.watch.followed).toBeNull()
})

test('a watch that is started again goes on with what is shown, entries that are gone included', () => {
  let state = watched()
  state = later(state, withLook(state, capture(withHub), 1000))
  state = later(state, withLook(state, capture(withoutGfx), 2000))
  const { status } = state.watch
  state = later(state, withStatus(state, notWatching))
  state = later(state, withStatus(state, status))
  state = later(state, withMarksOf(state, 20_000))
  expect(drawn(state)).toBe('Root PCI0 GFX0- XHC1 HS01')
  state = later(state, withoutGone(state))
  expect(drawn(state)).toBe('Root PCI0 XHC1 HS01')
})

test('back to what is watched, the looks that follow are shown again', () => {
  const seen = watched()
  const old = capture(one, { takenAt: '2025-12-31T10:00:00Z' })
  const past = later(later(seen, withLook(seen, capture(withHub), 1000)), {
    timeline: { ...seen.timeline, isHeld: true },
  })
  const held = later(past, withCapture(past, old))
  const back = later(held, withWatched(held))
  const next = later(back, withLook(back, capture(withoutGfx), 2000))
  expect(drawn(next)).toContain('GFX0-')
})
