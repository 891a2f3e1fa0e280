import { expect, test } from 'vitest'
import { FailureError } from '../../../core/failure.ts'
import { manifestVersion } from '../../../core/kextant/manifest.ts'
import { kindOfPlace, outputKinds, placeOf } from '../../../core/kextant/output-kinds.ts'
import { upgradeManifest } from '../../../core/kextant/upgrade-manifest.ts'

const newest = {
  formatVersion: 1,
  kextant: '1.2.3',
  source: { kind: 'guest', label: 'The old iMac' },
  takenAt: '2018-07-09T12:00:00.000Z',
  durationMs: 900,
  identity: null,
  commands: [],
  missing: [{ part: 'kernel log', reason: 'sudo in the guest says no.' }],
  problems: [],
  files: [{ path: 'kextstat.txt', kind: 'kextstat', bytes: 3, sha256: 'a'.repeat(64) }],
}

function refusal(json: unknown): FailureError {
  try {
    upgradeManifest(json, 'old.kextant')
  } catch (error) {
    if (error instanceof FailureError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

test('a manifest of today is what it was', () => {
  expect(upgradeManifest(newest, 'old.kextant')).toEqual(newest)
})

test('one of a newer version is refused by a sentence that names both versions', () => {
  const error = refusal({ formatVersion: 7, everything: 'is different there' })
  expect(error.failure).toMatchObject({ kind: 'newer-format', version: 7, newest: manifestVersion })
  expect(error.message).toBe(
    'old.kextant was saved by a newer Kextant: its format has version 7, and this Kextant reads up to version 1. Open it with a newer one.',
  )
})

test('a list made by hand becomes a manifest: the places tell what the files are', () => {
  const upgraded = upgradeManifest(
    {
      takenAt: '2014-02-03T10:00:00Z',
      files: [
        'planes/IOService.plist',
        'planes/IOService.headers.txt',
        'planes/IOPower.txt',
        'dmesg.txt',
        'photo.png',
      ],
    },
    'hand.kextant',
  )
  expect(upgraded).toMatchObject({
    formatVersion: 1,
    source: { kind: 'guest', label: 'Collected by hand' },
    takenAt: '2014-02-03T10:00:00Z',
  })
  expect(upgraded.files.map(({ path, kind, plane }) => [path, kind, plane])).toEqual([
    ['planes/IOService.plist', 'archive', 'IOService'],
    ['planes/IOService.headers.txt', 'headers', 'IOService'],
    ['planes/IOPower.txt', 'text', 'IOPower'],
    ['dmesg.txt', 'dmesg', undefined],
    ['photo.png', 'unknown', undefined],
  ])
})

test.each<[string, unknown]>([
  ['no object', 'kextant'],
  ['nothing', null],
  ['a list', []],
  ['a version that is none', { ...newest, formatVersion: 'one' }],
  ['a version below all', { ...newest, formatVersion: -1 }],
  ['a version in between', { ...newest, formatVersion: 0.5 }],
  ['no files', { ...newest, files: undefined }],
  ['a size below zero', { ...newest, files: [{ ...newest.files[0], bytes: -1 }] }],
  ['a digest that is none', { ...newest, files: [{ ...newest.files[0], sha256: 'abc' }] }],
  ['a time that is none', { ...newest, takenAt: 'yesterday' }],
  ['a file named twice', { ...newest, files: [newest.files[0], newest.files[0]] }],
  ['a hand-made list without a time', { files: ['dmesg.txt'] }],
])('%s is refused as damaged, with the place', (_what, json) => {
  const error = refusal(json)
  expect(error.failure).toMatchObject({ kind: 'capture-damaged', source: 'old.kextant' })
  expect(error.message).toMatch(/manifest\.json is not as it should be \(.+: .+\)/)
})

test('what this version does not know beside what it knows is no reason to refuse', () => {
  const files = [{ ...newest.files[0], kind: 'nvram', mood: 'good' }]
  const { files: read } = upgradeManifest({ ...newest, files, weather: 'fine' }, 'old.kextant')
  expect(read[0]).toMatchObject({ path: 'kextstat.txt', kind: 'nvram' })
})

test('every kind of output has a place of its own, by which it is known again', () => {
  const taken: string[] = []
  for (const kind of outputKinds) taken.push(placeOf(kind, 'IOService', taken))
  expect(new Set(taken).size).toBe(outputKinds.length)
  expect(taken.map(path => kindOfPlace(path)?.kind)).toEqual(outputKinds)
})

test('a name that a guest gave becomes a file name on every system', () => {
  expect(placeOf('archive', '../../etc/passwd', [])).toBe('planes/.._.._etc_passwd.plist')
  expect(placeOf('dump', '..', [])).toBe('dump/_..')
  expect(placeOf('dump', '', [])).toBe('dump/_')
  expect(placeOf('text', 'IO\0\n Störung:*?', [])).toBe('planes/IO___St_rung___.txt')
  expect(placeOf('archive', 'x'.repeat(5000), []).length).toBeLessThan(120)
})

test('planes whose names differ in nothing that a file system tells apart have places of their own', () => {
  const first = placeOf('archive', 'IOUSB', [])
  const second = placeOf('archive', 'iousb', [first])
  const third = placeOf('archive', 'IO/USB', [first, second])
  expect([first, second, third]).toEqual([
    'planes/IOUSB.plist',
    'planes/iousb-2.plist',
    'planes/IO_USB.plist',
  ])
})

test.each(['manifest.json', '/etc/passwd', 'C:/dump.txt', '../dump.txt', 'a/../b', 'a\\b', 'a\0b'])(
  'a file named %j is refused: saved again, it could not lie in the ZIP',
  path => {
    const files = [{ ...newest.files[0], path }]
    expect(refusal({ ...newest, files }).failure).toMatchObject({ kind: 'capture-damaged' })
  },
)
