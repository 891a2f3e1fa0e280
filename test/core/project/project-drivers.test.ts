import { expect, test } from 'vitest'
import type { BuiltKext } from '../../../core/project/project.ts'
import { projectDrivers, type DriverReading } from '../../../core/project/project-drivers.ts'

function driver(name: string, changes: Partial<DriverReading> = {}): DriverReading {
  return {
    folder: `/t/drivers/contrib/${name}`,
    name,
    kextName: name,
    bundleIdentifier: `org.example.${name}`,
    newestSource: { path: `/t/${name}.cpp`, changedAt: '2026-01-01T10:00:00.000Z' },
    expectationsPath: null,
    problems: [],
    isWhole: true,
    ...changes,
  }
}

function build(name: string, bundleIdentifier: string, builtAt: string, target = 'a'): BuiltKext {
  const path = `/t/build/${target}/kexts/${name}.kext`
  return { path, target, bundleIdentifier, version: '1.0', uuid: null, builtAt }
}

test('a driver has its builds by identifier, newest first; others belong to nobody', () => {
  const [mine] = projectDrivers(
    [driver('Mine')],
    [
      build('Mine', 'org.example.Mine', '2026-01-01T11:00:00.000Z', 'a'),
      build('Mine', 'org.example.Mine', '2026-01-01T12:00:00.000Z', 'b'),
      build('Other', 'org.example.Other', '2026-01-01T12:00:00.000Z'),
    ],
  )
  expect(mine!.builds.map(({ target }) => target)).toEqual(['b', 'a'])
  expect(mine!.state).toBe('current')
})

test('a build of the right name and another identifier is the driver’s, and that is said', () => {
  const [mine] = projectDrivers(
    [driver('Mine')],
    [build('Mine', 'org.example.Old', '2026-01-01T11:00:00.000Z')],
  )
  expect(mine!.builds).toHaveLength(1)
  expect(mine!.problems).toEqual([
    'Mine.kext has the identifier org.example.Old, and the Makefile says org.example.Mine.',
  ])
})

test('of two drivers with one identifier the name of the bundle decides', () => {
  const id = { bundleIdentifier: 'org.example.Mine' }
  const [a, b] = projectDrivers(
    [driver('A', id), driver('B', id)],
    [build('B', 'org.example.Mine', '2026-01-01T11:00:00.000Z')],
  )
  expect([a!.builds.length, b!.builds.length]).toEqual([0, 1])
  expect(a!.problems).toEqual([
    'B has the same KEXT_BUNDLE_ID, org.example.Mine: only one can be loaded.',
  ])
})

test('the state follows from the times: as old as its source is current, as make has it', () => {
  const at = (builtAt: string | null, changes: Partial<DriverReading> = {}) =>
    projectDrivers(
      [driver('Mine', changes)],
      builtAt === null ? [] : [build('Mine', 'org.example.Mine', builtAt)],
    )[0]!.state
  expect(at(null)).toBe('not-built')
  expect(at('2026-01-01T10:00:00.000Z')).toBe('current')
  expect(at('2026-01-01T09:59:59.999Z')).toBe('stale')
  expect(at('2026-01-01T11:00:00.000Z', { newestSource: null })).toBe('unknown')
  // What was not looked at may be newer, and cannot make it older.
  expect(at('2026-01-01T11:00:00.000Z', { isWhole: false })).toBe('unknown')
  expect(at('2026-01-01T09:00:00.000Z', { isWhole: false })).toBe('stale')
})
