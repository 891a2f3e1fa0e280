import type { PropertyValue } from '../registry/property-value.ts'

export type ByteOrder = 'little' | 'big'

/**
 * An unsigned integer of `width` bytes, or null where the bytes end before.
 * @param width 1 to 16
 */
export function unsignedAt(
  bytes: Uint8Array,
  at: number,
  width: number,
  order: ByteOrder,
): bigint | null {
  if (at < 0 || at + width > bytes.length) return null
  let value = 0n
  for (let i = 0; i < width; i++) {
    const byte = bytes[order === 'big' ? at + i : at + width - 1 - i]!
    value = (value << 8n) | BigInt(byte)
  }
  return value
}

/** The same as a number, for widths up to 4; 0 where the bytes end before. */
export function wordAt(bytes: Uint8Array, at: number, width: number, order: ByteOrder): number {
  return Number(unsignedAt(bytes, at, width, order) ?? 0n)
}

/** `0x8086`, with at least so many digits. */
export function hexText(value: bigint | number, digits = 1): string {
  return `0x${value.toString(16).padStart(digits, '0')}`
}

/** An integer property, or one written as data of up to eight bytes; null for anything else. */
export function integerOf(value: PropertyValue | undefined, order: ByteOrder): bigint | null {
  if (value?.kind === 'integer') return BigInt.asUintN(64, value.value)
  if (value?.kind !== 'data' || value.bytes.length === 0 || value.bytes.length > 8) return null
  return unsignedAt(value.bytes, 0, value.bytes.length, order)
}

/** Bytes as people count memory: `16 KB`, `4 bytes`; exact, so that an odd size stays a number of bytes. */
export function sizeText(size: bigint): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB']
  let value = size
  let unit = 0
  while (unit < units.length - 1 && value >= 1024n && value % 1024n === 0n) {
    value /= 1024n
    unit++
  }
  return unit === 0 && value === 1n ? '1 byte' : `${value.toLocaleString('en-US')} ${units[unit]}`
}

/** Said where text dumps wrote data as strings, for its bytes are not the guest's then. */
export const lossyNote =
  'The dump printed these bytes as text, which drops NULs; lengths and offsets may differ from the guest’s.'
