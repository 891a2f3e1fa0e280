import { expect, test } from 'vitest'
import { beginFollowing, followLook, withoutOldMarks } from '../../../core/watch/follow-looks.ts'
import { changedKeys } from '../../../renderer/views/watch/changed-keys.ts'
import { drawDump } from '../../core/diff/draw-dump.ts'

const at = (power: number, name: string) =>
  drawDump(`
    Root  <class IORegistryEntry, id 0x11, retain 1>
      XHC1  <class AppleUSBXHCI, id 0x12, registered, matched, active, busy 0 (0 ms), retain 1>
        "IOPowerManagement" = {"CurrentPowerState"=${power}}
        "Name" = "${name}"`)

test('the properties that the last looks changed are told for as long as the entry is marked', () => {
  let state = beginFollowing(at(2, 'a'))
  const keys = () => [...changedKeys(state, state.merged.snapshot, 1)]
  expect(keys()).toEqual([])
  state = followLook(state, at(4, 'a'), 1000, { identity: 'entry-id' })
  expect(keys()).toEqual(['IOPowerManagement'])
  state = followLook(state, at(4, 'b'), 3000, { identity: 'entry-id' })
  expect(keys()).toEqual(['Name'])
  expect(changedKeys(state, at(4, 'b'), 1).size).toBe(0)
  state = withoutOldMarks(state, 13_000)
  expect(keys()).toEqual([])
})
