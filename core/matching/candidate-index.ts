import type { DictionaryValue, PropertyValue } from '../registry/property-value.ts'
import { valueAt } from '../registry/property-value.ts'
import type { Collected } from './candidates.ts'
import { parsePciMatchList } from './families/pci-match-list.ts'
import { pciRegistersOf, type PciRegister, type PciRegisters } from './families/pci-registers.ts'
import { productHelpers } from './families/usb-keys.ts'
import { namesIn, nubProperties } from './nub-names.ts'
import type { Platform } from './platform.ts'
import type { SnapshotProvider } from './snapshot-provider.ts'

/*
 * A registry of 10 000 services and 3 000 personalities has millions of pairs, and nearly all fail at one plain value: the
 * vendor is another, the name is. So personalities are filed under such a value, and a service asks for those under its
 * own. That must never lose one that holds or cannot be told: where the service does not show a plain value, it gets
 * all that are filed by it.
 */

/** Personalities for services of one class, found by what a service shows. */
export class CandidateIndex {
  readonly #kinds: readonly Kind[]
  /** Those that no plain value decides. */
  readonly #others: readonly Collected[]

  /** @param is whether the services that will be asked about are certainly of a class */
  constructor(
    collected: readonly Collected[],
    is: (className: string) => boolean,
    platform: Platform | null,
  ) {
    const others: Collected[] = []
    const kinds = kindsFor(is, platform).map(kind => new Filed(kind))
    const byProperty = new Map<string, Filed>()
    for (const each of collected) {
      const { properties } = each.item
      const plain = plainPropertyMatch(properties)
      const filed = kinds.find(kind => kind.add(each))
      if (filed) continue
      if (!plain) {
        others.push(each)
        continue
      }
      let kind = byProperty.get(plain[0])
      if (!kind) byProperty.set(plain[0], (kind = new Filed(propertyKind(plain[0]))))
      kind.put(each, [plain[1]])
    }
    this.#kinds = [...kinds, ...byProperty.values()].filter(kind => kind.all.length > 0)
    this.#others = others
  }

  /** Calls back with each that may hold, once, in no order. */
  forEach(provider: SnapshotProvider, take: (each: Collected) => void): void {
    for (const each of this.#others) take(each)
    for (const kind of this.#kinds) kind.forEach(provider, take)
  }
}

/** What a kind of key asks for, and what a service has to say to it. */
interface Asking {
  /** The values of which one has to be among the shown ones; null where more than plain values decides. */
  readonly wanted: (personality: DictionaryValue) => readonly string[] | null
  /** Null: not told plainly. */
  readonly shown: (provider: SnapshotProvider) => readonly string[] | null
}

interface Kind {
  readonly all: readonly Collected[]
  forEach(provider: SnapshotProvider, take: (each: Collected) => void): void
}

class Filed implements Kind {
  readonly all: Collected[] = []
  readonly #asking: Asking
  readonly #byValue = new Map<string, Collected[]>()

  constructor(asking: Asking) {
    this.#asking = asking
  }

  /** False where a personality is not of this kind. */
  add(each: Collected): boolean {
    const values = this.#asking.wanted(each.item.properties)
    if (values === null) return false
    this.put(each, values)
    return true
  }

  put(each: Collected, values: readonly string[]): void {
    this.all.push(each)
    for (const value of new Set(values)) {
      const others = this.#byValue.get(value)
      if (others) others.push(each)
      else this.#byValue.set(value, [each])
    }
  }

  forEach(provider: SnapshotProvider, take: (each: Collected) => void): void {
    const shown = this.#asking.shown(provider)
    if (shown === null) {
      for (const each of this.all) take(each)
      return
    }
    const [only] = shown
    if (shown.length === 1) {
      for (const each of this.#byValue.get(only!) ?? []) take(each)
      return
    }
    const taken = new Set<Collected>()
    for (const value of shown) for (const each of this.#byValue.get(value) ?? []) taken.add(each)
    for (const each of taken) take(each)
  }
}

/** Numbers of 31 bits look the same in all dumps; strings that are text do, where the service has a string. */
function plainValue(value: PropertyValue | undefined): string | null {
  switch (value?.kind) {
    case 'string':
      return value.bytes ? null : `s${value.text}`
    case 'integer':
      return value.value >= 0n && value.value < 0x8000_0000n ? `i${value.value}` : null
    case 'boolean':
      return value.value ? 'yes' : 'no'
    default:
      return null
  }
}

/** The first key of an `IOPropertyMatch` that asks for a plain value: all of them have to hold. */
function plainPropertyMatch(properties: DictionaryValue): readonly [string, string] | null {
  const match = valueAt(properties, 'IOPropertyMatch')
  if (match?.kind !== 'dictionary' || valueAt(properties, 'IOCompatibilityMatch')) return null
  for (const [key, value] of match.entries) {
    const plain = plainValue(value)
    if (plain !== null) return [key, plain]
  }
  return null
}

function propertyKind(key: string): Asking {
  return {
    wanted: () => null,
    shown: provider => {
      if (!provider.hasProperties || provider.property('IOUserServiceProperties')) return null
      const value = provider.property(key)
      if (value === undefined) return []
      const plain = plainValue(value)
      return plain === null ? null : [plain]
    },
  }
}

/** `IONameMatch`: one of the names has to be the service's or in one of its properties. */
const byName: Asking = {
  wanted: properties => {
    const match = valueAt(properties, 'IONameMatch')
    if (match === undefined) return null
    const names = namesOf(match)
    return names.some(name => name.endsWith('*')) ? null : names
  },
  shown: provider => {
    if (!provider.hasProperties) return null
    const names = nubProperties.flatMap(key => namesIn(provider.property(key)))
    // The one name that a service answers to without having it.
    return ['ACPI', provider.name, ...names]
  },
}

function namesOf(value: PropertyValue): readonly string[] {
  if (value.kind === 'string') return [value.text]
  if (value.kind !== 'array' && value.kind !== 'set') return []
  return value.items.flatMap(item => (item.kind === 'string' ? [item.text] : []))
}

/** A key of a family that has to be equal wherever a personality has it, without those that loosen it. */
function byKey(key: string, looser: readonly string[] = []): Asking {
  return {
    wanted: properties => {
      if (looser.some(other => valueAt(properties, other) !== undefined)) return null
      const value = valueAt(properties, key)
      const plain = value?.kind === 'integer' ? plainValue(value) : null
      return plain === null ? null : [plain]
    },
    shown: provider => {
      const value = provider.property(key)
      // What is missing equals nothing.
      if (value === undefined && provider.hasProperties) return []
      const plain = value?.kind === 'integer' ? plainValue(value) : null
      return plain === null ? null : [plain]
    },
  }
}

const wholeRegister = 0xffff_ffff
/** Masks that drivers use are few: the whole register, one half, a class without its revision. */
const mostMasks = 12

/**
 * A list of PCI: one of its items has to hit one of the registers. Filed by what an item asks for in the bits of its
 * mask; a device asks with its registers under each mask that there is.
 */
function byRegisters(
  key: string,
  defaultMask: number,
  registersOf: (all: PciRegisters) => readonly PciRegister[],
  isBigEndian: boolean,
): Asking {
  const masks = new Set<number>()
  return {
    wanted: properties => {
      const match = valueAt(properties, key)
      if (match?.kind !== 'string') return null
      const items = parsePciMatchList(match.text, defaultMask)
      const all = new Set([...masks, ...items.map(({ mask }) => mask)])
      if (all.size > mostMasks) return null
      for (const mask of all) masks.add(mask)
      return items.map(({ value, mask }) => underMask(value, mask))
    },
    shown: provider => {
      const registers = registersOf(pciRegistersOf(provider, isBigEndian))
      if (registers.some(({ known }) => known >>> 0 !== wholeRegister)) return null
      return registers.flatMap(({ value }) => [...masks].map(mask => underMask(value, mask)))
    },
  }
}

/** Both may come signed or not. */
function underMask(value: number, mask: number): string {
  return `${mask >>> 0}:${(value & mask) >>> 0}`
}

/** For services of a family; facts: matching, section 6: present keys of these have to be equal. */
function kindsFor(
  isOf: (className: string) => boolean,
  platform: Platform | null,
): readonly Asking[] {
  const is = (...classes: readonly string[]): boolean => classes.some(isOf)
  if (is('IOPCIDevice')) {
    const isBigEndian = platform === 'ppc'
    const ids = (all: PciRegisters): readonly PciRegister[] => [all.primary, all.secondary]
    return [
      byName,
      byRegisters('IOPCIMatch', wholeRegister, ids, isBigEndian),
      byRegisters('IOPCIPrimaryMatch', wholeRegister, all => [all.primary], isBigEndian),
      byRegisters('IOPCIClassMatch', 0xffff_ff00, all => [all.classAndRevision], isBigEndian),
    ]
  }
  const byProduct = byKey('idProduct', productHelpers)
  if (is('IOUSBDevice', 'IOUSBHostDevice')) {
    return [byName, byProduct, byKey('idVendor'), byKey('bDeviceClass')]
  }
  if (is('IOUSBInterface', 'IOUSBHostInterface')) {
    return [byName, byProduct, byKey('idVendor'), byKey('bInterfaceClass')]
  }
  if (is('IOHIDDevice', 'IOHIDInterface', 'IOHIDEventService')) return [byName, byKey('VendorID')]
  return [byName]
}
