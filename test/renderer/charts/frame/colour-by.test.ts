import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { EntryMark, type EntryMarks } from '../../../../core/diff/entry-marks.ts'
import { familyOfChain } from '../../../../renderer/charts/frame/class-family.ts'
import { colourScale } from '../../../../renderer/charts/frame/colour-by.ts'
import { kextReading, kextsOfEntries } from '../../../../renderer/charts/frame/entry-kexts.ts'
import { hueCount, signs } from '../../../../renderer/charts/frame/colour-scale.ts'
import { entryNamed, machine, service, snapshotOf } from '../../../helpers/service-model.ts'
import { snapshotFrom } from '../../../helpers/plane-from.ts'
import { openCapture } from '../open-capture.ts'

describe('by kext', () => {
  const drivers = Array.from({ length: 14 }, (_, n) =>
    Array.from({ length: 14 - n }, (_, m) =>
      service(`d${n}-${m}`, 'D', {
        CFBundleIdentifier: `com.example.k${String(n).padStart(2, '0')}`,
      }),
    ),
  ).flat()
  const snapshot = snapshotOf(machine(...drivers, service('nub', 'N')))
  const scale = colourScale(openCapture(snapshot), 'kext')
  const textOf = (name: string) => scale.slots[scale.ofEntry(entryNamed(snapshot, name))]?.text

  test('the most frequent ones have a hue each, the others share one, and unknown is told apart', () => {
    expect(scale.slots).toHaveLength(hueCount + 2)
    expect(textOf('d0-0')).toBe('com.example.k00')
    expect(textOf('d9-0')).toBe('com.example.k09')
    expect(textOf('d13-0')).toBe('Other kexts')
    expect(textOf('nub')).toBe('No kext known')
  })

  test('marks that come and go leave the kexts read, and the kexts of another guest are other ones', () => {
    const current = openCapture(snapshot)
    const marks: EntryMarks = { bits: new Uint8Array(snapshot.entries.length), at: new Map() }
    const marked = { ...current, marks }
    expect(colourScale(marked, 'kext')).toBe(colourScale(current, 'kext'))
    expect(colourScale(marked, 'diff')).not.toBe(colourScale(current, 'diff'))
    const other = { ...current, capture: { ...current.capture, installed: [] } }
    expect(colourScale(other, 'kext')).not.toBe(scale)
  })

  test('kexts that are read piece by piece are those that are read at once', () => {
    const many = snapshotOf(
      machine(
        ...Array.from({ length: 5000 }, (_, n) =>
          service(`d${n}`, 'D', n % 3 ? { CFBundleIdentifier: `com.example.k${n % 7}` } : {}),
        ),
      ),
    )
    const reading = kextReading(openCapture(many))
    const shares: number[] = []
    while (!reading.isDone) {
      let steps = 1
      reading.readWhile(() => steps-- > 0)
      shares.push(reading.share)
    }
    expect(shares.length).toBeGreaterThan(2)
    expect(shares.at(-1)).toBe(1)
    expect(reading.finish()).toEqual(kextsOfEntries(openCapture(many)))
    // Asked for in the middle, the rest is read at once.
    const half = kextReading(openCapture(many))
    let steps = 1
    half.readWhile(() => steps-- > 0)
    expect(half.finish()).toEqual(reading.finish())
  })

  test('a kext has the colour of its entries', () => {
    expect(scale.ofKext('com.example.k00')).toBe(scale.ofEntry(entryNamed(snapshot, 'd0-3')))
  })

  test('each slot has a sign of its own, so that colour is never all', () => {
    expect(new Set(scale.slots.map(({ sign }) => sign)).size).toBe(scale.slots.length)
    for (const { sign } of scale.slots) expect(signs[sign]).toMatch(/^M/)
  })
})

test('by age, entries are told apart by the order of their IDs', () => {
  const lines = ['Root  <class IOService, id 0x1>']
  for (let n = 2; n <= 50; n++) lines.push(`  e${n}  <class IOService, id 0x${n.toString(16)}>`)
  const snapshot = snapshotFrom(lines.join('\n'))
  const scale = colourScale(openCapture(snapshot), 'age')
  const parts = Array.from({ length: 50 }, (_, entry) => scale.ofEntry(entry))
  expect(parts).toEqual(Array.from({ length: 50 }, (_, n) => Math.floor(n / 10)))
  expect(scale.slots[0]!.text).toBe('Oldest fifth, from 0x1')
})

test('by age, a dump without IDs says that it does not tell', () => {
  const scale = colourScale(openCapture(snapshotFrom('Root\n  A')), 'age')
  expect(scale.slots[scale.ofEntry(1)]?.text).toBe('ID not known')
  expect(scale.note).toContain('no registry entry IDs')
})

test('by diff, what matters most is shown: gone, new, moved, changed', () => {
  const snapshot = snapshotFrom('Root\n  A\n  B\n  C\n  D')
  const bits = Uint8Array.of(
    0,
    EntryMark.new,
    EntryMark.gone | EntryMark.changed,
    EntryMark.moved | EntryMark.changed,
    EntryMark.changed,
  )
  const scale = colourScale(openCapture(snapshot, { bits, at: new Map() }), 'diff')
  const words = Array.from({ length: 5 }, (_, entry) => scale.slots[scale.ofEntry(entry)]?.text)
  expect(words).toEqual(['as before', 'new', 'gone', 'moved', 'changed'])
})

test.each([
  [['IORegistryEntry', 'IOService', 'IOPCIDevice'], 'PCI'],
  [['IORegistryEntry', 'IOService', 'IOPlatformDevice', 'IOACPIPlatformDevice'], 'ACPI'],
  [['IORegistryEntry', 'IOService', 'IOUSBController', 'AppleUSBEHCI'], 'USB'],
  [['IOMedia'], 'Storage'],
  [['IORegistryEntry', 'IOService', 'MyDriver'], null],
  [[], null],
])('the family of %j is %s', (chain, family) => {
  expect(familyOfChain(chain)).toBe(family)
})

describe('contrast of the hues, as tokens.css has them', () => {
  const css = readFileSync('renderer/styles/tokens.css', 'utf8')
  const themes = { light: new Map<string, string>(), dark: new Map<string, string>() }
  let isDark = false
  for (const line of css.split('\n')) {
    if (line.startsWith('@media')) isDark = line.includes('prefers-color-scheme: dark')
    else if (line === '}') isDark = false
    const [, name, colour] = /^\s*--([\w-]+): (#[0-9a-f]{6});/.exec(line) ?? []
    if (name && colour) themes[isDark ? 'dark' : 'light'].set(name, colour)
  }

  test.each(['light', 'dark'] as const)('%s', name => {
    const theme = themes[name]
    const of = (token: string) => luminance(theme.get(token) ?? '')
    const found = [...theme.keys()].filter(token => /^(hue|age)-\w+-fill$/.test(token))
    expect(found).toHaveLength(hueCount + 2 + 5)
    for (const fill of found) {
      for (const text of ['text', 'text-soft']) {
        expect(contrast(of(text), of(fill)), `${text} on ${fill}`).toBeGreaterThanOrEqual(4.5)
      }
      const ink = fill.replace('-fill', '')
      for (const ground of ['bg', 'bg-raised', 'bg-side']) {
        expect(contrast(of(ink), of(ground)), `${ink} on ${ground}`).toBeGreaterThanOrEqual(3)
      }
    }
  })
})

function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map(at => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: number, b: number): number {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}
