import type { PropertyValue } from '../../registry/property-value.ts'
import type { ProviderView } from '../provider-view.ts'

/** A configuration register, as far as the properties tell: only the bits of `known` are. 32 bits, with a
 * sign. */
export interface PciRegister {
  readonly value: number
  readonly known: number
  /** `0x168414e4`, with a `?` for each digit that is not known. */
  readonly shown: string
}

/** The registers that matching looks at (facts: matching, section 6.2). */
export interface PciRegisters {
  /** 0x00: device, then vendor. */
  readonly primary: PciRegister
  /** 0x2C: the same of the subsystem. */
  readonly secondary: PciRegister
  /** 0x08: class code, then revision. */
  readonly classAndRevision: PciRegister
  /** The first two side by side, as both are looked at for `IOPCIMatch`. */
  readonly shownBoth: string
  /** The device is at the far end of a Thunderbolt link. */
  readonly tunnelled: PropertyValue | null
}

const known = new WeakMap<ProviderView, PciRegisters>()

/**
 * The registers, put together from a device's properties. The kernel compares those that it saved when it found
 * the device, which a boot loader's properties do not change.
 *
 * @param isBigEndian on PowerPC the properties are Open Firmware's, as dumps of such machines show them
 */
export function pciRegistersOf(provider: ProviderView, isBigEndian: boolean): PciRegisters {
  let registers = known.get(provider)
  if (registers === undefined) {
    known.set(provider, (registers = readRegisters(provider, isBigEndian)))
  }
  return registers
}

function readRegisters(provider: ProviderView, isBigEndian: boolean): PciRegisters {
  const id = (key: string): number | null => numberIn(provider.property(key), isBigEndian)
  const primary = joined(id('device-id'), 16, id('vendor-id'), 16)
  const secondary = joined(id('subsystem-id'), 16, id('subsystem-vendor-id'), 16)
  return {
    primary,
    secondary,
    classAndRevision: joined(id('class-code'), 24, id('revision-id'), 8),
    shownBoth: `${primary.shown} ${secondary.shown}`,
    tunnelled: provider.property('IOPCITunnelled') ?? null,
  }
}

/** Two fields that fill 32 bits; null where one is not known. */
function joined(
  upper: number | null,
  upperBits: number,
  lower: number | null,
  lowerBits: number,
): PciRegister {
  const [ofUpper, ofLower] = [2 ** upperBits - 1, 2 ** lowerBits - 1]
  const field = (value: number | null, mask: number): number => ((value ?? 0) & mask) >>> 0
  const value = field(upper, ofUpper) * 2 ** lowerBits + field(lower, ofLower)
  const known = (upper === null ? 0 : ofUpper * 2 ** lowerBits) + (lower === null ? 0 : ofLower)
  return { value: value | 0, known: known | 0, shown: shownAs(value, known) }
}

function shownAs(value: number, known: number): string {
  const digits = [...value.toString(16).padStart(8, '0')]
  const mask = known.toString(16).padStart(8, '0')
  return `0x${digits.map((digit, at) => (mask[at] === 'f' ? digit : '?')).join('')}`
}

/** Data of up to four bytes. Text-like data in a text dump has lost its NULs, so it tells nothing. */
function numberIn(value: PropertyValue | undefined, isBigEndian: boolean): number | null {
  if (value?.kind !== 'data' || value.isLossy) return null
  const { bytes } = value
  if (bytes.length === 0 || bytes.length > 4) return null
  return (isBigEndian ? bytes : bytes.toReversed()).reduce((sum, byte) => sum * 256 + byte, 0)
}
