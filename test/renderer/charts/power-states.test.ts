import { expect, test } from 'vitest'
import { powerStates, powerWords } from '../../../renderer/charts/power-states.ts'
import { entryNamed, machine, service, textSnapshotOf } from '../../helpers/service-model.ts'

const snapshot = textSnapshotOf(
  machine(
    service('Disk', 'IOBlockStorageDevice', {
      IOPowerManagement: {
        CurrentPowerState: 1n,
        MaxPowerState: 3n,
        PowerOverrideOn: true,
        IdleTimerPeriod: 300000n,
      },
    }),
    service('Odd', 'IOService', {
      IOPowerManagement: { CurrentPowerState: 99999999999n, MaxPowerState: 'three' },
    }),
    service('Plain', 'IOService'),
  ),
)
const statesOf = (name: string) => powerStates(snapshot, entryNamed(snapshot, name))

test('the ordinals are read with what else the dictionary says, in its own words', () => {
  expect(statesOf('Disk')).toEqual({
    current: 1,
    max: 3,
    facts: [
      ['CurrentPowerState', '1'],
      ['MaxPowerState', '3'],
      ['PowerOverrideOn', 'Yes'],
      ['IdleTimerPeriod', '300000 ms'],
    ],
  })
})

test('what is no ordinal is not told as one', () => {
  expect(statesOf('Odd')).toMatchObject({ current: null, max: null })
  expect(statesOf('Plain')).toBeNull()
})

test.each([
  [{ current: 3, max: 3 }, '3 of 3, highest'],
  [{ current: 0, max: 3 }, '0 of 3, lowest'],
  [{ current: 1, max: 3 }, '1 of 3'],
  [{ current: 1, max: null }, 'state 1'],
  [{ current: null, max: 3 }, 'state not told'],
])('%j is said as %s', (states, words) => {
  expect(powerWords({ ...states, facts: [] })).toBe(words)
})
