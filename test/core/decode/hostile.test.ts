import { expect, test } from 'vitest'
import { decodeProperty } from '../../../core/decode/decoders.ts'
import { mostFields, type DecodedField } from '../../../core/decode/decoding.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import { edidBytes } from '../../helpers/edid-bytes.ts'
import { Random } from '../../helpers/random.ts'
import { contextWith } from './draw-decoding.ts'

const keys = [
  'vendor-id',
  'class-code',
  'revision-id',
  'reg',
  'ranges',
  'assigned-addresses',
  'interrupts',
  'interrupt-parent',
  '#address-cells',
  'IOInterruptSpecifiers',
  'IOInterruptControllers',
  'compatible',
  'AAPL,slot-name',
  'IOMACAddress',
  'IODisplayEDID',
  'IOPowerManagement',
  'Device Descriptor',
  'Configuration Descriptor',
  'idVendor',
  'locationID',
  'IOUserClientCreator',
  'HIDIdleTime',
  'ManufactureDate',
  'StartedTimestamp',
  'UpdateTime',
  'AppleRegistryID',
  'IOAudioControlType',
  'platform-uuid',
  'IOProbeScore',
  '__proto__',
  'constructor',
  '',
]

const names = [
  'CurrentPowerState',
  'CapabilityFlags',
  'IdleTimerPeriod',
  'constructor',
  '__proto__',
]

function randomValue(random: Random, depth = 0): PropertyValue {
  const pick = random.below(depth > 2 ? 7 : 10)
  const bytes = () => {
    const length = random.below(random.chance(0.05) ? 3000 : 70)
    const limit = random.chance(0.5) ? 4 : 256
    return Uint8Array.from({ length }, () => random.below(limit))
  }
  switch (pick) {
    case 0:
    case 1:
    case 2:
      return { kind: 'data', bytes: bytes(), isLossy: random.chance(0.2) }
    case 3: {
      const edid = edidBytes().slice(0, random.below(129))
      if (edid.length > 0) edid[random.below(edid.length)] = random.below(256)
      return { kind: 'data', bytes: edid }
    }
    case 4:
      return {
        kind: 'integer',
        value: random.chance(0.5)
          ? BigInt(random.below(70_000))
          : -(1n << 63n) + BigInt(random.below(99)),
      }
    case 5:
      return { kind: 'string', text: String.fromCharCode(...bytes().subarray(0, 40)) }
    case 6:
      return random.chance(0.5) ? { kind: 'missing' } : { kind: 'date', iso: 'never' }
    case 7:
      return { kind: 'array', items: list(random, depth) }
    case 8:
      return { kind: 'set', items: list(random, depth) }
    default:
      return {
        kind: 'dictionary',
        entries: list(random, depth).map(value => [random.pick(names), value] as const),
      }
  }
}

function list(random: Random, depth: number): readonly PropertyValue[] {
  return Array.from({ length: random.below(5) }, () => randomValue(random, depth + 1))
}

test('whatever the bytes, nothing throws and every range is inside the value', () => {
  const random = new Random(20261125)
  let readings = 0
  for (let round = 0; round < 6000; round++) {
    const value = randomValue(random)
    // Neighbours are as hostile as the value, and another at each question.
    const context = contextWith(
      {},
      {},
      {
        own: () => randomValue(random, 3),
        parent: () => randomValue(random, 3),
        machineOrder: random.chance(0.5) ? 'big' : null,
        isParentExact: random.chance(0.5),
        entryName: () => 'x',
        phandle: () => ({ name: 'y', id: null, interruptCells: randomValue(random, 3) }),
      },
    )
    const key = keys[random.below(keys.length)]!
    const length = value.kind === 'data' ? value.bytes.length : 0
    for (const { fields, because, title } of decodeProperty({ key, way: [], value }, context)) {
      readings++
      expect(because.length * title.length).toBeGreaterThan(0)
      checkRanges(fields, length)
    }
  }
  expect(readings).toBeGreaterThan(2000)
})

function checkRanges(fields: readonly DecodedField[], length: number): void {
  for (const { label, text, meaning, range, children } of fields) {
    const words = [label, text, meaning ?? '']
    if (!words.every(word => typeof word === 'string')) expect(words).toEqual([])
    if (range && (range.start < 0 || range.end > length || range.start >= range.end)) {
      expect(range, `of ${length} bytes`).toBeNull()
    }
    if (children) checkRanges(children, length)
  }
}

test('a megabyte where a list of ten is meant gives a bounded list, and says so', () => {
  const value = { kind: 'data', bytes: new Uint8Array(1 << 20).fill(1) } as const
  for (const key of [
    'reg',
    'assigned-addresses',
    'compatible',
    'interrupts',
    'Configuration Descriptor',
  ]) {
    for (const { fields, problems, decoder } of decodeProperty(
      { key, way: [], value },
      contextWith({}),
    )) {
      expect(fields.length, decoder).toBeLessThanOrEqual(mostFields + 1)
      expect(problems.length, decoder).toBeLessThan(5)
    }
  }
})
