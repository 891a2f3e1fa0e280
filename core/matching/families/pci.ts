import type { DictionaryValue, PropertyValue } from '../../registry/property-value.ts'
import { stringAt, valueAt } from '../../registry/property-value.ts'
import type { FamilyResult, FamilyTable } from '../family.ts'
import type { Platform } from '../platform.ts'
import type { ProviderView } from '../provider-view.ts'
import type { FamilyPoints, KeyCheck } from '../verdict.ts'
import { allMustHold, noPoints, oncePerPersonality, wantedKeys } from './key-checks.ts'
import { hitsRegister, parsePciMatchList, type PciMatchItem } from './pci-match-list.ts'
import { pciRegistersOf, type PciRegisters } from './pci-registers.ts'

const family = 'PCI'
const matchKey = 'IOPCIMatch'
const classKey = 'IOPCIClassMatch'
const tunnelKey = 'IOPCITunnelCompatible'

/** In the kernel's order. */
const registerKeys = [matchKey, 'IOPCIPrimaryMatch', 'IOPCISecondaryMatch', classKey]
const keys = [...registerKeys, tunnelKey]

const wholeRegister = 0xffff_ffff
const withoutRevision = 0xffff_ff00

/** For a hit of `IOPCIMatch` in register 0x00, where the kernel has no ACPI. */
const bonus = 1000

interface WantedList {
  readonly key: string
  readonly wanted: PropertyValue
  /** Null: it is no string. */
  readonly items: readonly PciMatchItem[] | null
}

interface Wanted {
  readonly lists: readonly WantedList[]
  readonly ioClass: string | null
  readonly tunnelCompatible: PropertyValue | undefined
}

const wantedOf = oncePerPersonality((personality): Wanted => ({
  lists: wantedKeys(personality, registerKeys).map(([key, wanted]) => ({
    key,
    wanted,
    items:
      wanted.kind === 'string'
        ? parsePciMatchList(wanted.text, key === classKey ? withoutRevision : wholeRegister)
        : null,
  })),
  ioClass: stringAt(personality, 'IOClass') ?? null,
  tunnelCompatible: valueAt(personality, tunnelKey),
}))

const nothingGained = noPoints(family)
const holds: FamilyResult = { kind: 'holds', points: nothingGained, checks: [] }

/**
 * `IOPCIDevice` (facts: matching, section 6.2).
 *
 * @param platform null where it is not known: then the points may miss the bonus, and say so
 */
export function pciFamily(platform: Platform | null): FamilyTable {
  return {
    family,
    keys,
    // What the bridge read from the device; seen on 831 of 832 devices, of the other a dump shows a part.
    marks: ['vendor-id', 'device-id'],
    match(personality: DictionaryValue, provider: ProviderView): FamilyResult {
      const wanted = wantedOf(personality)
      const registers = pciRegistersOf(provider, platform === 'ppc')
      const tunnel = registers.tunnelled && checkTunnel(wanted, registers.tunnelled)
      if (wanted.lists.length === 0 && tunnel === null) return holds
      const checks = wanted.lists.map(list => checkList(list, registers, provider.hasProperties))
      if (tunnel !== null) checks.push(tunnel)
      return allMustHold(family, checks, () => pointsOf(wanted, registers, provider, platform))
    },
    isMiss(personality: DictionaryValue, provider: ProviderView): boolean {
      const registers = pciRegistersOf(provider, platform === 'ppc')
      return wantedOf(personality).lists.some(
        ({ key, items }) => items !== null && hitOf(key, items, registers) === false,
      )
    },
  }
}

function checkList(
  { key, wanted, items }: WantedList,
  registers: PciRegisters,
  hasProperties: boolean,
): KeyCheck {
  if (items === null) {
    return { key, outcome: 'unknown', wanted, found: null, note: mustBeString }
  }
  const first = registers[registerOf[key] ?? 'primary']
  const isBoth = key === matchKey
  const hits = hitOf(key, items, registers)
  const outcome = hits === null ? 'unknown' : hits ? 'holds' : 'fails'
  const text = isBoth ? registers.shownBoth : first.shown
  const found: PropertyValue | null = hasProperties ? { kind: 'string', text } : null
  if (items.length === 0) return { key, outcome, wanted, found, note: noItems }
  if (outcome === 'unknown') return { key, outcome, wanted, found, note: notTold }
  if (outcome === 'fails') return { key, outcome, wanted, found, note: missed(key) }
  return {
    key,
    outcome,
    wanted,
    found,
    note: isBoth && hitsRegister(items, first) !== true ? hitSubsystem : null,
  }
}

function hitOf(
  key: string,
  items: readonly PciMatchItem[],
  registers: PciRegisters,
): boolean | null {
  const first = hitsRegister(items, registers[registerOf[key] ?? 'primary'])
  if (key !== matchKey || first === true) return first
  return eitherOf(first, hitsRegister(items, registers.secondary))
}

/** True where one is, open where neither is and one is open. */
function eitherOf(one: boolean | null, other: boolean | null): boolean | null {
  return one === true || other === true ? true : one === null || other === null ? null : false
}

/** For the others it is the first. */
const registerOf: Readonly<Record<string, 'secondary' | 'classAndRevision'>> = {
  IOPCISecondaryMatch: 'secondary',
  IOPCIClassMatch: 'classAndRevision',
}

const mustBeString = 'The kernel takes a string for granted here.'
const noItems = 'The text does not begin with a hexadecimal number, so it hits nothing.'
const notTold = 'The properties do not tell all bits of the register.'
const hitSubsystem = 'It hits subsystem-id and subsystem-vendor-id.'

function missed(key: string): string {
  switch (key) {
    case matchKey:
      return 'No item hits device-id and vendor-id, nor those of the subsystem.'
    case 'IOPCIPrimaryMatch':
      return 'No item hits device-id and vendor-id.'
    case 'IOPCISecondaryMatch':
      return 'No item hits subsystem-id and subsystem-vendor-id.'
    default:
      return 'No item hits class-code and revision-id.'
  }
}

/** Devices at the far end of a Thunderbolt link. */
function checkTunnel({ ioClass, tunnelCompatible }: Wanted, found: PropertyValue): KeyCheck | null {
  if (ioClass === null || ioClass === 'IOPCI2PCIBridge') return null
  const wanted: PropertyValue = tunnelCompatible ?? { kind: 'missing' }
  if (tunnelCompatible?.kind !== 'boolean') {
    const note = `The kernel logs: Driver "${ioClass}" needs "${tunnelKey}" key in plist. It refuses the driver where a boot argument asks for that.`
    return { key: tunnelKey, outcome: 'holds', wanted, found, note }
  }
  return tunnelCompatible.value
    ? { key: tunnelKey, outcome: 'holds', wanted, found, note: null }
    : {
        key: tunnelKey,
        outcome: 'fails',
        wanted,
        found,
        note: 'The device is behind a Thunderbolt link, and the driver is not made for that.',
      }
}

function pointsOf(
  { lists }: Wanted,
  registers: PciRegisters,
  provider: ProviderView,
  platform: Platform | null,
): FamilyPoints {
  const items = lists.find(({ key }) => key === matchKey)?.items
  if (!items) return nothingGained
  const hit = hitsRegister(items, registers.primary)
  if (hit === false) return nothingGained
  const on = platform ?? (hasAcpi(provider) ? 'x86' : null)
  if (on === 'x86' || on === 'ppc') return nothingGained
  if (on === null) {
    const uncertainty = `An arm64 kernel adds ${bonus} for ${matchKey}; the platform is not known.`
    return { ...nothingGained, uncertainty }
  }
  if (hit === null) {
    const uncertainty = `${bonus} more where device-id and vendor-id are hit, which is not known.`
    return { ...nothingGained, uncertainty }
  }
  return { family, points: bonus, parts: [[`${matchKey} hits device-id and vendor-id`, bonus]] }
}

/** A device that ACPI describes is on x86. */
function hasAcpi(provider: ProviderView): boolean {
  return (
    provider.property('acpi-path') !== undefined || provider.property('acpi-device') !== undefined
  )
}
