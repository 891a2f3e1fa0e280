import { describe, expect, test } from 'vitest'
import {
  hitsRegister,
  parsePciMatchList,
} from '../../../../core/matching/families/pci-match-list.ts'
import { pciFamily } from '../../../../core/matching/families/pci.ts'
import type { Platform } from '../../../../core/matching/platform.ts'
import { dictionaryOf, drawnProvider, le, type Plain } from '../../../helpers/provider-views.ts'
import { Random } from '../../../helpers/random.ts'

type Keys = Readonly<Record<string, Plain>>

/** 0x168414e4, of the subsystem 0x00f6106b, class 0x020000, revision 0x10. */
const ethernet = {
  'vendor-id': le(0x14e4),
  'device-id': le(0x1684),
  'subsystem-vendor-id': le(0x106b),
  'subsystem-id': le(0x00f6),
  'class-code': le(0x020000),
  'revision-id': le(0x10),
}

function matchOf(
  keys: Keys,
  properties: Keys | null = ethernet,
  platform: Platform | null = 'x86',
) {
  return pciFamily(platform).match(
    dictionaryOf(keys),
    drawnProvider(['IOPCIDevice'], properties),
    0,
  )
}

const outcomeOf = (keys: Keys, properties: Keys | null = ethernet): string => {
  const result = matchOf(keys, properties)
  return result.kind === 'fails' ? `fails at ${result.failed.key}` : result.kind
}

describe('keys and registers, section 6.2', () => {
  test.each<[string, Keys, string]>([
    ['IOPCIMatch: register 0x00', { IOPCIMatch: '0x168414e4' }, 'holds'],
    ['IOPCIMatch: then 0x2C', { IOPCIMatch: '0x00f6106b' }, 'holds'],
    ['IOPCIMatch: neither', { IOPCIMatch: '0x168514e4' }, 'fails at IOPCIMatch'],
    ['IOPCIPrimaryMatch: register 0x00', { IOPCIPrimaryMatch: '0x168414e4' }, 'holds'],
    [
      'IOPCIPrimaryMatch: not 0x2C',
      { IOPCIPrimaryMatch: '0x00f6106b' },
      'fails at IOPCIPrimaryMatch',
    ],
    ['IOPCISecondaryMatch: register 0x2C', { IOPCISecondaryMatch: '0x00f6106b' }, 'holds'],
    [
      'IOPCISecondaryMatch: not 0x00',
      { IOPCISecondaryMatch: '0x168414e4' },
      'fails at IOPCISecondaryMatch',
    ],
    ['IOPCIClassMatch: without the revision', { IOPCIClassMatch: '0x02000000' }, 'holds'],
    [
      'IOPCIClassMatch: with it',
      { IOPCIClassMatch: '0x02000011&0xffffffff' },
      'fails at IOPCIClassMatch',
    ],
    [
      'IOPCIClassMatch: another class',
      { IOPCIClassMatch: '0x02800000' },
      'fails at IOPCIClassMatch',
    ],
    [
      'keys are ANDed',
      { IOPCIMatch: '0x168414e4', IOPCIClassMatch: '0x03000000' },
      'fails at IOPCIClassMatch',
    ],
    ['items are ORed', { IOPCIMatch: '0x11111111 0x22222222 0x168414e4' }, 'holds'],
    ['no key at all', {}, 'holds'],
  ])('%s', (_, keys, outcome) => {
    expect(outcomeOf(keys)).toBe(outcome)
  })

  test.each<[string, string]>([
    ['0x12348086&0xffff0000 is a device of any vendor', '0x16848086&0xffff0000'],
    ['0x000014e4&0x0000ffff is any device of a vendor', '0x000014e4&0x0000ffff'],
    ['blanks may stand before &', '0x16848086  &0xffff0000'],
    ['and behind it', '0x16848086& 0xffff0000'],
    ['0x is optional', '168414e4'],
    ['digits may be upper case', '0X168414E4'],
  ])('%s', (_, text) => {
    expect(outcomeOf({ IOPCIPrimaryMatch: text })).toBe('holds')
  })

  test('0x06040000&0xffff0000 is any bridge between PCI and PCI', () => {
    const bridge = { ...ethernet, 'class-code': le(0x060400) }
    expect(outcomeOf({ IOPCIClassMatch: '0x06040000&0xffff0000' }, bridge)).toBe('holds')
    expect(outcomeOf({ IOPCIClassMatch: '0x06040000&0xffff0000' })).toBe('fails at IOPCIClassMatch')
  })

  test('a comma ends the list, as all text does that is no number', () => {
    expect(outcomeOf({ IOPCIMatch: '0x11111111, 0x168414e4' })).toBe('fails at IOPCIMatch')
    expect(outcomeOf({ IOPCIMatch: 'pci14e4,1684' })).toBe('fails at IOPCIMatch')
    expect(outcomeOf({ IOPCIMatch: '0x168414e4, 0x1' })).toBe('holds')
  })

  test('both values stand side by side', () => {
    const result = matchOf({ IOPCIMatch: '0x168514e4' })
    expect(result).toMatchObject({
      failed: {
        wanted: { text: '0x168514e4' },
        found: { text: '0x168414e4 0x00f6106b' },
        note: 'No item hits device-id and vendor-id, nor those of the subsystem.',
      },
    })
  })

  test('on PowerPC the properties are big-endian', () => {
    const usb = {
      'class-code': new Uint8Array([0x00, 0x0c, 0x03, 0x10]),
      'revision-id': new Uint8Array([0, 0, 0, 0x43]),
    }
    expect(matchOf({ IOPCIClassMatch: '0x0c031000' }, usb, 'ppc').kind).toBe('holds')
    expect(matchOf({ IOPCIClassMatch: '0x0c031000' }, usb, 'x86').kind).toBe('fails')
  })
})

describe('what the properties do not tell', () => {
  const { 'subsystem-id': _id, 'subsystem-vendor-id': _vendor, ...withoutSubsystem } = ethernet

  test('leaves a key open that it decides, and no other', () => {
    expect(outcomeOf({ IOPCIMatch: '0x168414e4' }, withoutSubsystem)).toBe('holds')
    expect(outcomeOf({ IOPCIMatch: '0x11111111' }, withoutSubsystem)).toBe('unknown')
    expect(outcomeOf({ IOPCIPrimaryMatch: '0x11111111' }, withoutSubsystem)).toBe(
      'fails at IOPCIPrimaryMatch',
    )
  })

  test('counts only in the bits of the mask', () => {
    const onlyVendor = { 'vendor-id': le(0x14e4) }
    expect(outcomeOf({ IOPCIPrimaryMatch: '0x000014e4&0x0000ffff' }, onlyVendor)).toBe('holds')
    expect(outcomeOf({ IOPCIPrimaryMatch: '0x168414e4' }, onlyVendor)).toBe('unknown')
    expect(outcomeOf({ IOPCIPrimaryMatch: '0x168414e5' }, onlyVendor)).toBe(
      'fails at IOPCIPrimaryMatch',
    )
  })

  test('leaves all open where a dump shows no properties', () => {
    expect(outcomeOf({ IOPCIMatch: '0x168414e4' }, null)).toBe('unknown')
  })

  test('a key that fails decides, whatever else is open', () => {
    const keys = { IOPCIMatch: '0x11111111', IOPCIClassMatch: '0x03000000' }
    expect(outcomeOf(keys, withoutSubsystem)).toBe('fails at IOPCIClassMatch')
  })

  test('a list that is no string is not read', () => {
    expect(outcomeOf({ IOPCIMatch: ['0x168414e4'] })).toBe('unknown')
  })
})

describe('the score, section 6.2', () => {
  const pointsOn = (platform: Platform | null, text: string, more: Keys = {}) => {
    const result = matchOf({ IOPCIMatch: text }, { ...ethernet, ...more }, platform)
    return result.kind === 'holds' ? result.points : result
  }

  test('arm64 adds 1000 where IOPCIMatch hits register 0x00', () => {
    expect(pointsOn('arm64', '0x168414e4')).toMatchObject({ points: 1000 })
    expect(pointsOn('arm64', '0x00f6106b')).toEqual({ family: 'PCI', points: 0, parts: [] })
  })

  test('x86 adds nothing', () => {
    expect(pointsOn('x86', '0x168414e4')).toEqual({ family: 'PCI', points: 0, parts: [] })
  })

  test('a platform that is not known is said, unless ACPI tells it', () => {
    expect(pointsOn(null, '0x168414e4')).toMatchObject({
      points: 0,
      uncertainty: 'An arm64 kernel adds 1000 for IOPCIMatch; the platform is not known.',
    })
    expect(pointsOn(null, '0x168414e4', { 'acpi-path': 'x' })).not.toHaveProperty('uncertainty')
  })

  test('no other key adds anything', () => {
    const result = matchOf({ IOPCIPrimaryMatch: '0x168414e4' }, ethernet, 'arm64')
    expect(result).toMatchObject({ kind: 'holds', points: { points: 0 } })
  })
})

describe('a device behind a Thunderbolt link, section 6.2', () => {
  const tunnelled = { ...ethernet, IOPCITunnelled: true }
  const keys = { IOPCIMatch: '0x168414e4', IOClass: 'MyDriver' }

  test('takes a driver that says it is made for that', () => {
    expect(outcomeOf({ ...keys, IOPCITunnelCompatible: true }, tunnelled)).toBe('holds')
  })

  test('refuses one that says it is not', () => {
    expect(outcomeOf({ ...keys, IOPCITunnelCompatible: false }, tunnelled)).toBe(
      'fails at IOPCITunnelCompatible',
    )
  })

  test('takes one that says nothing, and the kernel logs a line', () => {
    const result = matchOf(keys, tunnelled)
    expect(result.kind).toBe('holds')
    expect(result.checks.at(-1)!.note).toContain(
      'Driver "MyDriver" needs "IOPCITunnelCompatible" key in plist',
    )
  })

  test('asks nothing of IOPCI2PCIBridge', () => {
    const bridge = { ...keys, IOClass: 'IOPCI2PCIBridge', IOPCITunnelCompatible: false }
    expect(outcomeOf(bridge, tunnelled)).toBe('holds')
  })
})

describe('match lists against a slow reader', () => {
  /** Character by character, as `strtoul` and the loop around it go. */
  function slowlyHits(text: string, defaultMask: bigint, register: bigint): boolean {
    const digits = '0123456789abcdef'
    const numberAt = (from: number): [value: bigint, end: number] | null => {
      let at = from
      while (' \t\n\v\f\r'.includes(text[at] ?? 'x')) at++
      const isPrefixed = text.slice(at, at + 2).toLowerCase() === '0x'
      if (isPrefixed && digits.includes((text[at + 2] ?? 'x').toLowerCase())) at += 2
      const first = at
      let value = 0n
      while (digits.includes((text[at] ?? 'x').toLowerCase())) {
        value = value * 16n + BigInt(digits.indexOf(text[at]!.toLowerCase()))
        at++
      }
      if (at === first) return null
      return [value > 0xffff_ffff_ffff_ffffn ? 0xffff_ffffn : value & 0xffff_ffffn, at]
    }
    for (let at = 0; ;) {
      const value = numberAt(at)
      if (value === null) return false
      at = value[1]
      while (text[at] === ' ') at++
      let mask = defaultMask
      if (text[at] === '&') {
        const written = numberAt(at + 1)
        mask = written === null ? 0n : written[0]
        at = written === null ? at + 1 : written[1]
      }
      if ((value[0] & mask) === (register & mask)) return true
    }
  }

  test('agree on random lists, masks and registers', () => {
    const random = new Random(20)
    const registers = [0x168414e4, 0x00f6106b, 0x02000010, 0, 0xffff_ffff, 0x8000_0001]
    const hex = (number: number): string => {
      const text = (number >>> 0).toString(16)
      return random.chance(0.5) ? `0x${text.padStart(8, '0')}` : text.toUpperCase()
    }
    let hits = 0
    for (let round = 0; round < 3000; round++) {
      const register = random.pick(registers)
      let text = ''
      for (let items = random.below(4); items >= 0; items--) {
        const near = register ^ (random.chance(0.5) ? 0 : 1 << random.below(32))
        text += random.chance(0.9)
          ? hex(near)
          : random.pick(['', 'x', ',', '0x', '-1', 'ffffffffffffffff0'])
        if (random.chance(0.4)) text += random.pick(['&', ' &', '& ', '  &'])
        if (random.chance(0.4))
          text += hex(random.pick([0xffff0000, 0xffff, 0, 1 << random.below(32)]))
        text += random.pick([' ', '  ', '\t', ', ', ''])
      }
      const defaultMask = random.pick([0xffff_ffff, 0xffff_ff00])
      const items = parsePciMatchList(text, defaultMask)
      const isHit = hitsRegister(items, { value: register, known: 0xffff_ffff })
      if (isHit) hits++
      expect(isHit, JSON.stringify({ text, register, defaultMask })).toBe(
        slowlyHits(text, BigInt(defaultMask), BigInt(register)),
      )
    }
    // Neither always nor never, or it would prove little.
    expect(hits).toBeGreaterThan(500)
    expect(hits).toBeLessThan(2500)
  })

  test('what is not known of a register decides exactly where both values of a bit agree', () => {
    const random = new Random(21)
    for (let round = 0; round < 1000; round++) {
      const register = random.below(16)
      const known = random.below(16)
      const items = [0, 1].map(() => ({ value: random.below(16), mask: random.below(16) }))
      const answers = new Set<boolean>()
      for (let other = 0; other < 16; other++) {
        if ((other & known) !== (register & known)) continue
        answers.add(items.some(({ value, mask }) => (value & mask) === (other & mask)))
      }
      const answer = hitsRegister(items, { value: register & known, known })
      // Two items may each be open and together certain; that is not looked into.
      if (answer === null) continue
      expect([...answers]).toEqual([answer])
    }
  })
})
