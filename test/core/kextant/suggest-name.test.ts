import { expect, test } from 'vitest'
import { suggestedName } from '../../../core/kextant/suggest-name.ts'

// The clock of whoever looks, so the expectation is told in it too.
const takenAt = new Date(2018, 6, 9, 8, 5, 1).toISOString()

test.each([
  ['a guest', { kind: 'guest', targetId: 't', label: 'Demo guest' }, 'Demo-guest'],
  ['a dump', { kind: 'file', path: '/d/ioreg.txt', label: 'ioreg.txt' }, 'ioreg'],
  [
    'a saved capture',
    { kind: 'file', path: '/d/a.kextant', label: 'a.kextant', savedFrom: 'Störung/2' },
    'Störung-2',
  ],
  ['a name of signs', { kind: 'guest', targetId: 't', label: '../..' }, 'capture'],
] as const)('%s is named by what it is and when it was taken', (_what, source, stem) => {
  expect(suggestedName({ source, takenAt })).toBe(`${stem}-2018-07-09-080501.kextant`)
})
