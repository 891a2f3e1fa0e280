import { expect, test } from 'vitest'
import { lintBundle } from '../../../core/lint/lint-bundle.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import { Random } from '../../helpers/random.ts'
import { valueFrom } from '../kext/property-values.ts'
import { guest, info, inputOf, tree } from './small-bundle.ts'

test('names without an end and findings without number make no report without an end', () => {
  const keys = Array.from({ length: 5000 }, (_, i): readonly [string, number] => [
    `IOPCIMatc${i % 10}${'x'.repeat(i % 3)}`,
    i,
  ])
  const long = 'n'.repeat(1_000_000)
  const personality = {
    IOClass: long,
    IOProviderClass: long,
    ...(Object.fromEntries(keys) as object),
  }
  const many = Object.fromEntries(
    Array.from({ length: 5000 }, (_, i) => [
      `p${i}`,
      { IOClass: `C${i}`, IOProviderClass: `P${i}` },
    ]),
  )
  const report = lintBundle(
    inputOf({ info: { ...info, IOKitPersonalities: { [long]: personality, ...many } }, guest }),
  )
  expect(report.findings).toHaveLength(2000)
  const { error, warning, note } = report.counts
  expect(report.omitted).toBe(error + warning + note - 2000)
  expect(JSON.stringify(report).length).toBeLessThan(20_000_000)
})

test('findings in the hundred thousands are counted, and no stack is too small for them', () => {
  const keys = Array.from(
    { length: 130_000 },
    (_, i) => [`#${'x'.repeat(i % 7)}${i}`, true] as const,
  )
  const misspelt = Array.from({ length: 130_000 }, (_, i) => [`p${i}`, 'no dictionary'] as const)
  const report = lintBundle(
    inputOf({
      info: {
        ...info,
        IOKitPersonalities: { Foo: Object.fromEntries(keys), ...Object.fromEntries(misspelt) },
      },
    }),
  )
  expect(report.counts.error).toBeGreaterThanOrEqual(130_000)
  expect(report.findings).toHaveLength(2000)
})

/** Any value in the place of any other: types that nobody meant, dictionaries in numbers, empty names. */
function disturbed(value: PropertyValue, random: Random): PropertyValue {
  if (random.chance(0.15)) return valueFrom(random.pick(strange))
  switch (value.kind) {
    case 'dictionary': {
      const entries = value.entries.map(
        ([key, each]) =>
          [random.chance(0.1) ? random.pick(names) : key, disturbed(each, random)] as const,
      )
      return { kind: 'dictionary', entries: random.chance(0.1) ? entries.slice(1) : entries }
    }
    case 'array':
      return { kind: 'array', items: value.items.map(item => disturbed(item, random)) }
    default:
      return value
  }
}

const names = ['', '__proto__', 'IOProviderClass', 'IOClass', 'CFBundleIdentifier', '$(X)', 'é']
const strange = [
  ...['', 'x', '$(X)', 0, -1, 2n ** 70n, Number.NaN, true, [], {}, [[]], [{}], new Uint8Array(3)],
  ...[new Date(0), { a: { b: {} } }, 'IOResources', 'IOUSBHostDevice', '*', '0x1&'],
]

test('a property list that is nonsense is linted, and never a bug (seeded)', () => {
  const random = new Random(20_261_126)
  const plain = valueFrom({
    ...info,
    OSBundleCompatibleVersion: '1.0',
    OSBundleRequired: 'Root',
    IOKitPersonalities: {
      A: { IOClass: 'Foo', IOProviderClass: 'IOPCIDevice', IOPCIMatch: '0x1', IOProbeScore: 3 },
      B: { IOClass: 'Foo', IOProviderClass: 'IOUSBHostDevice', idVendor: 1, idProduct: 2 },
      C: { IOClass: 'Bar', IOProviderClass: 'IOResources', IOMatchCategory: 'Bar' },
      D: {
        IOClass: 'Foo',
        IOProviderClass: 'IOMedia',
        IOPropertyMatch: [{ Whole: true }],
        IOParentMatch: { IOProviderClass: 'IOSCSIPeripheralDeviceNub' },
      },
    },
  })
  for (let round = 0; round < 1000; round++) {
    const value = disturbed(plain, random)
    if (value.kind !== 'dictionary') continue
    const input = inputOf(random.chance(0.5) ? { guest } : { tree })
    const [part] = input.parts
    const { findings, counts } = lintBundle({ ...input, parts: [{ ...part, info: value }] })
    expect(findings).toHaveLength(counts.error + counts.warning + counts.note)
    for (const { sentence, where } of findings) {
      expect(sentence).toMatch(/^[\s\S]{15,}[.?]$/)
      expect(where.keyPath.every(key => typeof key === 'string')).toBe(true)
    }
    // It travels as it is.
    expect(structuredClone(findings)).toEqual(findings)
  }
})
